import { refusal } from "./answers.ts";
import type { Emulator } from "./emulator.ts";

/** What stands at a path of a tree: no directory, which is there when something is in it. */
export interface TreeFile {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha?: string;
  readonly content?: string;
}

export type Files = Map<string, TreeFile>;

export interface NewCommit {
  readonly message: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author?: { readonly name: string; readonly email: string };
}

interface Ref {
  readonly ref: string;
  readonly object: { readonly sha: string };
}

export interface Comparison {
  readonly ahead_by: number;
  readonly merge_base_commit: { readonly sha: string };
  readonly commits: readonly unknown[];
  readonly files: readonly unknown[];
}

const HEADS = "refs/heads/";

/** The git side of the one repository, with no rule in the way. */
export class Repository {
  readonly emulator: Emulator;
  readonly name: string;
  readonly defaultBranch: string;

  constructor(emulator: Emulator, name: string, defaultBranch: string) {
    this.emulator = emulator;
    this.name = name;
    this.defaultBranch = defaultBranch;
  }

  get owner(): string {
    return this.name.slice(0, this.name.indexOf("/"));
  }

  /** The path of an endpoint; `rest` is as it is read, not encoded. */
  path(rest: string, search = ""): string {
    return `/repos/${this.name}${rest.split("/").map(encodeURIComponent).join("/")}${search}`;
  }

  /** Commit by full name of the ref. */
  async refs(): Promise<ReadonlyMap<string, string>> {
    const found: readonly Ref[][] = await Promise.all(
      ["heads", "tags"].map((kind) => this.emulator.ask("GET", this.path(`/git/matching-refs/${kind}/`))),
    );
    return new Map(found.flat().map(({ ref, object }) => [ref, object.sha]));
  }

  async head(branch: string): Promise<string | undefined> {
    return (await this.refs()).get(HEADS + branch);
  }

  /** Moves, makes or (null) deletes a branch. */
  async setHead(branch: string, sha: string | null, login?: string): Promise<void> {
    const path = this.path(`/git/${HEADS}${branch}`);
    if (sha === null) await this.emulator.ask("DELETE", path, undefined, login);
    else if ((await this.head(branch)) === undefined)
      await this.emulator.ask("POST", this.path("/git/refs"), { ref: HEADS + branch, sha }, login);
    else await this.emulator.ask("PATCH", path, { sha, force: true }, login);
  }

  /** All files of a tree, or of a commit's; undefined when there is no such object. */
  async tree(sha: string): Promise<Files | undefined> {
    const found = await this.emulator.find(this.path(`/git/trees/${sha}`, "?recursive=1"));
    if (found === undefined) return undefined;
    const entries: readonly TreeFile[] = found.tree;
    return new Map(entries.filter(({ type }) => type !== "tree").map((entry) => [entry.path, entry]));
  }

  /** The files of a commit that is known to be there. */
  async filesOf(sha: string): Promise<Files> {
    const files = await this.tree(sha);
    if (files === undefined) throw refusal(404, `No tree at ${sha}`);
    return files;
  }

  /**
   * Makes a tree of exactly these files. Given a base, the emulator would keep directories from which the last file is
   * gone, and so has another id than git.
   */
  async makeTree(files: Files) {
    const tree = [...files.values()].map(({ path, mode, type, sha, content }) => ({ path, mode, type, sha, content }));
    return this.emulator.ask("POST", this.path("/git/trees"), { tree });
  }

  async makeCommit(commit: NewCommit, login?: string): Promise<string> {
    const { sha } = await this.emulator.ask("POST", this.path("/git/commits"), commit, login);
    return sha;
  }

  async parentsOf(sha: string): Promise<readonly string[]> {
    const commit = await this.emulator.ask("GET", this.path(`/git/commits/${sha}`));
    const parents: readonly { readonly sha: string }[] = commit.parents;
    return parents.map((parent) => parent.sha);
  }

  /** Undefined when the two have no history in common. */
  async compare(base: string, head: string): Promise<Comparison | undefined> {
    return this.emulator.find(this.path(`/compare/${base}...${head}`));
  }

  /** Whether everything of `ancestor` is in `sha`. */
  async contains(sha: string, ancestor: string): Promise<boolean> {
    return (await this.compare(sha, ancestor))?.ahead_by === 0;
  }

  async textOf(blob: string): Promise<string> {
    const { content } = await this.emulator.ask("GET", this.path(`/git/blobs/${blob}`));
    return Buffer.from(content, "base64").toString("utf8");
  }
}
