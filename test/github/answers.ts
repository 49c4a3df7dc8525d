/** What the front answers: JSON, or nothing for `body: undefined`. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Ends the handling of a request with an answer, from however deep. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

const DOCUMENTATION = "https://docs.github.com/rest";

export function refusal(status: number, message: string, headers: Answer["headers"] = {}): Refusal {
  return new Refusal({ status, headers, body: { message, documentation_url: DOCUMENTATION, status: `${status}` } });
}

/** One entry of `errors`: `code: "custom"` when a message says what is wrong. */
export interface FieldError {
  readonly resource: "PullRequest" | "Issue";
  readonly field?: string;
  readonly code: "custom" | "invalid" | "missing_field";
  readonly message?: string;
}

export function validationFailed(...errors: readonly FieldError[]): Refusal {
  const body = { message: "Validation Failed", errors, documentation_url: DOCUMENTATION, status: "422" };
  return new Refusal({ status: 422, headers: {}, body });
}

/** What can be made to happen to a request instead of its answer, by name. */
export type Fault = "primary-limit" | "secondary-limit" | "too-many-requests" | "bad-gateway" | "lost" | Answer;

const SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

/** Null for `lost`, which takes effect and then has no answer. */
export function answerOf(fault: Fault): Answer | null {
  switch (fault) {
    case "primary-limit":
      return primaryLimit();
    case "secondary-limit":
      return refusal(403, SECONDARY, { "retry-after": "1" }).answer;
    case "too-many-requests":
      return refusal(429, SECONDARY, { "retry-after": "1" }).answer;
    case "bad-gateway":
      return { status: 502, headers: {}, body: { message: "Server Error" } };
    case "lost":
      return null;
    default:
      return fault;
  }
}

/** Used up until the second after the next. */
function primaryLimit(): Answer {
  const reset = Math.floor(Date.now() / 1000) + 1;
  return refusal(403, "API rate limit exceeded for installation ID 1.", {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-used": "5000",
    "x-ratelimit-reset": `${reset}`,
    "x-ratelimit-resource": "core",
  }).answer;
}
