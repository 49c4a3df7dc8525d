// Stage 7: sealed files -> a directory, or one commit on a branch.

export { commitChanges, isOurs, signedMessage } from "./commit.ts";
export { writeCluster } from "./directory.ts";
export type { ClusterUpdate } from "./directory.ts";
export { readCluster, readLockOf } from "./existing.ts";
export { commitHoldings, directoryHoldings } from "./holdings.ts";
export type { Holdings } from "./holdings.ts";
export type { LockKey } from "./lock.ts";
export { areSame, changesOf, difference, effective, foldersAbove, obstaclesIn, treeOf } from "./tree.ts";
export type { Changes, Tree } from "./tree.ts";
