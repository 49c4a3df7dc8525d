import { join } from "node:path";
import { gitBlobId } from "../git-blob.ts";
import type { Files } from "../io/ports.ts";
import { LOCK, MANAGED_BY, pathsOf } from "../model.ts";
import type { ExistingCluster, ExistingFile, LockState } from "../model.ts";
import { readLock } from "./lock.ts";
import type { LockKey } from "./lock.ts";

/** Our label as SOPS and we write it: in the clear, on a line of its own. */
const LABELS: readonly string[] = [
  `${MANAGED_BY.label}: ${MANAGED_BY.value}`,
  `${MANAGED_BY.label}: ${JSON.stringify(MANAGED_BY.value)}`,
];

/** Which directory is meant, and whose it should be. */
export interface ClusterDirectory {
  /** The root of the GitOps checkout. */
  readonly root: string;
  /** The cluster's `path` below it. */
  readonly path: string;
  readonly owner: string;
  readonly cluster: string;
}

/**
 * What a cluster's directory holds today: its lock, and the files at the paths of interest.
 *
 * @param wanted paths relative to the directory that matter beside those that the lock names.
 */
export async function readCluster(
  { root, path, owner, cluster }: ClusterDirectory,
  wanted: readonly string[],
  { files, lockKey }: { files: Files; lockKey: LockKey | null },
): Promise<ExistingCluster> {
  const directory = join(root, path);
  const found = new Map((await files.list(directory)).map((file) => [file.path, file.kind]));
  const lock: LockState = found.has(LOCK)
    ? readLock(Buffer.from(await files.read(join(directory, LOCK))).toString("utf8"), { owner, cluster }, lockKey)
    : { kind: "none" };
  const named = lock.kind === "ours" || lock.kind === "foreign" ? pathsOf(lock.lock) : [];
  const paths = [...new Set([...wanted, ...named])].filter((path) => found.has(path));
  const existing = paths.map(async (path) => {
    const file = found.get(path) === "file" ? readFile(await files.read(join(directory, path))) : NOT_A_FILE;
    return [path, file] as const;
  });
  return { lock, files: new Map(await Promise.all(existing)) };
}

/** A symbolic link, a device: there, and never ours. */
const NOT_A_FILE: ExistingFile = { blob: null, managed: false };

function readFile(bytes: Uint8Array): ExistingFile {
  const lines = Buffer.from(bytes).toString("utf8").split("\n");
  const managed = lines.some((line) => line.startsWith(" ") && LABELS.includes(line.trimStart()));
  return { blob: gitBlobId(bytes), managed };
}
