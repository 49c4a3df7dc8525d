import type { Location } from "../errors.ts";
import type { RegistryType } from "./config.ts";

// 3 registry: the check

export type CheckStatus =
  | "ok"
  | "skipped"
  | "unresolved"
  | "unreachable"
  | "tls"
  | "not-a-registry"
  | "refused-realm"
  | "unauthorized"
  | "denied"
  | "not-found"
  | "rate-limited"
  | "expired"
  | "error";

export type CheckStage = "resolve" | "connect" | "ping" | "challenge" | "token" | "pull";

export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  readonly windowSeconds: number;
}

/** What the handshake found out about one credential. */
export interface CheckResult {
  readonly status: CheckStatus;
  /** The last stage reached. */
  readonly stage: CheckStage;
  readonly proved: "nothing" | "login" | "pull";
  readonly milliseconds: number;
  /** Retries and redirects included. */
  readonly requests: number;
  /** Whether the token tells that it may also push; null where nothing tells. */
  readonly canPush: boolean | null;
  readonly rateLimit: RateLimit | null;
  readonly message: string;
  readonly hint: string;
}

/** One row of the check table. */
export interface Check extends CheckResult {
  readonly name: string;
  readonly type: RegistryType;
  readonly host: string;
  readonly credential: "auth" | "pullSecret";
  readonly expiresAt: string | null;
  readonly location: Location;
}

/** Whether a credential was tried and does not do; one that is not checked does. */
export function isBad({ status }: Pick<CheckResult, "status">): boolean {
  return status !== "ok" && status !== "skipped";
}
