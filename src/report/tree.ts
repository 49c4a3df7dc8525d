import { printable } from "./printable.ts";

interface Folder {
  readonly entries: Map<string, Folder>;
}

/**
 * Paths as a tree, in the order of their names, folders marked by a slash. The last line ends with a newline.
 *
 * @param paths `/`-separated files.
 */
export function renderTree(paths: readonly string[]): string {
  const root: Folder = { entries: new Map() };
  for (const path of paths) insert(root, path.split("/"));
  return branches(root, "")
    .map((line) => `${line}\n`)
    .join("");
}

function insert(folder: Folder, [name, ...rest]: readonly string[]): void {
  if (name === undefined) return;
  const entry = folder.entries.get(name) ?? { entries: new Map<string, Folder>() };
  folder.entries.set(name, entry);
  insert(entry, rest);
}

function branches({ entries }: Folder, prefix: string): readonly string[] {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([name, entry], index) => {
    const last = index === sorted.length - 1;
    const label = printable(entry.entries.size === 0 ? name : `${name}/`);
    return [`${prefix}${last ? "└── " : "├── "}${label}`, ...branches(entry, `${prefix}${last ? "    " : "│   "}`)];
  });
}
