import { refusal, validationFailed } from "./answers.ts";
import type { Answer, FieldError } from "./answers.ts";
import type { Call } from "./front.ts";
import type { Files, Repository } from "./repository.ts";

/** A pull request as the API shows it; no more of it than the tests ask for. */
export interface Pull {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: "open" | "closed";
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
  readonly html_url: string;
  readonly user: { readonly login: string };
  readonly head: { readonly ref: string; readonly sha: string; readonly label: string };
  readonly base: { readonly ref: string; readonly sha: string };
}

/** What the emulator does not keep, or keeps wrong. */
interface Fate {
  /** Of an open pull request the head of its branch; of a closed one what that was. */
  readonly head: string;
  /** The head of the base when this was found out. */
  readonly base?: string;
  readonly merged?: { readonly sha: string; readonly at: string };
}

/** These are only in the answer about one pull request, not in a list. */
const SINGLE = new Set(
  "merged mergeable rebaseable mergeable_state merged_by comments review_comments maintainer_can_modify commits additions deletions changed_files".split(
    " ",
  ),
);

const BODY_LIMIT = 65_536;
const TITLE_LIMIT = 256;

export class Pulls {
  readonly #repository: Repository;
  readonly #fates = new Map<number, Fate>();
  /** The setting "Allow GitHub Actions to create and approve pull requests". */
  actionsMayOpen = true;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  async all(): Promise<readonly Pull[]> {
    const found: Pull[] = [];
    for (let page = 1; found.length === (page - 1) * 100; page += 1) {
      const path = this.#repository.path("/pulls", `?state=all&direction=asc&per_page=100&page=${page}`);
      const listed: readonly Pull[] = await this.#repository.emulator.ask("GET", path);
      found.push(...listed);
    }
    return found.map((pull) => this.#shown(pull));
  }

  async one(number: number): Promise<Pull> {
    return this.#shown(await this.#repository.emulator.ask("GET", this.#repository.path(`/pulls/${number}`)));
  }

  async list({ search }: Call): Promise<Answer> {
    const query = new URLSearchParams(search);
    // Without an owner the filter is none.
    if (query.get("head")?.includes(":") === false) query.delete("head");
    const answer = await this.#repository.emulator.send("GET", this.#repository.path("/pulls", `?${query.toString()}`));
    const pulls: readonly Pull[] = Array.isArray(answer.body) ? answer.body : [];
    const inList = (pull: Pull) => Object.fromEntries(Object.entries(pull).filter(([key]) => !SINGLE.has(key)));
    return { ...answer, body: pulls.map((pull) => inList(this.#shown(pull))) };
  }

  async create({ body, login }: Call): Promise<Answer> {
    if (!this.actionsMayOpen) throw refusal(403, "GitHub Actions is not permitted to create or approve pull requests.");
    this.#measure(body);
    const head = String(body.head).replace(`${this.#repository.owner}:`, "");
    const heads = await this.#heads();
    for (const [field, name] of Object.entries({ head, base: String(body.base) }))
      if (!heads.has(name)) throw validationFailed({ resource: "PullRequest", field, code: "invalid" });
    const label = `${this.#repository.owner}:${head}`;
    if (await this.#isOpen(head, body.base)) throw wrong({ message: `A pull request already exists for ${label}.` });
    if (await this.#nothingNew(heads, body.base, head))
      throw wrong({ message: `No commits between ${body.base} and ${head}` });
    const pull = await this.#repository.emulator.ask("POST", this.#repository.path("/pulls"), { ...body, head }, login);
    this.#fates.set(pull.number, { head: heads.get(head) ?? "" });
    return { status: 201, headers: {}, body: this.#shown(pull) };
  }

  async edit(number: number, { body, login }: Call): Promise<Answer> {
    const pull = await this.one(number);
    this.#measure(body);
    if (body.base !== undefined && body.base !== pull.base.ref) await this.#mayRebase(pull, String(body.base));
    if (body.state === "open" && pull.state === "closed") await this.#mayReopen(pull);
    const path = this.#repository.path(`/pulls/${number}`);
    const edited = await this.#repository.emulator.ask("PATCH", path, body, login);
    await this.settle();
    return { status: 200, headers: {}, body: this.#shown(edited) };
  }

  async close(number: number): Promise<void> {
    const { head } = await this.one(number);
    await this.#close(number, { head: head.sha });
  }

  /** After refs moved: heads follow their branches, and what has lost its branch or its point is closed. */
  async settle(): Promise<void> {
    const heads = await this.#heads();
    for (const pull of await this.all()) {
      if (pull.state !== "open") continue;
      const [head, base] = [heads.get(pull.head.ref), heads.get(pull.base.ref)];
      const known = this.#fates.get(pull.number);
      const before = known?.head ?? pull.head.sha;
      if (known !== undefined && head === known.head && base === known.base) continue;
      if (head === undefined || base === undefined) await this.#close(pull.number, { head: before });
      else if (!(await this.#repository.contains(base, head))) this.#fates.set(pull.number, { head, base });
      // The base took the head in: merged. The head went back to the base: closed.
      else if (head === before) await this.#close(pull.number, { head, merged: { sha: head, at: now() } });
      else await this.#close(pull.number, { head });
    }
  }

  /** Puts the head's changes since the merge base onto the base, whatever else has come there. */
  async merge(number: number, method: "merge" | "squash", login?: string): Promise<string> {
    const pull = await this.one(number);
    const heads = await this.#heads();
    const [base, head] = [heads.get(pull.base.ref) ?? "", heads.get(pull.head.ref) ?? ""];
    const comparison = pull.state === "open" ? await this.#repository.compare(base, head) : undefined;
    if (comparison === undefined) throw refusal(405, "Pull Request is not mergeable");
    const of = (commit: string) => this.#repository.filesOf(commit);
    const files = onto(await of(base), await of(comparison.merge_base_commit.sha), await of(head));
    const { sha: tree } = await this.#repository.makeTree(files);
    const title = `Merge pull request #${number} from ${pull.head.label.replace(":", "/")}\n\n${pull.title}`;
    const message = method === "squash" ? `${pull.title} (#${number})` : title;
    const parents = method === "squash" ? [base] : [base, head];
    const sha = await this.#repository.makeCommit({ message, tree, parents }, login);
    await this.#close(number, { head, merged: { sha, at: now() } });
    await this.#repository.setHead(pull.base.ref, sha);
    await this.settle();
    return sha;
  }

  #shown(pull: Pull): Pull {
    const fate = this.#fates.get(pull.number) ?? { head: pull.head.sha };
    const merged = { merged: fate.merged !== undefined, merged_at: fate.merged?.at ?? null };
    const head = { ...pull.head, sha: fate.head };
    return { ...pull, ...merged, merge_commit_sha: fate.merged?.sha ?? null, head };
  }

  async #close(number: number, fate: Fate): Promise<void> {
    this.#fates.set(number, fate);
    await this.#repository.emulator.ask("PATCH", this.#repository.path(`/pulls/${number}`), { state: "closed" });
  }

  async #heads(): Promise<ReadonlyMap<string, string>> {
    return new Map([...(await this.#repository.refs())].map(([ref, sha]) => [ref.replace("refs/heads/", ""), sha]));
  }

  async #isOpen(head: string, base: string): Promise<boolean> {
    const pulls = await this.all();
    return pulls.some((pull) => pull.state === "open" && pull.head.ref === head && pull.base.ref === base);
  }

  async #nothingNew(heads: ReadonlyMap<string, string>, base: string, head: string): Promise<boolean> {
    return this.#repository.contains(heads.get(base) ?? "", heads.get(head) ?? "");
  }

  // The texts: renovatebot/renovate#2032. Characters are code points.
  #measure({ title, body }: Call["body"]): void {
    const long = (field: string, maximum: number): FieldError => {
      const message = `${field} is too long (maximum is ${maximum} characters)`;
      return { resource: "Issue", code: "custom", field, message };
    };
    if (Array.from(String(body ?? "")).length > BODY_LIMIT) throw validationFailed(long("body", BODY_LIMIT));
    if (Array.from(String(title ?? "")).length > TITLE_LIMIT) throw validationFailed(long("title", TITLE_LIMIT));
  }

  // The texts: MithrilJS/mithril.js#2862.
  async #mayRebase(pull: Pull, base: string): Promise<void> {
    const at = { resource: "PullRequest", field: "base", code: "invalid" } as const;
    if (pull.state === "closed")
      throw validationFailed({ ...at, message: "Cannot change the base branch of a closed pull request." });
    if (!(await this.#heads()).has(base))
      throw validationFailed({ ...at, message: `Proposed base branch '${base}' was not found` });
  }

  /**
   * The texts: pytorch/pytorch#114423, cilium/cilium#47088, googleapis/release-please#2566. What may come between is
   * more commits: isaacs/github#361.
   */
  async #mayReopen({ number, head, base }: Pull): Promise<void> {
    const heads = await this.#heads();
    const now = heads.get(head.ref);
    const stays = (why: string) => wrong({ field: "state", message: `state cannot be changed. ${why}` });
    if (this.#fates.get(number)?.merged !== undefined) throw stays("The pull request has been merged.");
    for (const ref of [head.ref, base.ref]) if (!heads.has(ref)) throw stays(`The ${ref} branch has been deleted.`);
    if (await this.#isOpen(head.ref, base.ref))
      throw stays(`There is already an open pull request from ${head.ref} to ${base.ref}.`);
    if (await this.#nothingNew(heads, base.ref, head.ref))
      throw stays(`There are no new commits on the ${head.ref} branch.`);
    if (now === undefined || !(await this.#repository.contains(now, head.sha)))
      throw stays(`The ${head.ref} branch was force-pushed or recreated.`);
  }
}

function wrong(error: Pick<FieldError, "field" | "message">) {
  return validationFailed({ resource: "PullRequest", code: "custom", ...error });
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

/** A three-way merge by whole files: `base` with what changed from `before` to `after`. */
function onto(base: Files, before: Files, after: Files): Files {
  const merged = new Map(base);
  const at = (files: Files, path: string) => `${files.get(path)?.mode} ${files.get(path)?.sha}`;
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    if (at(before, path) === at(after, path) || at(base, path) === at(after, path)) continue;
    if (at(base, path) !== at(before, path)) throw refusal(405, "Pull Request has merge conflicts");
    const file = after.get(path);
    if (file === undefined) merged.delete(path);
    else merged.set(path, file);
  }
  return merged;
}
