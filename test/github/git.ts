import { refusal } from "./answers.ts";
import type { Answer } from "./answers.ts";
import type { Call } from "./front.ts";
import type { Files, Repository, TreeFile } from "./repository.ts";

/** The switches of the git endpoints; a test sets them. */
export interface GitRules {
  /** By branch, or by `prefix*`: who stands in the way of a push. */
  readonly protections: Map<string, "protection" | "ruleset">;
  /** A recursive listing stops after so many entries; null: it does not. */
  truncateAt: number | null;
  /** Bytes of a tree request's body. */
  maxTreeBytes: number;
}

const MODES: Readonly<Record<string, string>> = {
  "100644": "blob",
  "100755": "blob",
  "120000": "blob",
  "040000": "tree",
  "160000": "commit",
};

// Seen as the answer to a large tree: qoomon/actions--create-commit#90.
const TOO_LARGE =
  "Sorry, your request timed out.  It's likely that your input was too large to process.  Consider building the tree incrementally, or building the commits you need in a local clone of the repository and then pushing them to GitHub.";
const ONE_OF_BOTH = "Must supply either tree.sha or tree.content. Request will be rejected if both are present.";

export async function createTree({ repository, body, bytes }: Call, rules: GitRules): Promise<Answer> {
  if (bytes > rules.maxTreeBytes) throw refusal(422, TOO_LARGE);
  if (!Array.isArray(body.tree) || body.tree.length === 0) throw refusal(422, "Invalid tree info");
  const base = body.base_tree === undefined ? new Map() : await repository.tree(body.base_tree);
  if (base === undefined) throw refusal(422, "base_tree is not a valid tree oid");
  for (const entry of body.tree) await place(repository, base, entry);
  return { status: 201, headers: {}, body: await repository.makeTree(base) };
}

interface Entry {
  readonly path: string;
  readonly mode: string;
  readonly type?: string;
  readonly sha?: string | null;
  readonly content?: string;
}

async function place(repository: Repository, files: Files, entry: Entry): Promise<void> {
  const { path, mode, sha, content } = entry;
  const type = MODES[mode];
  if (path.split("/").some((part) => ["", ".", "..", ".git"].includes(part)))
    throw refusal(422, "tree.path contains a malformed path component");
  if (type === undefined || (entry.type ?? type) !== type) throw refusal(422, "Must supply a valid tree.mode");
  if ((sha === undefined) === (content === undefined)) throw refusal(422, ONE_OF_BOTH);
  const gone = [...files.keys()].filter((old) => old === path || old.startsWith(`${path}/`));
  // Seen for a path that is not there: mckaywrigley/buildware-ai#29, google/go-github#2418.
  if (sha === null && gone.length === 0) throw refusal(422, "GitRPC::BadObjectState");
  for (const old of gone) files.delete(old);
  if (sha === null) return;
  if (type === "tree") await graft(repository, files, path, sha ?? "");
  else files.set(path, { path, mode, type, ...(sha === undefined ? { content: content ?? "" } : { sha }) });
}

async function graft(repository: Repository, files: Files, path: string, tree: string): Promise<void> {
  const grafted = await repository.tree(tree);
  if (grafted === undefined) throw refusal(422, "tree.sha is not a valid tree");
  for (const file of grafted.values()) files.set(`${path}/${file.path}`, { ...file, path: `${path}/${file.path}` });
}

/** A listing in the order of git: bytes, a directory as if its name ended in a slash. */
export async function listTree(call: Call, rules: GitRules): Promise<Answer> {
  const { repository, rest, search } = call;
  const listing = await repository.emulator.ask("GET", repository.path(rest, search));
  const entries: readonly TreeFile[] = listing.tree;
  const key = ({ path, type }: TreeFile) => Buffer.from(type === "tree" ? `${path}/` : path);
  const tree = entries.toSorted((a, b) => Buffer.compare(key(a), key(b)));
  const cut =
    rules.truncateAt !== null && new URLSearchParams(search).has("recursive") && tree.length > rules.truncateAt;
  const body = { ...listing, tree: cut ? tree.slice(0, rules.truncateAt ?? 0) : tree, truncated: cut };
  return { status: 200, headers: {}, body };
}

