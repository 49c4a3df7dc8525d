import { RegcredError } from "../errors.ts";
import { gitBlobId } from "../git-blob.ts";
import type { TreeChange, TreeEntry } from "../io/github-port.ts";

/** The entries of a commit's tree, by path from its root. */
export type Tree = ReadonlyMap<string, TreeEntry>;

/** What happens to paths, each at most once. */
export type Changes = ReadonlyMap<string, TreeChange>;

export function treeOf(entries: readonly TreeEntry[]): Tree {
  return new Map(entries.map((entry) => [entry.path, entry]));
}

/** What makes one tree of another. */
export function difference(from: Tree, to: Tree): Changes {
  const written = [...to.values()].filter((entry) => !isSame(from.get(entry.path), entry));
  const gone = [...from.keys()].filter((path) => !to.has(path));
  return changesOf([...written.map(({ path, sha }) => ({ path, sha })), ...gone.map((path) => ({ path, sha: null }))]);
}

/** Of two changes to a path the later counts. */
export function changesOf(changes: readonly TreeChange[]): Changes {
  return new Map(changes.map((change) => [change.path, change]));
}

function isSame(left: TreeEntry | undefined, right: TreeEntry): boolean {
  return left?.sha === right.sha && left.kind === right.kind;
}

/** The changes that change something: no deletion of what is not there, no text that is there already. */
export function effective(changes: Changes, base: Tree): Changes {
  return new Map([...changes].filter(([path, change]) => idAfter(change) !== (base.get(path)?.sha ?? null)));
}

/** Whether both lead to the same files. */
export function areSame(left: Changes, right: Changes): boolean {
  if (left.size !== right.size) return false;
  return [...left].every(([path, change]) => {
    const other = right.get(path);
    return other !== undefined && idAfter(other) === idAfter(change);
  });
}

function idAfter(change: TreeChange): string | null {
  return "content" in change ? gitBlobId(change.content) : change.sha;
}

/**
 * Git would replace a file or a symbolic link that stands where a folder of ours has to be, without a word.
 *
 * @throws RegcredError `path-escapes`
 */
export function refuseObstacles(changes: Changes, base: Tree): void {
  for (const [path, change] of changes) {
    const obstacle = foldersAbove(path).find((folder) => base.has(folder));
    if (obstacle !== undefined && !("sha" in change && change.sha === null)) throw inTheWay(path, obstacle);
    const there = base.get(path);
    if (there !== undefined && there.kind !== "file") throw inTheWay(path, path);
  }
}

function foldersAbove(path: string): readonly string[] {
  const steps = path.split("/");
  return steps.slice(0, -1).map((_, index) => steps.slice(0, index + 1).join("/"));
}

function inTheWay(path: string, obstacle: string): RegcredError {
  return new RegcredError(
    {
      code: "path-escapes",
      message: `${path} cannot be written: ${obstacle} is a file, a symbolic link or a submodule in the repository`,
      hint: "move it away, or give the cluster another `path`",
    },
    { exitCode: 1 },
  );
}
