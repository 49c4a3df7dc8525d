import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { pushImage } from "../../src/demo/push.ts";
import { startRegistry } from "../../src/demo/registry.ts";
import type { EmbeddedRegistry } from "../../src/demo/registry.ts";
import { decryptSops } from "../../src/encrypt/index.ts";
import { Secret } from "../../src/secret.ts";
import { SECRET } from "./assertions.ts";
import { regcred } from "./process.ts";
import type { Call, Ended } from "./process.ts";

export const identity = await generateX25519Identity();
export const recipient = await identityToRecipient(identity);

/** A folder that a process of regcred is called in. */
export interface Folder {
  readonly path: string;
  write(file: string, content: string | Uint8Array): void;
  read(file: string): string;
  /** Every file below it with its text, but what Git keeps for itself. */
  tree(): ReadonlyMap<string, string>;
  run(args: string, more?: Partial<Call>): Promise<Ended>;
  remove(): void;
}

/** The variables that the configurations of the suite read. */
export const VARIABLES = { HUB: SECRET, QUAY: SECRET, REGCRED_FINGERPRINT_KEY: "ab".repeat(32) } as const;

export function makeFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): Folder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "regcred-e2e-")));
  const write: Folder["write"] = (file, content) => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), content);
  };
  for (const [file, content] of Object.entries(files)) write(file, content);
  return {
    path,
    write,
    read: (file) => readFileSync(join(path, file), "utf8"),
    tree: () => readTree(path),
    run: (args, more) => regcred(args.split(" "), { cwd: path, env: VARIABLES, ...more }),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function readTree(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => !name.startsWith(".git/"));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** The paths whose bytes differ between two moments. */
export function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.filter((path) => before.get(path) !== after.get(path));
}

/** The docker config in the text of a sealed file. */
export async function dockerConfig(sealed: string): Promise<{ auths: Record<string, { password: string }> }> {
  const opened = await decryptSops(Buffer.from(sealed), "sealed", [{ secret: new Secret(identity), recipient }]);
  return JSON.parse(Buffer.from(opened.get("data..dockerconfigjson").reveal(), "base64").toString("utf8"));
}

/** One registry that asks for Basic and one that hands out tokens, each with an image. */
export interface Registries {
  readonly hub: EmbeddedRegistry;
  readonly quay: EmbeddedRegistry;
  stop(): Promise<void>;
}

export async function startRegistries(): Promise<Registries> {
  const users = {
    ci: { password: SECRET, right: "pull" },
    pusher: { password: "p" },
    nobody: { password: SECRET, right: "none" },
  } as const;
  const [hub, quay] = await Promise.all([
    startRegistry({ auth: "basic", users }),
    startRegistry({ auth: "bearer", users }),
  ]);
  for (const { host } of [hub, quay]) await pushImage(host, "acme/api", { username: "pusher", password: "p" });
  return {
    hub,
    quay,
    stop: async () => {
      await Promise.all([hub.stop(), quay.stop()]);
    },
  };
}

/** A registry's entry in a configuration; `more` are further lines, moved in as they must be. */
export function entry(name: string, host: string, more = ""): string {
  return `  ${name}:
    type: generic
    host: ${host}
    tls: { plainHttp: true }
    auth: { basic: { username: ci, password: { env: ${name.toUpperCase()} } } }
    canary: acme/api:latest
${more}`;
}

/** Two registries, two clusters, three namespaces. */
export function configuration({ hub, quay }: { hub: { host: string }; quay: { host: string } }): string {
  return `version: 1
name: platform
registries:
${entry("hub", hub.host, "    deliverTo: { clusters: all }\n")}
${entry("quay", quay.host, "    deliverTo: { clusters: [prod], namespaces: [apps] }\n")}
clusters:
  prod: { namespaces: [apps, payments], encrypt: { sops: { age: [${recipient}] } } }
  edge: { namespaces: [shop], encrypt: { sops: { age: [${recipient}] } } }
`;
}
