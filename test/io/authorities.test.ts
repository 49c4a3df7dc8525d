import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { describe, expect, it } from "vitest";
import { bundledAuthorities } from "../../src/io/authorities.ts";
import { serveHttp } from "../registry/servers.ts";
import { authority } from "./authority.ts";

const CA_FILE = join(import.meta.dirname, "../vectors/tls/ca.crt");

const ASK = `
  import { http } from ${JSON.stringify(new URL("../../src/io/http.ts", import.meta.url).href)};
  const { URL_TO_ASK, NAMED_CA } = process.env;
  const connection = http.connect({ origin: new URL(URL_TO_ASK), insecure: false, ca: NAMED_CA || undefined });
  const request = { method: "GET", url: new URL(URL_TO_ASK), headers: {}, signal: AbortSignal.timeout(5000) };
  const answer = await connection.send(request);
  process.stdout.write(String(answer.status ?? answer.cause));
  await connection.close();
`;

/** What a process of its own gets, since Node.js reads NODE_EXTRA_CA_CERTS when it starts. */
async function ask(url: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const env = { ...process.env, URL_TO_ASK: url, ...environment };
  const child = spawn(process.execPath, ["--input-type=module", "-e", ASK], { env });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  await once(child, "close");
  return out;
}

describe("the authorities that are trusted by default", () => {
  it.each([
    ["with", authority.selfSigned.cert],
    ["without", ""],
  ])("hold those of NODE_EXTRA_CA_CERTS, %s one that is named", async (_, NAMED_CA) => {
    const { host } = await serveHttp((_, response) => response.end(), authority.good);
    expect(await ask(`https://${host}/`, { NAMED_CA, NODE_EXTRA_CA_CERTS: CA_FILE })).toBe("200");
    expect(await ask(`https://${host}/`, { NAMED_CA })).toBe("tls");
  });

  it("are, before Node.js 22.15, its bundled list and the certificates of that file", () => {
    expect(bundledAuthorities()).toEqual(rootCertificates);
    expect(bundledAuthorities(CA_FILE)).toEqual([...rootCertificates, authority.ca]);
  });

  it("leave out a file that cannot be used, as Node.js does", () => {
    expect(bundledAuthorities("/not/there")).toEqual(rootCertificates);
    expect(bundledAuthorities(import.meta.filename)).toEqual(rootCertificates);
  });
});
