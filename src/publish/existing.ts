import { join } from "node:path";
import { RegcredError } from "../errors.ts";
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

export interface DirectoryPorts {
  readonly files: Files;
  readonly lockKey: LockKey | null;
}

/**
 * What a cluster's directory holds today: its lock, and the files at the paths of interest. A directory that cannot be
 * read is one of the outcomes, so that it stops no other.
 *
 * @param wanted paths relative to the directory that matter beside those that the lock names.
 */
export async function readCluster(
  directory: ClusterDirectory,
  wanted: readonly string[],
  ports: DirectoryPorts,
): Promise<ExistingCluster> {
  try {
    const folder = join(directory.root, directory.path);
    const found = new Map((await ports.files.list(folder)).map((file) => [file.path, file.kind]));
    const lock = found.has(LOCK) ? await readLockFile(directory, ports) : NO_LOCK;
    const named = lock.kind === "ours" || lock.kind === "foreign" ? pathsOf(lock.lock) : [];
    const paths = [...new Set([...wanted, ...named])].filter((path) => found.has(path));
    const existing = paths.map(async (path) => {
      const file = found.get(path) === "file" ? readFile(await ports.files.read(join(folder, path))) : NOT_A_FILE;
      return [path, file] as const;
    });
    return { lock, files: new Map(await Promise.all(existing)) };
  } catch (error) {
    return { lock: unreadable(error), files: new Map() };
  }
}

/** The lock of a directory alone. */
export async function readLockOf(directory: ClusterDirectory, ports: DirectoryPorts): Promise<LockState> {
  try {
    return await readLockFile(directory, ports);
  } catch (error) {
    return unreadable(error);
  }
}

async function readLockFile(
  { root, path, owner, cluster }: ClusterDirectory,
  { files, lockKey }: DirectoryPorts,
): Promise<LockState> {
  const bytes = await files.read(join(root, path, LOCK));
  return readLock(Buffer.from(bytes).toString("utf8"), { owner, cluster }, lockKey);
}

const NO_LOCK: LockState = { kind: "none" };

function unreadable(error: unknown): LockState {
  if (error instanceof RegcredError) return { kind: "unreadable", problem: error.problems[0] };
  throw error;
}

/** A symbolic link, a device: there, and never ours. */
const NOT_A_FILE: ExistingFile = { blob: null, managed: false };

function readFile(bytes: Uint8Array): ExistingFile {
  const lines = Buffer.from(bytes).toString("utf8").split("\n");
  const managed = lines.some((line) => line.startsWith(" ") && LABELS.includes(line.trimStart()));
  return { blob: gitBlobId(bytes), managed };
}
