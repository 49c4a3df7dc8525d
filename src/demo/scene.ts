import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { RegcredError } from "../errors.ts";
import { configuration, IN_HOUSE, PARTNER } from "./configuration.ts";
import { pushImage } from "./push.ts";
import { startRegistry } from "./registry.ts";
import type { EmbeddedRegistry } from "./registry.ts";
import { initRepository } from "./repository.ts";
import type { Repository } from "./repository.ts";

/**
 * Everything that the demo plays with: two registries, a key for each cluster, a repository with a `registries.yaml`.
 */
export interface Scene {
  readonly folder: string;
  readonly repository: Repository;
  readonly inHouse: EmbeddedRegistry;
  readonly partner: EmbeddedRegistry;
  /** The environment of the runs, in place of the process's. */
  readonly variables: Map<string, string>;
  /** The age identity of each cluster, as a controller in it would hold it. */
  readonly keyFiles: Readonly<Record<string, string>>;
  /** Stops the registries, and deletes what is not kept. */
  close(): Promise<void>;
}

const CLUSTERS = ["prod-eu", "edge"];

/** Sets the scene in a folder of its own, which is deleted at the end, or in the new or empty one that is kept. */
export async function setScene(keep: string | undefined, from: string): Promise<Scene> {
  const folder = await openFolder(keep === undefined ? undefined : resolve(from, keep));
  const registries = await openRegistries();
  const close = async (): Promise<void> => {
    await Promise.all([registries.inHouse.stop(), registries.partner.stop()]);
    if (keep === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    const keys = await Promise.all(CLUSTERS.map((cluster) => makeKey(folder, cluster)));
    const repository = await makeRepository(folder, registries, keys);
    const keyFiles = Object.fromEntries(keys.map(({ cluster, file }) => [cluster, file]));
    return { folder, repository, ...registries, keyFiles, close };
  } catch (error) {
    await close();
    throw error instanceof RegcredError ? error : notWritten(folder, error);
  }
}

interface Registries {
  readonly inHouse: EmbeddedRegistry;
  readonly partner: EmbeddedRegistry;
  readonly variables: Map<string, string>;
}

/** Two registries on loopback, one that asks for Basic and one that hands out tokens, each with a tiny image. */
async function openRegistries(): Promise<Registries> {
  const [inHousePassword, partnerToken] = [newPassword(), newPassword()];
  const inHouse = await startRegistry({ auth: "basic", users: { [IN_HOUSE.user]: { password: inHousePassword } } });
  const partner = await startRegistry({ auth: "bearer", users: { [PARTNER.user]: { password: partnerToken } } });
  await pushImage(inHouse.host, IN_HOUSE.image, { username: IN_HOUSE.user, password: inHousePassword });
  await pushImage(partner.host, PARTNER.image, { username: PARTNER.user, password: partnerToken });
  const variables = new Map([
    [IN_HOUSE.variable, inHousePassword],
    [PARTNER.variable, partnerToken],
    ["REGCRED_FINGERPRINT_KEY", randomBytes(32).toString("hex")],
  ]);
  return { inHouse, partner, variables };
}

export function newPassword(): string {
  return randomBytes(12).toString("base64url");
}

interface Key {
  readonly cluster: string;
  readonly file: string;
  readonly recipient: string;
}

/** An age key pair; the private half lies outside the repository and only its owner may read it. */
async function makeKey(folder: string, cluster: string): Promise<Key> {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const file = join(folder, "keys", `${cluster}.agekey`);
  await mkdir(join(folder, "keys"), { recursive: true, mode: 0o700 });
  await writeFile(file, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600 });
  return { cluster, file, recipient };
}

async function makeRepository(folder: string, registries: Registries, keys: readonly Key[]): Promise<Repository> {
  const path = join(folder, "gitops");
  await mkdir(path);
  const repository = await initRepository(path);
  const hosts = { inHouse: registries.inHouse.host, partner: registries.partner.host };
  const recipients = Object.fromEntries(keys.map(({ cluster, recipient }) => [cluster, recipient]));
  await writeFile(join(path, "registries.yaml"), configuration(hosts, recipients));
  await repository.commit("Name every registry in one file");
  return repository;
}

/** A temporary folder, or the given one, which must be new or empty. */
async function openFolder(given: string | undefined): Promise<string> {
  try {
    if (given === undefined) return await mkdtemp(join(tmpdir(), "regcred-demo-"));
    await mkdir(given, { recursive: true });
    if ((await readdir(given)).length === 0) return given;
  } catch (error) {
    throw notWritten(given ?? tmpdir(), error);
  }
  const message = `${given} is not empty, and the demo overwrites nothing`;
  throw new RegcredError({ code: "bad-usage", message, hint: "name a new folder with --keep" });
}

function notWritten(folder: string, cause: unknown): RegcredError {
  const message = `the demo cannot write to ${folder}`;
  const hint = "it wants a folder, and room on the disk: name one with --keep, or set TMPDIR";
  return new RegcredError({ code: "write-failed", message, hint }, { exitCode: 1, cause });
}
