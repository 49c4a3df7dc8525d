import { randomUUID } from "node:crypto";
import { refusal } from "./answers.ts";
import { BOT } from "./emulator.ts";

type Right = "none" | "read" | "write";

interface Permissions {
  readonly contents: Right;
  readonly pull_requests: Right;
}

export interface TokenOptions {
  /** What is left out is `write`. */
  readonly permissions?: Partial<Permissions>;
  /** By full name; without it, the one that there is. */
  readonly repositories?: readonly string[];
  readonly login?: string;
}

export interface Holder {
  readonly permissions: Permissions;
  readonly sees: boolean;
  readonly login: string;
}

/** What an endpoint asks for: `contents=write`. Everybody who sees a repository may read its metadata. */
export interface Need {
  readonly area: keyof Permissions | "metadata";
  readonly right: "read" | "write";
}

/** Who holds which token, and may do what with it. */
export class Access {
  readonly #holders = new Map<string, Holder>();
  readonly #repository: string;
  readonly #isPrivate: boolean;

  constructor(repository: string, isPrivate: boolean) {
    this.#repository = repository;
    this.#isPrivate = isPrivate;
  }

  add({ permissions, repositories, login = BOT }: TokenOptions): string {
    const token = `ghs_${randomUUID().replaceAll("-", "")}`;
    this.#holders.set(token, {
      permissions: { contents: "write", pull_requests: "write", ...permissions },
      sees: repositories?.includes(this.#repository) ?? true,
      login,
    });
    return token;
  }

  /** GitHub takes both schemes, in any case. */
  holderOf(authorization: string | undefined): Holder {
    if (authorization === undefined) throw refusal(401, "Requires authentication");
    const [, token = ""] = /^(?:bearer|token) (\S+)$/i.exec(authorization) ?? [];
    const holder = this.#holders.get(token);
    if (holder === undefined) throw refusal(401, "Bad credentials");
    return holder;
  }

  /** Lets pass or refuses. What is public may be read by all. */
  check({ permissions, sees }: Holder, { area, right }: Need): void {
    const headers = { "x-accepted-github-permissions": `${area}=${right}` };
    if (right === "read" && !this.#isPrivate) return;
    if (!sees && this.#isPrivate) throw refusal(404, "Not Found", headers);
    const granted = area === "metadata" ? "read" : permissions[area];
    if (sees && (granted === "write" || granted === right)) return;
    throw refusal(403, "Resource not accessible by integration", headers);
  }
}
