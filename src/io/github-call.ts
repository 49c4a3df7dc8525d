import { RequestError } from "@octokit/request-error";
import type { RegcredError } from "../errors.ts";
import { githubError } from "./github-errors.ts";
import type { Refusal, TokenKind } from "./github-errors.ts";
import type { Client } from "./octokit.ts";

/** The parameters that name a repository in every route. */
type Named = Readonly<Record<"owner" | "repo", string>>;

/** Told as a whole, so that nobody has to run once for each. */
const WRITING = "`contents: write` and `pull-requests: write`";

/** A right that a token can have, with what it lets do. */
const RIGHTS = {
  read: {
    verb: "read",
    permission: "`contents: read`, and for `apply` both `contents: write` and `pull-requests: write`",
  },
  write: { verb: "write to", permission: WRITING },
  seePulls: { verb: "see the pull requests of", permission: WRITING },
  writePulls: { verb: "make and change pull requests in", permission: WRITING },
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

  /** `owner/name` */
  get name(): string {
    return this.#name;
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

/** Without an answer the words would be the client's own, and may hold what was sent. */
function refusalOf({ status, message, response, cause }: RequestError): Refusal {
  if (response === undefined) return { status: null, message: codeOf(cause), headers: {} };
  return { status, message: message.replace(/ - https:\/\/docs\.github\.com\S*$/, ""), headers: response.headers };
}

/** The system's code at the end of a chain of causes: `ECONNREFUSED`. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  return "code" in error && typeof error.code === "string" ? error.code : codeOf(error.cause);
}
