// Stage 7: sealed files -> a directory.

export { writeCluster } from "./directory.ts";
export type { DirectoryUpdate } from "./directory.ts";
export { readCluster, readLockOf } from "./existing.ts";
export type { LockKey } from "./lock.ts";
