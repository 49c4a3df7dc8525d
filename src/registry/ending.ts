import type { HttpAnswer, HttpFailure } from "../io/ports.ts";
import { readRateLimit } from "./rate-limit.ts";
import type { CheckResult, CheckStage, CheckStatus, Credential, Endpoint, Registry } from "../model.ts";

/** What a check is about. */
export interface Target {
  readonly registry: Registry;
  readonly endpoint: Endpoint;
  readonly credential: Credential;
}

/** How a handshake ends, and what it found out on its way. */
export interface Ending extends Omit<CheckResult, "milliseconds" | "requests"> {
  readonly kind: "ending";
}

export function end(status: CheckStatus, stage: CheckStage, message: string, hint = ""): Ending {
  return { kind: "ending", status, stage, message, hint, proved: "nothing", canPush: null, rateLimit: null };
}

const STATUS_OF_FAILURE = {
  unreachable: "unreachable",
  dns: "unreachable",
  timeout: "unreachable",
  tls: "tls",
  "refused-address": "refused-realm",
  oversized: "error",
  malformed: "error",
} as const satisfies Record<HttpFailure["cause"], CheckStatus>;

const STEP = {
  resolve: "resolving",
  connect: "connecting",
  ping: "the ping (GET /v2/)",
  challenge: "reading its challenge",
  token: "the login",
  pull: "the pull of the canary",
} as const satisfies Record<CheckStage, string>;

/**
 * No answer. A TLS failure is one of stage `connect`, at whichever host; so is all that happens before the registry's
 * own connection stands.
 */
export function endWithFailure(failure: HttpFailure, stage: CheckStage): Ending {
  const connecting = failure.cause === "tls" || (stage === "ping" && !failure.connected);
  const reached = connecting ? "connect" : stage;
  const message = reached === "connect" ? failure.message : `${failure.message}, at ${STEP[stage]}`;
  return end(STATUS_OF_FAILURE[failure.cause], reached, message, failure.hint);
}

/** An answer that fits no step: too many requests, a server in trouble, or nonsense. */
export function endUnexpected(answer: HttpAnswer, stage: CheckStage, host: string): Ending {
  const what = `${host} answered ${answer.status} at ${STEP[stage]}`;
  if (answer.status === 429) {
    const hint = "too many requests from this account or address: wait, then run again; logging in raises most limits";
    return { ...end("rate-limited", stage, what, hint), rateLimit: readRateLimit(answer) };
  }
  const hint =
    answer.status >= 500
      ? "the server is in trouble, also after further tries: see its status page or its logs"
      : "nothing in the protocol expects that here: check host, port, and any proxy in between";
  return end("error", stage, what, hint);
}
