import type { ClusterPlan, Report } from "../model.ts";
import type { KnownSecrets } from "./known-secrets.ts";
import type { Options } from "./options.ts";
import type { PullRequestTarget } from "./target.ts";
import type { Ingredients } from "./wanted.ts";

/** What is to be published. */
export interface PublishingRun {
  readonly plans: readonly ClusterPlan[];
  readonly ingredients: Ingredients;
  readonly secrets: KnownSecrets;
}

/** The same by pull request; the plans are those against the base. */
export interface PullRequestRun extends PublishingRun {
  readonly target: PullRequestTarget;
  readonly options: Options;
  /** What the run found so far, for title, body and commit message. */
  readonly report: Report;
}
