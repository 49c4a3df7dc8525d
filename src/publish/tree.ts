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
 * Finds what stands in the way of changes to a tree: Git would replace it without a word, be it a file, a symbolic link
 * or a submodule where a folder of ours has to be, or a folder where a file has to be. Null where nothing does.
 */
export function obstaclesIn(base: Tree): (changes: readonly TreeChange[]) => RegcredError | null {
  const folders = new Set([...base.keys()].flatMap(foldersAbove));
  return (changes) => {
    for (const change of changes) {
      if ("sha" in change && change.sha === null) continue;
      const { path } = change;
      const obstacle = [...foldersAbove(path), path].find((step) => isInTheWay(step, path, base, folders));
      if (obstacle !== undefined) return inTheWay(path, obstacle);
    }
    return null;
  };
}

function isInTheWay(step: string, path: string, base: Tree, folders: ReadonlySet<string>): boolean {
  if (step !== path) return base.has(step);
  const there = base.get(path);
  return folders.has(path) || (there !== undefined && there.kind !== "file");
}

/** The folders that a path lies in, the outermost first. */
export function foldersAbove(path: string): readonly string[] {
  const steps = path.split("/");
  return steps.slice(0, -1).map((_, index) => steps.slice(0, index + 1).join("/"));
}

function inTheWay(path: string, obstacle: string): RegcredError {
  const what = path === obstacle ? "a folder, a symbolic link or a submodule is there" : `${obstacle} is no folder`;
  return new RegcredError(
    {
      code: "path-escapes",
      message: `${path} cannot be written: ${what} in the repository`,
      hint: "move it away, or give the cluster another `path`",
    },
    { exitCode: 1 },
  );
}