export async function createRef({ repository, body, login }: Call, rules: GitRules): Promise<Answer> {
  const name = String(body.ref);
  if (!/^refs\/[^/]+\/./.test(name)) throw refusal(422, "Reference name must start with 'refs/'");
  const refs = await repository.refs();
  if (refs.has(name)) throw refusal(422, "Reference already exists");
  const blocked = [...refs.keys()].some((old) => old.startsWith(`${name}/`) || name.startsWith(`${old}/`));
  const protection = protectionOf(name, rules);
  if (protection === "ruleset")
    throw refusal(422, "Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n");
  // Seen for a protected name: actions/github-script#455.
  if (blocked || protection !== undefined) throw refusal(422, "Reference update failed");
  const made = await repository.emulator.ask("POST", repository.path("/git/refs"), body, login);
  return { status: 201, headers: {}, body: made };
}

export async function updateRef(call: Call, rules: GitRules): Promise<Answer> {
  const { repository, rest, body, login } = call;
  await existing(call);
  const protection = protectionOf(rest.slice("/git/".length), rules);
  const rule = "Changes must be made through a pull request.";
  if (protection === "ruleset") throw refusal(422, `Repository rule violations found\n\n${rule}\n\n`);
  if (protection !== undefined) throw refusal(422, body.force === true ? "Cannot force-push to this branch" : rule);
  const updated = await repository.emulator.ask("PATCH", repository.path(rest), body, login);
  return { status: 200, headers: {}, body: updated };
}

export async function deleteRef(call: Call, rules: GitRules): Promise<Answer> {
  const { repository, rest, login } = call;
  await existing(call);
  const protection = protectionOf(rest.slice("/git/".length), rules);
  if (protection === "ruleset") throw refusal(422, "Repository rule violations found\n\nCannot delete this branch\n\n");
  if (protection !== undefined) throw refusal(422, "Cannot delete this branch");
  await repository.emulator.ask("DELETE", repository.path(rest), undefined, login);
  return { status: 204, headers: {}, body: undefined };
}

/** `PATCH /git/refs/refs/heads/x` names no ref at GitHub: github/rest-api-description#2746. */
async function existing({ repository, rest }: Call): Promise<void> {
  if (!(await repository.refs()).has(rest.slice("/git/".length))) throw refusal(422, "Reference does not exist");
}

function protectionOf(ref: string, { protections }: GitRules): "protection" | "ruleset" | undefined {
  const branch = ref.slice("refs/heads/".length);
  const matches = (name: string) => (name.endsWith("*") ? branch.startsWith(name.slice(0, -1)) : branch === name);
  return [...protections].find(([name]) => matches(name))?.[1];
}

export async function getRef({ repository, rest }: Call): Promise<Answer> {
  const name = rest.replace(/^\/git\/ref\//, "refs/");
  if (!(await repository.refs()).has(name)) throw refusal(404, "Not Found");
  return repository.emulator.send("GET", repository.path(rest));
}

/** The emulator gives a branch no more than the id of its commit. */
export async function getBranch({ repository, rest, url }: Call, rules: GitRules): Promise<Answer> {
  const name = rest.slice("/branches/".length);
  const sha = await repository.head(name);
  if (sha === undefined) throw refusal(404, "Branch not found");
  const [commit] = await repository.emulator.ask("GET", repository.path("/commits", `?sha=${sha}&per_page=1`));
  const self = `${url}/repos/${repository.name}${rest}`;
  const isProtected = protectionOf(`refs/heads/${name}`, rules) !== undefined;
  const body = { name, commit, _links: { self }, protected: isProtected, protection_url: `${self}/protection` };
  return { status: 200, headers: {}, body };
}
