import { RequestError } from "@octokit/request-error";
import type { RegcredError } from "../errors.ts";
import { githubError } from "./github-errors.ts";
import type { Refusal, TokenKind } from "./github-errors.ts";
import type { Client } from "./octokit.ts";

/** The parameters that name a repository in every route. */
type Named = Readonly<Record<"owner" | "repo", string>>;

/** A right that a token can have, with what it lets do. */
const RIGHTS = {
  read: { verb: "read", permission: "contents: read" },
  write: { verb: "write to", permission: "contents: write" },
  seePulls: { verb: "see the pull requests of", permission: "pull-requests: read" },
  writePulls: { verb: "make and change pull requests in", permission: "pull-requests: write" },
} as const;
export type Right = keyof typeof RIGHTS;

export type Answered<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly refusal: Refusal; readonly error: RegcredError };

/** Asks GitHub about one repository, and says what a refusal means. */
export class Caller {
  readonly #client: Client;
  readonly #name: string;
  readonly #token: TokenKind;

  /** @param name `owner/name` */
  constructor(client: Client, name: string, token: TokenKind) {
    this.#client = client;
    this.#name = name;
    this.#token = token;
  }

  /** The same for the name that GitHub knows the repository by. */
  named(name: string): Caller {
    return new Caller(this.#client, name, this.#token);
  }

  /** @throws RegcredError for whatever is no success */
  async call<T>(right: Right, request: (client: Client, at: Named) => Promise<{ data: T }>): Promise<T> {
    const answer = await this.try(right, request);
    if (answer.ok) return answer.data;
    throw answer.error;
  }

  /** The same, with a refusal as a value, for those that the work can go by. */
  async try<T>(right: Right, request: (client: Client, at: Named) => Promise<{ data: T }>): Promise<Answered<T>> {
    try {
      return { ok: true, data: (await request(this.#client, this.#at())).data };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const refusal = refusalOf(error);
      return { ok: false, refusal, error: this.#explain(refusal, right, error) };
    }
  }

  #explain(refusal: Refusal, right: Right, cause: RequestError): RegcredError {
    const { verb, permission } = RIGHTS[right];
    const attempt = { what: `${verb} ${this.#name}`, permission, repository: this.#name, token: this.#token };
    return githubError(refusal, attempt, cause);
  }

  #at(): Named {
    const [owner = "", repo = ""] = this.#name.split("/");
    return { owner, repo };
  }
}

function refusalOf({ status, message, response }: RequestError): Refusal {
  const said = message.replace(/ - https:\/\/docs\.github\.com\S*$/, "");
  return { status: response === undefined ? null : status, message: said, headers: response?.headers ?? {} };
}
