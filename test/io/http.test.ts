import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { http } from "../../src/io/http.ts";
import type { Connection, ConnectionOptions, HttpAnswer, HttpFailure, HttpRequest } from "../../src/io/ports.ts";
import { Secret } from "../../src/secret.ts";
import { serveHttp, serveTcp } from "../registry/servers.ts";
import type { Authority } from "./authority.ts";
import { authority } from "./authority.ts";

function connect(origin: string, options: Partial<ConnectionOptions> = {}): Connection {
  const connection = http.connect({ insecure: false, origin: new URL(origin), ...options });
  onTestFinished(() => connection.close());
  return connection;
}

function get(connection: Connection, url: string, more: Partial<HttpRequest> = {}): Promise<HttpAnswer | HttpFailure> {
  return connection.send({ method: "GET", url: new URL(url), headers: {}, signal: AbortSignal.timeout(3000), ...more });
}

/** What came of one GET: `status body`, or the failure's cause. */
async function outcome(url: string, options: Partial<ConnectionOptions> = {}, more: Partial<HttpRequest> = {}) {
  const result = await get(connect(url, options), url, more);
  return result.kind === "answer" ? `${result.status} ${result.body}` : result.cause;
}

async function failure(url: string, options: Partial<ConnectionOptions> = {}, more: Partial<HttpRequest> = {}) {
  const result = await get(connect(url, options), url, more);
  if (result.kind === "answer") throw new Error(`answered ${result.status}`);
  return result;
}

describe("an answer", () => {
  it("has its status, its headers in order, and its body", async () => {
    const { host } = await serveHttp((_, response) => {
      response
        .writeHead(
          401,
          [
            ["WWW-Authenticate", "Basic"],
            ["www-authenticate", "Bearer"],
            ["x", "y"],
          ].flat(),
        )
        .end("wörd");
    });
    const answer = await get(connect(`http://${host}`), `http://${host}/v2/`);
    expect(answer).toMatchObject({ kind: "answer", status: 401, body: "wörd" });
    expect(answer.kind === "answer" && answer.headers.get("www-authenticate")).toEqual(["Basic", "Bearer"]);
    expect(answer.kind === "answer" && answer.headers.get("x")).toEqual(["y"]);
  });
  it("follows no redirect", async () => {
    const { host, heard } = await serveHttp((_, response) => response.writeHead(302, { location: "/other" }).end());
    expect(await outcome(`http://${host}/`)).toBe("302 ");
    expect(heard).toHaveLength(1);
  });
  it("comes over one connection that is kept", async () => {
    const ports = new Set<number | undefined>();
    const { host } = await serveHttp((_, response, raw) => {
      ports.add(raw.socket.remotePort);
      response.end();
    });
    const connection = connect(`http://${host}`);
    for (let i = 0; i < 3; i += 1) await get(connection, `http://${host}/${i}`);
    expect(ports.size).toBe(1);
  });
  it("is asked for with the secrets revealed in header and body alone", async () => {
    const { host, heard } = await serveHttp((_, response) => response.end());
    const secrets = { authorization: new Secret("Basic eA=="), body: new Secret("a=b") };
    await get(connect(`http://${host}`), `http://${host}/t?q=1`, { method: "POST", ...secrets });
    expect(heard).toEqual([{ method: "POST", path: "/t?q=1", authorization: "Basic eA==", body: "a=b" }]);
  });
});

