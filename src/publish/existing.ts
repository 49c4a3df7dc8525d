import { RegcredError } from "../errors.ts";
import { gitBlobId } from "../git-blob.ts";
import { LOCK, MANAGED_BY, pathsOf } from "../model.ts";
import type { ExistingCluster, ExistingFile, LockState } from "../model.ts";
import type { HeldFile, Holdings } from "./holdings.ts";
import { readLock } from "./lock.ts";
import type { LockKey } from "./lock.ts";

/** Our label as SOPS and we write it: in the clear, on a line of its own. */
const LABELS: readonly string[] = [
  `${MANAGED_BY.label}: ${MANAGED_BY.value}`,
  `${MANAGED_BY.label}: ${JSON.stringify(MANAGED_BY.value)}`,
];

/** Which directory is meant, and whose it should be. */
export interface ClusterDirectory {
  /** The cluster's `path`, from the root of the GitOps repository. */
  readonly path: string;
  readonly owner: string;
  readonly cluster: string;
}

export interface Source {
  readonly holdings: Holdings;
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
  source: Source,
): Promise<ExistingCluster> {
  try {
    const found = new Map((await source.holdings.list(directory.path)).map((file) => [file.path, file]));
    const lock = found.has(LOCK) ? await readLockFile(directory, source) : NO_LOCK;
    const named = "lock" in lock ? pathsOf(lock.lock) : [];
    const held = [...new Set([...wanted, ...named])].flatMap((path) => found.get(path) ?? []);
    const known = knownFrom(lock, new Set(wanted), source);
    const files = held.map(async (file) => [file.path, await readFile(file, known(file), directory, source)] as const);
    return { lock, files: new Map(await Promise.all(files)) };
  } catch (error) {
    return { lock: unreadable(error), files: new Map() };
  }
}

/** The lock of a directory alone. */
export async function readLockOf(directory: ClusterDirectory, source: Source): Promise<LockState> {
  try {
    return await readLockFile(directory, source);
  } catch (error) {
    return unreadable(error);
  }
}

async function readLockFile(
  { path, owner, cluster }: ClusterDirectory,
  { holdings, lockKey }: Source,
): Promise<LockState> {
  const bytes = await holdings.read(`${path}/${LOCK}`);
  return readLock(Buffer.from(bytes).toString("utf8"), { owner, cluster }, lockKey);
}

/**
 * Whether a file needs no reading, because its blob id says that it is, byte for byte, what we wrote: the lock names it
 * under that id, and its HMAC vouches for the lock. Without a key that goes only for files that stay; what might be
 * removed is looked at.
 */
function knownFrom(lock: LockState, wanted: ReadonlySet<string>, { lockKey }: Source): (file: HeldFile) => boolean {
  if (lock.kind !== "ours") return () => false;
  const { files, pending = {} } = lock.lock;
  return ({ path, blob }) =>
    blob !== undefined &&
    (files[path]?.blob === blob || pending[path]?.blob === blob) &&
    (lockKey !== null || wanted.has(path));
}

async function readFile(
  { path, kind, blob }: HeldFile,
  known: boolean,
  directory: ClusterDirectory,
  { holdings }: Source,
): Promise<ExistingFile> {
  if (kind !== "file") return NOT_A_FILE;
  if (known && blob !== undefined) return { blob, managed: true };
  return judgeBytes(await holdings.read(`${directory.path}/${path}`));
}

const NO_LOCK: LockState = { kind: "none" };

function unreadable(error: unknown): LockState {
  if (error instanceof RegcredError) return { kind: "unreadable", problem: error.problems[0] };
  throw error;
}

/** A symbolic link, a device: there, and never ours. */
const NOT_A_FILE: ExistingFile = { blob: null, managed: false };

function judgeBytes(bytes: Uint8Array): ExistingFile {
  const lines = Buffer.from(bytes).toString("utf8").split("\n");
  const managed = lines.some((line) => line.startsWith(" ") && LABELS.includes(line.trimStart()));
  return { blob: gitBlobId(bytes), managed };
}
