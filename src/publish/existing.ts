import { join } from "node:path";
import { gitBlobId } from "../git-blob.ts";
import type { Files } from "../io/ports.ts";
import type { ExistingCluster, ExistingFile, LockState } from "../model.ts";
import { readLock } from "./lock.ts";
import type { LockSeal } from "./lock.ts";

export const LOCK = "regcred.lock";

/** Our label as SOPS and we write it: in the clear, on a line of its own. */
const LABEL_LINE = /^ +app\.kubernetes\.io\/managed-by: "?regcred"?$/m;

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
  { files, seal }: { files: Files; seal: LockSeal },
): Promise<ExistingCluster> {
  const directory = join(root, path);
  const found = new Map((await files.list(directory)).map((file) => [file.path, file.kind]));
  const lock: LockState = found.has(LOCK)
    ? readLock(Buffer.from(await files.read(join(directory, LOCK))).toString("utf8"), { owner, cluster }, seal)
    : { kind: "none" };
  const named = lock.kind === "ours" ? Object.keys({ ...lock.lock.files, ...lock.lock.pending }) : [];
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
  return { blob: gitBlobId(bytes), managed: LABEL_LINE.test(Buffer.from(bytes).toString("utf8")) };
}