describe("a hostile server", () => {
  const oversized = "oversized";
  it("cannot fill memory with an endless body", async () => {
    const { host } = await serveHttp((_, response) => {
      const chunk = Buffer.alloc(64 * 1024, "a");
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    });
    expect(await outcome(`http://${host}/`)).toBe(oversized);
  });
  it("may send 128 KiB, and not a byte more", async () => {
    const { host } = await serveHttp(({ path }, response) => response.end("a".repeat(Number(path.slice(1)))));
    expect(await outcome(`http://${host}/${128 * 1024}`)).toHaveLength(128 * 1024 + 4);
    expect(await outcome(`http://${host}/${128 * 1024 + 1}`)).toBe(oversized);
  });
  it("cannot flood with headers", async () => {
    const { host } = await serveHttp((_, response) => response.writeHead(200, { "x-flood": "a".repeat(20_000) }).end());
    expect(await outcome(`http://${host}/`)).toBe(oversized);
  });
  it.each(["gzip", "gzip, gzip", "br"])("cannot unpack a bomb here (%s)", async (encoding) => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(10_000_000)));
    const { host } = await serveHttp((_, response) =>
      response.writeHead(200, { "content-encoding": encoding }).end(bomb),
    );
    expect(await outcome(`http://${host}/`)).toBe("malformed");
  });
  it.each([
    ["SSH-2.0-OpenSSH_9.2\r\n", "malformed"],
    ["HTTP/1.1 200 OK\r\nbad header\r\n\r\n", "malformed"],
    ["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort", "unreachable"],
    ["", "unreachable"],
  ])("that answers %j is a failure", async (text, cause) => {
    const host = await serveTcp((socket) => socket.once("data", () => socket.end(text)));
    expect(await outcome(`http://${host}/`)).toBe(cause);
  });
  it("cannot hold a request beyond its signal, also before the connection stands", async () => {
    const host = await serveTcp(() => undefined);
    const more = () => ({ signal: AbortSignal.timeout(100) });
    expect(await failure(`http://${host}/`, {}, more())).toMatchObject({ cause: "timeout", connected: true });
    expect(await failure(`https://${host}/`, {}, more())).toMatchObject({ cause: "timeout", connected: false });
  });
});

describe("no connection", () => {
  it("to a closed port says that nothing listens", async () => {
    const { message, cause } = await failure("http://127.0.0.1:1/");
    expect([cause, message]).toEqual([
      "unreachable",
      "127.0.0.1:1 refused the connection: nothing listens on that port",
    ]);
  });
  it("to a name that is none says so", async () => {
    expect(await failure("https://registry.invalid/")).toMatchObject({ cause: "dns", connected: false });
  });
  it("is left after close, not even one that hangs", async () => {
    const closed: Promise<void>[] = [];
    const host = await serveTcp((socket) => {
      closed.push(new Promise((done) => socket.resume().on("close", () => done())));
    });
    const connection = connect(`https://${host}`);
    const pending = get(connection, `https://${host}/`);
    await expect.poll(() => closed.length).toBe(1);
    await connection.close();
    await Promise.all(closed);
    expect((await pending).kind).toBe("failure");
  });
});

describe("an address", () => {
  it.each([
    "http://169.254.169.254/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://[fe80::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[fd00:ec2::254]/",
    "http://2852039166/",
  ])("that nobody's registry has is refused: %s", async (url) => {
    expect((await failure(url)).cause).toBe("refused-address");
  });
  it("of the metadata service stays refused, also where the registry itself is on loopback", async () => {
    const { host } = await serveHttp((_, response) => response.end());
    const connection = connect(`http://${host}`);
    await get(connection, `http://${host}/`);
    const result = await get(connection, "http://169.254.169.254/");
    expect(result).toMatchObject({ cause: "refused-address", message: expect.stringContaining("metadata") });
  });
  it("on loopback is open to the registry's own name and its realms, when that name leads there", async () => {
    const { host } = await serveHttp((_, response) => response.end());
    const other = await serveHttp((_, response) => response.end("other"));
    const home = `http://${host.replace("127.0.0.1", "localhost")}`;
    const connection = connect(home);
    expect(await get(connection, `${home}/`)).toMatchObject({ status: 200 });
    expect(await get(connection, `http://${other.host}/`)).toMatchObject({ body: "other" });
  });
  it.each(["127.0.0.1", "localhost"])(
    "on loopback is closed to the realms of a registry that was not found there (%s)",
    async (name) => {
      const other = await serveHttp((_, response) => response.end());
      const url = `http://${other.host.replace("127.0.0.1", name)}/`;
      const connection = connect("https://registry.example.com");
      const result = await get(connection, url);
      expect(result).toMatchObject({ cause: "refused-address", message: expect.stringContaining("private address") });
      expect(other.heard).toEqual([]);
    },
  );
});

