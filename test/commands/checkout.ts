import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { parse, stringify } from "yaml";
import { DEFAULTS } from "../../src/commands/options.ts";
import type { Options } from "../../src/commands/options.ts";
import type { Outcome } from "../../src/commands/outcome.ts";
import { runPipeline } from "../../src/commands/pipeline.ts";
import { openWorld } from "../../src/commands/world.ts";
import type { World } from "../../src/commands/world.ts";
import { decryptSops } from "../../src/encrypt/index.ts";
import type { Http, HttpAnswer } from "../../src/io/ports.ts";
import { Secret } from "../../src/secret.ts";

/** What a configuration says, with what its credentials are worth. */
export interface Setup {
  readonly registries: Readonly<Record<string, RegistrySetup>>;
  readonly clusters: Readonly<Record<string, ClusterSetup>>;
  /** `defaults.check`; without it every registry is checked. */
  readonly check?: "skip";
}

export interface RegistrySetup {
  readonly password: string;
  /** `refused`: its registry does not take the password. `missing`: there is none. */
  readonly state: "taken" | "refused" | "missing";
  /** `CLUSTER/NAMESPACE`; those that do not exist count for nothing. */
  readonly deliveries: readonly string[];
}

export interface ClusterSetup {
  readonly namespaces: readonly string[];
  /** How many of {@link RECIPIENTS} can decrypt its files. */
  readonly recipients: number;
  /** The value of a label. */
  readonly team: string;
  readonly secretName: string;
}

const KEYS = { a: "ab".repeat(32), b: "cd".repeat(32) } as const;
/** Which fingerprint key a run has. */
export type KeyName = keyof typeof KEYS | "none";

const IDENTITY = await generateX25519Identity();
const OWN = await identityToRecipient(IDENTITY);
export const RECIPIENTS = [OWN, await identityToRecipient(await generateX25519Identity())] as const;

/** A folder with a configuration, to apply it in; its registries are asked over no socket. */
export interface Checkout {
  readonly folder: string;
  configure(setup: Setup): void;
  /** The text of the configuration. */
  config(): string;
  apply(call?: Call, ports?: Partial<World>): Promise<Outcome>;
  /** Every file below `pull-secrets` but those of Git, with its text, by path from there. */
  tree(): Map<string, string>;
  write(path: string, text: string): void;
  read(path: string): string;
  remove(path: string): void;
  /** Another folder that holds the same. */
  copy(): Checkout;
  close(): void;
}

/** The options of a run, and its fingerprint key: `a` unless told. */
export interface Call {
  readonly adopt?: boolean;
  readonly allowRemovals?: boolean;
  readonly key?: KeyName;
  readonly clusters?: readonly string[];
  readonly registries?: readonly string[];
}

const opened: string[] = [];

