import { join } from "node:path";
import type { Repository, TreeEntry } from "../io/github-port.ts";
import type { Files, FoundFile } from "../io/ports.ts";
import { foldersAbove } from "./tree.ts";

/** An entry of a GitOps repository, with its git blob id where that is known without reading it. */
export interface HeldFile extends FoundFile {
  readonly blob?: string;
}

/** What a GitOps repository holds, wherever it lies. Paths are `/`-separated, from its root. */
export interface Holdings {
  /** Every entry below a directory that is not itself one, relative to it; none where there is no such directory. */
  list(directory: string): Promise<readonly HeldFile[]>;
  read(path: string): Promise<Uint8Array>;
}

/** A checkout, or any directory, on disk. */
export function directoryHoldings(root: string, files: Files): Holdings {
  return { list: (directory) => files.list(join(root, directory)), read: (path) => files.read(join(root, path)) };
}

/** A commit on GitHub, of which everything has been listed. */
export function commitHoldings(entries: readonly TreeEntry[], { blob }: Pick<Repository, "blob">): Holdings {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const byFolder = foldersOf(entries);
  return {
    list: (directory) => Promise.resolve(byFolder.get(directory) ?? []),
    read: async (path) => {
      const entry = byPath.get(path);
      if (entry === undefined) throw new Error(`${path} was asked for and is not in the commit`);
      return await blob(entry.sha);
    },
  };
}

/** For each folder all that is below it, near and far. */
function foldersOf(entries: readonly TreeEntry[]): ReadonlyMap<string, readonly HeldFile[]> {
  const folders = new Map<string, HeldFile[]>();
  for (const { path, kind, sha } of entries) {
    for (const folder of foldersAbove(path)) {
      const held = folders.get(folder) ?? [];
      held.push({ path: path.slice(folder.length + 1), kind, blob: sha });
      folders.set(folder, held);
    }
  }
  return folders;
}