describe("TLS", () => {
  const serve = async (kind: Exclude<keyof Authority, "ca">, more = {}) =>
    `https://${(await serveHttp((_, response) => response.end("safe"), { ...authority[kind], ...more })).host}/`;

  it("trusts the authority that is named", async () => {
    expect(await outcome(await serve("good"), { ca: authority.ca })).toBe("200 safe");
  });
  it.each([
    ["good", /self-signed or from an unknown authority/, /tls: \{ ca:/],
    ["selfSigned", /self-signed or from an unknown authority/, /tls: \{ ca:/],
  ] as const)("refuses an unknown authority (%s) and gives the line to add", async (kind, message, hint) => {
    const result = await failure(await serve(kind));
    expect(result).toMatchObject({ cause: "tls", connected: false });
    expect(result.message).toMatch(message);
    expect(result.hint).toMatch(hint);
  });
  it.each([
    ["wrongName", /another name/, /serverName/],
    ["expired", /has expired/, /renew/],
    ["future", /not valid yet/, /clock/],
  ] as const)("refuses a certificate that is %s", async (kind, message, hint) => {
    const result = await failure(await serve(kind), { ca: authority.ca });
    expect(result.cause).toBe("tls");
    expect(result.message).toMatch(message);
    expect(result.hint).toMatch(hint);
  });
  it("checks the certificate for the server name that is given", async () => {
    const url = await serve("wrongName");
    expect(await outcome(url, { ca: authority.ca, serverName: "other.example.com" })).toBe("200 safe");
    expect(await outcome(await serve("good"), { ca: authority.ca, serverName: "evil.example.com" })).toBe("tls");
  });
  it("uses the given server name for the registry's own host alone", async () => {
    const other = (await serve("good")).replace("127.0.0.1", "localhost");
    const home = await serve("wrongName");
    const connection = connect(home, { ca: authority.ca, serverName: "other.example.com" });
    expect(await get(connection, home)).toMatchObject({ status: 200 });
    expect(await get(connection, other)).toMatchObject({ status: 200 });
  });
  it("skips verification when told to, for the registry's own host alone", async () => {
    for (const kind of ["selfSigned", "wrongName", "expired"] as const)
      expect(await outcome(await serve(kind), { insecure: true })).toBe("200 safe");
    const home = await serve("selfSigned");
    const other = (await serve("selfSigned")).replace("127.0.0.1", "localhost");
    const connection = connect(home, { insecure: true });
    expect(await get(connection, home)).toMatchObject({ status: 200 });
    expect(await get(connection, other)).toMatchObject({ cause: "tls" });
  });
  it("is told from plain HTTP, in both directions", async () => {
    const { host } = await serveHttp((_, response) => response.end());
    expect(await failure(`https://${host}/`)).toMatchObject({
      cause: "tls",
      hint: expect.stringContaining("plainHttp: true"),
    });
    expect(await outcome((await serve("good")).replace("https", "http"))).toMatch(/^(unreachable|malformed)$/);
  });
  it("is never older than 1.2", async () => {
    const old = await serve("good", { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" });
    const result = await failure(old, { ca: authority.ca });
    expect(result).toMatchObject({ cause: "tls", message: expect.stringContaining("1.2") });
  });
  it("says when a client certificate is wanted", async () => {
    const url = await serve("good", { requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.3" });
    expect(await failure(url, { ca: authority.ca })).toMatchObject({ cause: expect.stringMatching(/tls|unreachable/) });
  });
});