export function closeCheckouts(): void {
  for (const folder of opened.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function openCheckout(setup: Setup): Checkout {
  const folder = mkdtempSync(join(tmpdir(), "regcred-checkout-"));
  opened.push(folder);
  const checkout = checkoutIn(folder, setup);
  checkout.configure(setup);
  return checkout;
}

function checkoutIn(folder: string, first: Setup): Checkout {
  let setup = first;
  const place = (path: string) => join(folder, "pull-secrets", path);
  return {
    folder,
    configure: (next) => {
      setup = next;
      writeFileSync(join(folder, "registries.yaml"), configuration(next));
    },
    config: () => readFileSync(join(folder, "registries.yaml"), "utf8"),
    apply: (call = {}, ports = {}) =>
      runPipeline("apply", optionsOf(call), { ...world(folder, setup, call), ...ports }, new Map()),
    tree: () => readTree(join(folder, "pull-secrets")),
    write: (path, text) => {
      mkdirSync(dirname(place(path)), { recursive: true });
      writeFileSync(place(path), text);
    },
    read: (path) => readFileSync(place(path), "utf8"),
    remove: (path) => rmSync(place(path), { recursive: true, force: true }),
    copy: () => {
      const other = mkdtempSync(join(tmpdir(), "regcred-checkout-"));
      opened.push(other);
      cpSync(folder, other, { recursive: true });
      return checkoutIn(other, setup);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function optionsOf({ adopt = false, allowRemovals = false, clusters = [], registries = [] }: Call): Options {
  return { ...DEFAULTS, adopt, allowRemovals, scope: { clusters, registries } };
}

/** Every delivery of a registry that exists. */
export function reachOf({ deliveries }: RegistrySetup, { clusters }: Setup): readonly string[] {
  const all = Object.entries(clusters).flatMap(([name, { namespaces }]) =>
    namespaces.map((space) => `${name}/${space}`),
  );
  return all.filter((delivery) => deliveries.includes(delivery));
}

function configuration(setup: Setup): string {
  const registries = Object.entries(setup.registries).map(([name, registry]) => {
    const reach = reachOf(registry, setup);
    const clusters = [...new Set(reach.map((delivery) => delivery.split("/")[0]))];
    const deliverTo = reach.length === 0 ? { clusters: "none" } : { clusters, namespaces: reach };
    const basic = { username: `${name}-ci`, password: { env: variableOf(name) } };
    return [name, { type: "generic", host: hostOf(name), auth: { basic }, deliverTo }];
  });
  const clusters = Object.entries(setup.clusters).map(([name, { namespaces, recipients, team, secretName }]) => {
    const encrypt = { sops: { age: RECIPIENTS.slice(0, recipients) } };
    return [name, { namespaces, secretName, labels: { team }, encrypt }];
  });
  const top = { version: 1, name: "platform", defaults: { check: setup.check ?? "required" } };
  return stringify({ ...top, registries: Object.fromEntries(registries), clusters: Object.fromEntries(clusters) });
}

export function hostOf(registry: string): string {
  return `${registry}.example.com`;
}

function variableOf(registry: string): string {
  return `${registry.toUpperCase()}_TOKEN`;
}

/** The variables that a run with this setup finds. */
export function variablesOf({ registries }: Setup, key: KeyName = "a"): Record<string, string> {
  const passwords = Object.entries(registries).filter(([, { state }]) => state !== "missing");
  const named = passwords.map(([name, { password }]) => [variableOf(name), password]);
  return { ...Object.fromEntries(named), ...(key === "none" ? {} : { REGCRED_FINGERPRINT_KEY: KEYS[key] }) };
}

function world(folder: string, setup: Setup, { key }: Call): World {
  const quiet = () => undefined;
  const variables = new Map(Object.entries(variablesOf(setup, key)));
  const refused = Object.entries(setup.registries).filter(([, { state }]) => state === "refused");
  const door = { mask: quiet, log: { stage: quiet, info: quiet, debug: quiet } };
  return {
    ...openWorld({ ...door, interruption: { guard: (work) => work(), check: quiet } }),
    environment: { get: (name) => variables.get(name) },
    http: registriesThat(new Set(refused.map(([name]) => hostOf(name)))),
    folder,
  };
}

/** Registries that ask for Basic, and take every password or none. */
function registriesThat(refuse: ReadonlySet<string>): Http {
  const answer = (status: number): HttpAnswer => {
    const headers = new Map([["www-authenticate", ['Basic realm="registry"']]]);
    return { kind: "answer", status, headers, body: "" };
  };
  return {
    connect: () => ({
      send: ({ url, authorization }) =>
        Promise.resolve(answer(authorization === undefined || refuse.has(url.hostname) ? 401 : 200)),
      close: () => Promise.resolve(),
    }),
  };
}

function readTree(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(names.sort().map((name) => [name.slice(folder.length + 1), readFileSync(name, "utf8")]));
}

/** What a pull secret means to its cluster. */
export interface Meaning {
  readonly place: string;
  readonly team: string;
  readonly recipients: readonly string[];
  /** By host, `USERNAME:PASSWORD`. */
  readonly auths: Readonly<Record<string, string>>;
}

const known = new Map<string, Meaning>();

/** Decrypts a sealed file, and checks its MAC on the way. */
export async function meaningOf(text: string): Promise<Meaning> {
  const meaning = known.get(text) ?? (await openSealed(text));
  known.set(text, meaning);
  return meaning;
}

async function openSealed(text: string): Promise<Meaning> {
  const { metadata, sops } = parse(text);
  const opened = await decryptSops(Buffer.from(text), "sealed", [{ secret: new Secret(IDENTITY), recipient: OWN }]);
  const { auths } = JSON.parse(Buffer.from(opened.get("data..dockerconfigjson").reveal(), "base64").toString());
  const entries = Object.keys(auths).map((host) => [host, Buffer.from(auths[host].auth, "base64").toString()]);
  return {
    place: `${String(metadata.namespace)}/${String(metadata.name)}`,
    team: metadata.labels.team,
    recipients: sops.age.map(({ recipient }: { recipient: string }) => recipient),
    auths: Object.fromEntries(entries),
  };
}

/** What the files of a tree mean: sealed ones decrypted, a lock without what its files' bytes decide, the rest as it is. */
export async function meaningOfAll(tree: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, unknown>> {
  const entries = [...tree].map(async ([path, text]): Promise<[string, unknown]> => {
    if (path.endsWith("regcred.lock")) return [path, text.replaceAll(/"(?:blob|mac)": ".*"/g, "")];
    return [path, path.endsWith(".sops.yaml") && text.includes("ENC[") ? await meaningOf(text) : text];
  });
  return new Map(await Promise.all(entries));
}

/** What a `kustomization.yaml` lists. */
export function listedIn(text: string | undefined): readonly string[] | null {
  return text === undefined ? null : parse(text).resources;
}
