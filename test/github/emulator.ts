import { createEmulator } from "emulate";
import { Refusal, refusal } from "./answers.ts";
import type { Answer } from "./answers.ts";

/** Whose word is done without question; all that a test does itself goes in this name or in a person's. */
const OWNER = "acme";
export const BOT = "github-actions[bot]";
const BOT_EMAIL = "41898282+github-actions[bot]@users.noreply.github.com";
const PERSON = "jane";

export interface Seed {
  readonly repository: string;
  readonly branch: string;
  readonly private: boolean;
  readonly empty: boolean;
}

/** The emulator's own words on the left, GitHub's on the right. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^Update is not a fast-forward$/, "Update is not a fast forward"],
  [/^Invalid sha$/, "Object does not exist"],
  [/^Invalid tree$/, "Tree SHA does not exist"],
  [/^Invalid parent /, "Parent SHA does not exist or is not a commit object."],
  [/^Invalid blob sha$/, "tree.sha is not a valid blob"],
];

/** The emulator, which keeps objects, refs, issues and pull requests, and believes whatever it is told. */
export class Emulator {
  readonly #origin: string;
  readonly #publicOrigin: string;
  readonly #prefix: string;
  readonly close: () => Promise<void>;

  private constructor(url: string, publicOrigin: string, prefix: string, close: () => Promise<void>) {
    this.#origin = `http://127.0.0.1:${new URL(url).port}`;
    this.#publicOrigin = publicOrigin;
    this.#prefix = prefix;
    this.close = close;
  }

  /** `publicOrigin` and `prefix` are the front's, in whose name the URLs of all answers are. */
  static async start(seed: Seed, publicOrigin: string, prefix: string): Promise<Emulator> {
    const emulator = await createEmulator({ service: "github", port: 0, hostname: "127.0.0.1", seed: seedOf(seed) });
    const started = new Emulator(emulator.url, publicOrigin, prefix, () => emulator.close());
    for (const login of [BOT, PERSON])
      await started.ask("PUT", `/repos/${seed.repository}/collaborators/${encodeURIComponent(login)}`, {});
    return started;
  }

  /** One request in the name of `login`, answered as the emulator answers. `path` is encoded and has its query. */
  async send(method: string, path: string, body?: unknown, login = OWNER): Promise<Answer> {
    const { status, link, json } = await this.#fetch(method, path, body, login);
    return { status, headers: link === null ? {} : { link }, body: json };
  }

  /** The body of an answer that must be a good one; the emulator's refusal becomes ours, in GitHub's words. */
  async ask(method: string, path: string, body?: unknown, login = OWNER) {
    const { status, json } = await this.#fetch(method, path, body, login);
    if (status < 400) return json;
    const message = String(json?.message);
    throw refusal(status, WORDS.find(([pattern]) => pattern.test(message))?.[1] ?? message);
  }

  /** The body of a good answer, or undefined for a 404. */
  async find(path: string) {
    try {
      return await this.ask("GET", path);
    } catch (error) {
      if (error instanceof Refusal && error.answer.status === 404) return undefined;
      throw error;
    }
  }

  async #fetch(method: string, path: string, body: unknown, login: string) {
    const headers = { authorization: `Bearer ${login}`, "content-type": "application/json" };
    const payload = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(this.#origin + path, { method, headers, ...payload });
    const text = this.#inPublic(await response.text());
    const link = response.headers.get("link");
    return {
      status: response.status,
      link: link && this.#inPublic(link),
      json: text === "" ? undefined : JSON.parse(text),
    };
  }

  #inPublic(text: string): string {
    const port = new URL(this.#origin).port;
    return text
      .replaceAll(`http://localhost:${port}`, this.#publicOrigin)
      .replaceAll(this.#origin, this.#publicOrigin)
      .replaceAll(`${this.#publicOrigin}/repos/`, `${this.#publicOrigin}${this.#prefix}/repos/`);
  }
}

function seedOf({ repository, branch, private: isPrivate, empty }: Seed) {
  const name = repository.slice(repository.indexOf("/") + 1);
  const users = [
    { login: OWNER, email: "acme@example.com" },
    { login: BOT, email: BOT_EMAIL },
    { login: PERSON, email: `${PERSON}@example.com` },
  ];
  const repo = { owner: OWNER, name, private: isPrivate, default_branch: branch, auto_init: !empty };
  // Each user's token is the login itself.
  const tokens = Object.fromEntries(users.map(({ login }) => [login, { login, scopes: ["repo"] }]));
  return { tokens, github: { users, repos: [repo] } };
}
