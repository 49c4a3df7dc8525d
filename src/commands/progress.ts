import type { TreeChange } from "../io/github-port.ts";
import { changesOf, difference, effective } from "../publish/index.ts";
import type { Changes, Tree } from "../publish/index.ts";
import type { Branch } from "./branch.ts";

/** How the branch and the base went apart. */
export interface Progress {
  /** What the branch's commit does that the base does not have yet. */
  readonly pending: Changes;
  /** The same for one directory. */
  readonly pendingBelow: (directory: string) => readonly TreeChange[];
  /** Whether the base changed a directory since the branch's commit was made on it. */
  readonly hasMoved: (directory: string) => boolean;
}

export function progressOf(branch: Branch, base: Tree): Progress {
  const none = changesOf([]);
  const pending = branch.kind === "ours" ? effective(difference(branch.parent, branch.tree), base) : none;
  const moved = branch.kind === "ours" ? difference(branch.parent, base) : none;
  return {
    pending,
    pendingBelow: (directory) => [...pending.values()].filter(({ path }) => isBelow(path, directory)),
    hasMoved: (directory) => [...moved.keys()].some((path) => isBelow(path, directory)),
  };
}

/** Whether a path lies in a directory. */
function isBelow(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`);
}
