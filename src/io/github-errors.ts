import { RegcredError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";

/** An answer of GitHub's that is no success; `status` is null where there was no answer. */
export interface Refusal {
  readonly status: number | null;
  /** GitHub's own words. */
  readonly message: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

/** What was being done when GitHub refused. */
export interface Attempt {
  /** Such as `write to acme/gitops`. */
  readonly what: string;
  /** What it takes, as a workflow spells it: `contents: write`. */
  readonly permission: string;
  readonly repository: string;
  readonly token: TokenKind;
}

/** What is known of the token by its look. */
export interface TokenKind {
  /** Of a GitHub App, as the one of a workflow's job is. */
  readonly installation: boolean;
  /** The repository that a workflow runs in; undefined elsewhere. */
  readonly workflowRepository: string | undefined;
}

type Said = readonly [code: ErrorCode, message: string, hint: string];
type Rule = readonly [
  applies: (refusal: Refusal, attempt: Attempt) => boolean,
  say: (refusal: Refusal, attempt: Attempt) => Said,
];

/** What a refusal means, with the permission or the setting that would have let it through. */
export function githubError(refusal: Refusal, attempt: Attempt, cause: unknown): RegcredError {
  const rule = RULES.find(([applies]) => applies(refusal, attempt));
  const [code, message, hint] = (rule?.[1] ?? unexpected)(refusal, attempt);
  return new RegcredError({ code, message, hint }, { exitCode: 1, cause });
}

/** The first that applies counts. Texts of GitHub's as seen in 2026-11. */
const RULES: readonly Rule[] = [
  [
    ({ status }) => status === null,
    ({ message }, { what }) => [
      "github-failed",
      `GitHub did not answer: could not ${what} (${message})`,
      "check the network and GITHUB_API_URL, and run again",
    ],
  ],
  [
    ({ status }) => status === 401,
    (_, { what }) => [
      "github-unauthorized",
      `GitHub does not accept the token: could not ${what}`,
      "it has expired, was revoked or cut short, or is of another server than GITHUB_API_URL names; give a new one",
    ],
  ],
  [isRateLimit, rateLimited],
  [
    ({ message }) => message.includes("not permitted to create or approve pull requests"),
    (_, { repository }) => [
      "github-forbidden",
      `GitHub Actions may not create pull requests in ${repository}: the branch is there, the pull request is missing`,
      'turn on "Allow GitHub Actions to create and approve pull requests" under Settings > Actions > General (the organisation has it too), or use the token of a GitHub App; then run again',
    ],
  ],
  [
    ({ message }) =>
      /rule violations|protected branch|cannot force-push|reference update failed|made through a pull request/i.test(
        message,
      ),
    ({ message }, { what }) => [
      "branch-protected",
      `a rule of the repository forbids to ${what}: ${message}`,
      "let the token bypass the rule for branches that start with regcred/",
    ],
  ],
  [({ message }) => /saml/i.test(message), sso],
  [({ message }) => /archived/i.test(message), archived],
  [({ status }) => status === 403 || status === 404, forbidden],
];

function isRateLimit({ status, message, headers }: Refusal): boolean {
  if (status !== 403 && status !== 429) return false;
  return status === 429 || String(headers["x-ratelimit-remaining"]) === "0" || /rate limit/i.test(message);
}

function rateLimited({ headers }: Refusal, { what }: Attempt): Said {
  const reset = Number(headers["x-ratelimit-reset"]);
  const when = Number.isFinite(reset) ? ` until ${new Date(reset * 1000).toISOString().slice(0, 16)}Z` : "";
  return [
    "github-rate-limited",
    `GitHub's rate limit does not let the token ${what}${when}`,
    "run again later, or use a token of its own for regcred: a workflow's has 1,000 requests an hour for the whole repository",
  ];
}

function sso(_: Refusal, { what }: Attempt): Said {
  return [
    "github-forbidden",
    `the organisation wants single sign-on of the token to ${what}`,
    "authorise the token for the organisation (Settings > Developer settings > Configure SSO)",
  ];
}

function archived(_: Refusal, { repository }: Attempt): Said {
  return ["github-forbidden", `${repository} is archived, so that nobody can write to it`, "unarchive it"];
}

/** GitHub says 404 instead of 403 where a token may not even know. */
function forbidden(_: Refusal, { what, permission, repository, token }: Attempt): Said {
  return [
    "github-forbidden",
    `the token may not ${what}`,
    otherRepository(repository, token) ?? wanted(permission, token),
  ];
}

function wanted(permission: string, { installation, workflowRepository }: TokenKind): string {
  return installation && workflowRepository !== undefined
    ? `give the job \`permissions:\` with ${permission}`
    : `give the token ${permission} on this repository`;
}

/** A job's own token reaches no other repository, whatever its permissions. */
export function otherRepository(
  repository: string,
  { installation, workflowRepository }: TokenKind,
): string | undefined {
  if (!installation || workflowRepository === undefined || sameName(repository, workflowRepository)) return undefined;
  return `the workflow's own token reaches ${workflowRepository} alone: for ${repository} use the token of a GitHub App, or a fine-grained personal one`;
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function unexpected({ status, message }: Refusal, { what }: Attempt): Said {
  return [
    "github-failed",
    `GitHub answered ${status}: could not ${what} (${message})`,
    "run again; https://www.githubstatus.com tells whether GitHub is in trouble",
  ];
}
