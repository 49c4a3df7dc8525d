import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { runPipeline } from "../../src/commands/pipeline.ts";
import { DEFAULTS } from "../../src/commands/options.ts";
import type { Options } from "../../src/commands/options.ts";
import type { Outcome } from "../../src/commands/outcome.ts";
import type { World } from "../../src/commands/world.ts";
import { pushImage } from "../../src/demo/push.ts";
import { startRegistry } from "../../src/demo/registry.ts";
import type { EmbeddedRegistry } from "../../src/demo/registry.ts";
import { decryptSops } from "../../src/encrypt/index.ts";
import { createClock } from "../../src/io/clock.ts";
import { createFiles } from "../../src/io/files.ts";
import { connectGitHub } from "../../src/io/github.ts";
import { http } from "../../src/io/http.ts";
import type { PipelineCommand } from "../../src/model.ts";
import { Secret } from "../../src/secret.ts";

const OPTIONS: Options = { ...DEFAULTS, timeout: 3000 };

/** A folder with a configuration, two real registries on loopback, and one age key. */
export interface Scene {
  readonly folder: string;
  readonly hub: EmbeddedRegistry;
  readonly quay: EmbeddedRegistry;
  readonly recipient: string;
  readonly identity: string;
  readonly variables: Map<string, string>;
  configure(change?: Configured): void;
  run(command: PipelineCommand, options?: Partial<Options>, world?: Partial<World>): Promise<Outcome>;
  /** The text of the configuration. */
  config(): string;
  /** Every file below the folder but the configuration, with its text. */
  tree(): ReadonlyMap<string, string>;
  /** The docker config in a sealed file. */
  auths(path: string): Promise<Record<string, { username: string; password: string }>>;
  write(path: string, text: string): void;
  close(): Promise<void>;
}

interface Configured {
  readonly top?: string;
  readonly hub?: string;
  readonly quay?: string;
  readonly clusters?: string;
}

export const HUB_USER = "robot$acme";
export const QUAY_USER = "acme-bot";

export async function openScene(): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "regcred-pipeline-"));
  const hub = await startRegistry({ auth: "basic", users: { [HUB_USER]: { password: "hub-1" } } });
  const quay = await startRegistry({ auth: "bearer", users: { [QUAY_USER]: { password: "quay-1" } } });
  await pushImage(hub.host, "acme/api", { username: HUB_USER, password: "hub-1" });
  await pushImage(quay.host, "acme/web", { username: QUAY_USER, password: "quay-1" });
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const variables = new Map([
    ["HUB", "hub-1"],
    ["QUAY", "quay-1"],
    ["REGCRED_FINGERPRINT_KEY", "ab".repeat(32)],
  ]);
  const world: World = {
    environment: { get: (name) => variables.get(name) },
    clock: createClock(),
    files: createFiles(),
    http,
    github: connectGitHub,
    log: { stage: () => undefined, info: () => undefined, debug: () => undefined },
    mask: () => undefined,
    interruption: { guard: (work) => work(), check: () => undefined },
    folder,
  };
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const scene: Scene = {
    folder,
    hub,
    quay,
    recipient,
    identity,
    variables,
    write,
    configure: (change = {}) => write("registries.yaml", configuration({ hub, quay, recipient }, change)),
    run: (command, options = {}, ports = {}) =>
      runPipeline(command, { ...OPTIONS, ...options }, { ...world, ...ports }, new Map()),
    config: () => readFileSync(join(folder, "registries.yaml"), "utf8"),
    tree: () => readTree(folder),
    auths: async (path) => {
      const opened = await decryptSops(readFileSync(join(folder, path)), path, [
        { secret: new Secret(identity), recipient },
      ]);
      return JSON.parse(Buffer.from(opened.get("data..dockerconfigjson").reveal(), "base64").toString("utf8")).auths;
    },
    close: async () => {
      await Promise.all([hub.stop(), quay.stop()]);
      rmSync(folder, { recursive: true });
    },
  };
  scene.configure();
  return scene;
}

function configuration(
  { hub, quay, recipient }: { hub: EmbeddedRegistry; quay: EmbeddedRegistry; recipient: string },
  change: Configured,
): string {
  const age = `encrypt: { sops: { age: [${recipient}] } }`;
  return `version: 1
name: platform
${change.top ?? ""}
registries:
  hub:
    type: generic
    host: ${hub.host}
    tls: { plainHttp: true }
    auth: { basic: { username: "${HUB_USER}", password: { env: HUB } } }
    canary: acme/api:latest
${change.hub ?? "    deliverTo: { clusters: all }"}
  quay:
    type: generic
    host: ${quay.host}
    tls: { plainHttp: true }
    auth: { basic: { username: ${QUAY_USER}, password: { env: QUAY } } }
    canary: acme/web:latest
${change.quay ?? "    deliverTo: { clusters: [prod], namespaces: [apps] }"}
clusters:
${change.clusters ?? `  prod: { namespaces: [apps, payments], ${age} }\n  edge: { namespaces: [shop], ${age} }`}
`;
}

function readTree(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "registries.yaml")
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(names.sort().map((name) => [name.slice(folder.length + 1), readFileSync(name, "utf8")]));
}

/** `action reason path` of every change but those that keep a file. */
export function changesOf({ report }: Outcome): readonly string[] {
  return (report.changes ?? [])
    .filter(({ action }) => action !== "keep")
    .map(({ action, reason, path }) => `${action} ${reason} ${path.replace("pull-secrets/", "")}`);
}

/** The paths whose bytes differ between two moments. */
export function changedFiles(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.filter((path) => before.get(path) !== after.get(path)).map((path) => path.replace("pull-secrets/", ""));
}
