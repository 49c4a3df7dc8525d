import { describe, expect, it } from "vitest";
import { createClock } from "../../src/io/clock.ts";
import type { CheckResult, RegistryType, Resolved } from "../../src/model.ts";
import { resolveRegistry } from "../../src/providers/index.ts";
import { checkRegistry } from "../../src/registry/index.ts";
import { dockerConfigJson } from "../../src/render/docker-config.ts";
import { Secret } from "../../src/secret.ts";
import { configOf, fileOf, wordsOf } from "../config/load.ts";
import { gist } from "../registry/servers.ts";
import type { TestServer } from "../registry/servers.ts";
import { collector, connectTo, speak } from "./speaking.ts";
import type { Speech } from "./speaking.ts";

/** One registry type, as its users name it and as it speaks. */
export interface Row extends Speech {
  readonly type: RegistryType;
  /** What its entry says beside type, auth and canary: `host: quay.io`. */
  readonly entry: string;
  readonly username: string;
  /** The key of its entry in a docker config. */
  readonly server: string;
  /** Requests until the right to pull is proved; three but for a reason. */
  readonly requests?: number;
  /** What the hint for a refused login has to name. */
  readonly hint: RegExp;
}

const PASSWORD = "pa$$+w|rd: ö";
const FOREIGN = "https://tokens.example.net";
const clock = createClock();

interface Asked {
  readonly username?: string;
  readonly password?: string;
  /** The repository under `acme/`; null for no canary. */
  readonly canary?: "api" | "locked" | "public" | null;
  readonly speech?: Partial<Speech>;
}

interface Told {
  readonly result: CheckResult;
  readonly resolved: Resolved;
  readonly servers: ReadonlyMap<string, TestServer>;
  readonly foreign: TestServer;
}

function textOf({ type, entry }: Row, username: string, canary: Asked["canary"]): string {
  const auth = `auth: { basic: { username: '${username}', password: { env: TOKEN } } }`;
  const more = canary === null ? "" : `, canary: acme/${canary ?? "api"}`;
  return fileOf([`it: { type: ${type}, ${entry === "" ? "" : `${entry}, `}${auth}${more} }`]);
}

/** From the text of a `registries.yaml` to the result of the check, against servers that speak as the row says. */
async function ask(row: Row, { username = row.username, password = PASSWORD, canary, speech }: Asked): Promise<Told> {
  const servers = await speak({ ...row, ...speech }, { username, password: PASSWORD });
  const foreign = await collector();
  const [registry] = configOf(textOf(row, username, canary)).registries;
  if (registry === undefined) throw new Error("no registry");
  const resolved = await resolveRegistry(registry, () => Promise.resolve(new Secret(password)), clock);
  const { endpoint, outcome } = resolved;
  if (outcome.status === "unresolved") throw new Error(outcome.problem.message);
  const connection = connectTo(new Map([...servers, [FOREIGN, foreign]]));
  try {
    const result = await checkRegistry({ registry, endpoint, credential: outcome.credential }, connection, clock);
    return { result, resolved, servers, foreign };
  } finally {
    await connection.close();
  }
}

function dockerConfigOf({ endpoint, outcome }: Resolved): unknown {
  const login = outcome.status === "resolved" ? outcome.credential.login : undefined;
  if (login?.kind !== "basic") return undefined;
  const data = dockerConfigJson([{ server: endpoint.server, ...login }]).reveal();
  return JSON.parse(Buffer.from(data, "base64").toString());
}

/** What every registry type has to pass: one row of data for each way in which its registries speak. */
export function describeConformance(name: string, row: Row): void {
  describe(name, () => {
    it("has an entry in which nothing is wrong or doubtful", () => {
      expect(wordsOf(textOf(row, row.username, "api"))).toEqual([]);
    });
    it("proves the right to pull, and the login alone without a canary", async () => {
      const { result } = await ask(row, {});
      expect(gist(result)).toBe("ok pull pull");
      expect(result.requests).toBe(row.requests ?? 3);
      expect(gist((await ask(row, { canary: null })).result)).toBe("ok token login");
    });
    it("tells a wrong password, with what is most likely wrong, and asks only once", async () => {
      const { result } = await ask(row, { password: "wrong" });
      expect(gist(result)).toBe("unauthorized token nothing");
      expect(result.requests).toBe(2);
      expect(result.hint).toMatch(row.hint);
      expect(gist((await ask(row, { password: "wrong", canary: null })).result)).toBe("unauthorized token nothing");
    });
    it("does not take for a right password what everybody may pull", async () => {
      expect(gist((await ask(row, { canary: "public" })).result)).toBe("ok pull pull");
      expect(gist((await ask(row, { canary: "public", password: "wrong" })).result)).toBe("unauthorized token nothing");
    });
    it("tells a login that may not pull", async () => {
      const { result } = await ask(row, { canary: "locked" });
      expect(gist(result)).toBe("denied pull login");
      expect(result.hint).not.toBe("");
    });
    it("sends its credential nowhere else, and says which line would", async () => {
      const challenge = `Bearer realm="${FOREIGN}/token",service="x"`;
      const { result, servers, foreign } = await ask(row, { speech: { challenge } });
      expect(gist(result)).toBe("refused-realm challenge nothing");
      expect(result.hint).toContain('tokenHosts: ["tokens.example.net"]');
      expect(foreign.heard).toEqual([]);
      const heard = [...servers.values()].flatMap((server) => server.heard);
      expect(heard.map(({ path, authorization }) => [path, authorization])).toEqual([["/v2/", undefined]]);
    });
    it("is known to docker by its key", async () => {
      const { resolved } = await ask(row, {});
      const auth = Buffer.from(`${row.username}:${PASSWORD}`).toString("base64");
      const login = { username: row.username, password: PASSWORD, auth };
      expect(dockerConfigOf(resolved)).toEqual({ auths: { [row.server]: login } });
    });
    it.each([
      "robot$acme+ci",
      "$oauthtoken",
      "acme+ci",
      "12345|acme-ci",
      "a b",
      "ci@acme.example",
      "acme/ci",
      "ü%2F&=?",
    ])("takes the name %s as it is", async (username) => {
      const { result, resolved } = await ask(row, { username });
      expect(gist(result)).toBe("ok pull pull");
      expect(JSON.stringify(dockerConfigOf(resolved))).toContain(JSON.stringify(username));
    });
  });
}
