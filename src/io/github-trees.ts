import { RegcredError } from "../errors.ts";
import type { Caller } from "./github-call.ts";
import type { Repository, TreeChange, TreeEntry } from "./github-port.ts";

type Trees = Pick<Repository, "entries" | "blob" | "writeTree">;

/** Trees and blobs of GitHub's Git Data API. */
export function openTrees(caller: Caller): Trees {
  return {
    entries: (tree) => readTree(caller, tree),
    blob: (sha) => readBlob(caller, sha),
    writeTree: (base, changes) => writeTree(caller, base, changes),
  };
}

/** GitHub cuts a listing at 100,000 entries or 7 MB, and says so; it is then put together folder by folder. */
async function readTree(caller: Caller, tree: string, prefix = ""): Promise<readonly TreeEntry[]> {
  const whole = await listTree(caller, tree, { recursive: "true" });
  if (!whole.truncated) return entriesOf(whole.tree, prefix);
  const top = await listTree(caller, tree, {});
  if (top.truncated) throw tooLarge(prefix);
  const folders = top.tree.filter(({ type }) => type === "tree");
  const below: TreeEntry[] = [];
  for (const { path, sha } of folders) below.push(...(await readTree(caller, sha, `${prefix}${path}/`)));
  return [...entriesOf(top.tree, prefix), ...below];
}

async function listTree(caller: Caller, tree: string, recursive: { recursive?: string }) {
  return await caller.call("read", (client, at) =>
    client.request("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", { ...at, tree_sha: tree, ...recursive }),
  );
}

interface RawEntry {
  readonly path?: string;
  readonly mode?: string;
  readonly type?: string;
  readonly sha?: string | null;
}

function entriesOf(raw: readonly RawEntry[], prefix: string): readonly TreeEntry[] {
  return raw.flatMap(({ path, mode = "", type, sha }) =>
    path === undefined || type === "tree" || typeof sha !== "string"
      ? []
      : [{ path: prefix + path, kind: KINDS[mode] ?? "other", sha }],
  );
}

/** By git's modes; what is not here is a submodule. */
const KINDS: Readonly<Record<string, TreeEntry["kind"]>> = { "100644": "file", "100755": "file", "120000": "symlink" };

async function readBlob(caller: Caller, sha: string): Promise<Uint8Array> {
  const { content } = await caller.call("read", (client, at) =>
    client.request("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", { ...at, file_sha: sha }),
  );
  return Buffer.from(content, "base64");
}

/** Entries and characters of one request: GitHub publishes no limit, refuses about 40 MB, and others use 100 entries. */
const CHUNK = { entries: 500, characters: 4_000_000 } as const;

/** With inline content, so that the number of requests grows by chunks and not by files. */
async function writeTree(caller: Caller, base: string, changes: readonly TreeChange[]): Promise<string> {
  let tree = base;
  for (const chunk of chunksOf(changes)) {
    const { sha } = await caller.call("write", (client, at) =>
      client.request("POST /repos/{owner}/{repo}/git/trees", {
        ...at,
        base_tree: tree,
        tree: chunk.map((change) => ({ mode: "100644" as const, type: "blob" as const, ...change })),
      }),
    );
    tree = sha;
  }
  return tree;
}

function chunksOf(changes: readonly TreeChange[]): readonly (readonly TreeChange[])[] {
  const chunks: TreeChange[][] = [];
  let characters = 0;
  for (const change of changes) {
    const size = "content" in change ? change.content.length : 0;
    const last = chunks.at(-1);
    if (last === undefined || last.length >= CHUNK.entries || characters + size > CHUNK.characters) {
      chunks.push([change]);
      characters = size;
    } else {
      last.push(change);
      characters += size;
    }
  }
  return chunks;
}

function tooLarge(folder: string): RegcredError {
  return new RegcredError(
    {
      code: "github-failed",
      message: `GitHub does not list the whole of ${folder === "" ? "the repository's root" : folder}: over 100,000 entries`,
      hint: "write to a clone with --dir instead",
    },
    { exitCode: 1 },
  );
}
