import type { Commit, TreeChange } from "../io/github-port.ts";
import { KUSTOMIZATION, LOCK } from "../model.ts";
import type { ClusterUpdate } from "./directory.ts";
import { writeLock } from "./lock.ts";
import type { LockKey } from "./lock.ts";

/** What a cluster's update does in a commit, where nothing is ever half-written. */
export function commitChanges(update: ClusterUpdate, lockKey: LockKey | null): readonly TreeChange[] {
  const at = (path: string): string => `${update.path}/${path}`;
  return [
    ...update.removes.map((path) => ({ path: at(path), sha: null })),
    ...Object.entries(update.kept ?? {}).map(([path, sha]) => ({ path: at(path), sha })),
    ...update.sealed.map(({ path, text }) => ({ path: at(path), content: text })),
    ...(update.kustomization === null ? [] : [{ path: at(KUSTOMIZATION), content: update.kustomization }]),
    { path: at(LOCK), content: writeLock(update.lock, lockKey) },
  ];
}

// A commit of ours says which tree it has and which commit it was made on, so that it is known again. One that a person
// amended or rebased says something else than it is, and counts as that person's.

/** The message with the trailers by which {@link isOurs} knows the commit. */
export function signedMessage(message: string, { tree, parent }: { tree: string; parent: string }): string {
  return `${message.trimEnd()}\n\n${trailersOf(tree, parent)}\n`;
}

/** Whether regcred made this very commit. */
export function isOurs({ message, tree, parents }: Commit): boolean {
  const [parent, ...others] = parents;
  return parent !== undefined && others.length === 0 && message.trimEnd().endsWith(`\n\n${trailersOf(tree, parent)}`);
}

function trailersOf(tree: string, parent: string): string {
  return `Regcred-Tree: ${tree}\nRegcred-Base: ${parent}`;
}
