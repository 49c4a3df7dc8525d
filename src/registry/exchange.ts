import type { Clock, Connection, Deadline, HttpAnswer, HttpFailure, HttpRequest } from "../io/ports.ts";
import type { CheckStage } from "../model.ts";
import { end, endUnexpected, endWithFailure } from "./ending.ts";
import type { Ending } from "./ending.ts";
import { canHeal, TRIES, waitBeforeNext } from "./retry.ts";

export type Ask = Omit<HttpRequest, "signal" | "headers"> & { readonly headers?: Readonly<Record<string, string>> };

/** Judges where a redirect leads: what to ask there, or how the check ends. */
export type RedirectRule = (location: URL, ask: Ask) => Ask | Ending;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;

/** One check's requests: counted, retried, redirected, and all within its time. */
export class Exchange {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #deadline: Deadline;
  #requests = 0;

  /** @param deadline for everything, waits included */
  constructor(connection: Connection, clock: Clock, deadline: Deadline) {
    this.#connection = connection;
    this.#clock = clock;
    this.#deadline = deadline;
  }

  /** Retries and redirects included. */
  get requests(): number {
    return this.#requests;
  }

  /**
   * The answer at the end of the redirects that `rule` lets pass. An answer that asks to come back later, or is none,
   * ends the check.
   */
  async ask(stage: CheckStage, ask: Ask, rule: RedirectRule): Promise<HttpAnswer | Ending> {
    let current = ask;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
      const answer = await this.#send(current);
      if (answer.kind === "failure") return endWithFailure(answer, stage);
      if (canHeal(answer)) return endUnexpected(answer, stage, current.url.host);
      const location = REDIRECTS.has(answer.status) ? locationOf(answer, current.url) : undefined;
      if (location === undefined) return answer;
      const next = rule(location, current);
      if ("kind" in next) return next;
      current = next;
    }
    return end(
      "error",
      stage,
      `${ask.url.host} redirects more than ${MAX_REDIRECTS} times`,
      "this is a loop in the server",
    );
  }

  async #send(ask: Ask): Promise<HttpAnswer | HttpFailure> {
    const { signal } = this.#deadline;
    let last: HttpAnswer | HttpFailure | undefined;
    for (let attempt = 1; ; attempt += 1) {
      this.#requests += 1;
      const headers = { "user-agent": "regcred", ...ask.headers };
      const outcome = await this.#connection.send({ ...ask, headers, signal });
      // When time runs out during a later try, what the try before it saw tells more.
      if (last !== undefined && outcome.kind === "failure" && outcome.cause === "timeout") return last;
      const remaining = this.#deadline.remaining();
      const wait = waitBeforeNext(outcome, attempt, remaining, this.#clock.now());
      if (attempt === TRIES || !canHeal(outcome) || wait >= remaining) return outcome;
      last = outcome;
      await this.#clock.sleep(wait, signal);
    }
  }
}

function locationOf({ headers }: HttpAnswer, base: URL): URL | undefined {
  const value = headers.get("location")?.[0];
  return value !== undefined && URL.canParse(value, base.href) ? new URL(value, base) : undefined;
}
