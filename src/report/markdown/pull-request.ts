import type { Change, Reason, Report } from "../../model.ts";
import { changeBlocks, heldBlocks, writtenOf } from "./changes.ts";
import { checkBlocks } from "./checks.ts";
import { fit } from "./fit.ts";
import type { Block } from "./fit.ts";
import { amount, code, codes } from "./inline.ts";
import { problemBlocks } from "./problems.ts";
import { titleOf } from "./title.ts";

/** What GitHub takes (2026-11), in UTF-16 code units: for the body kept in bytes of UTF-8, which are never fewer. */
const TITLE = 256;
/** Less what is added where it is published: the mark of its commit. */
const BODY = 65_536 - 100;

/** How many clusters and namespaces the first sentence names. */
const NAMED = 10;

/** Reasons after which what a file held before is out of use. */
const REPLACED: readonly Reason[] = ["credential-changed", "near-expiry"];
/** Reasons that come before the question whether the credential changed too. */
const OPEN: readonly Reason[] = ["recipients-changed", "content-changed", "edited-by-hand", "unknown"];

interface PullRequestText {
  /** One line of at most 256 UTF-16 code units. */
  readonly title: string;
  /** GitHub's Markdown, at most 65,536 bytes of UTF-8. */
  readonly body: string;
}

interface PullRequestOptions {
  /** The `name` of the configuration. */
  readonly configuration: string;
  /** Paths of files in it that an earlier run made and this one did not look at, or cannot judge. */
  readonly waiting?: readonly string[];
}

/**
 * What a reviewer of a pull request reads. Without a clock: the same report gives the same text at any time.
 *
 */
export function renderPullRequest(
  report: Report,
  { configuration, waiting = [] }: PullRequestOptions,
): PullRequestText {
  const blocks: readonly Block[] = [
    { head: opening(report, configuration), rows: [], rank: 0 },
    ...historyBlocks(report),
    ...changeBlocks(report, 3),
    ...checkBlocks(report, 2),
    ...heldBlocks(report, 1),
    ...waitingBlocks(waiting),
    ...problemBlocks("errors", report, 0),
    ...problemBlocks("warnings", report, 4),
    { head: BLIND, rows: [], rank: 1 },
  ];
  return { title: titleOf(report, configuration, TITLE), body: fit(blocks, BODY) };
}

/** Which configuration changes what, and where. */
function opening(report: Report, configuration: string): readonly string[] {
  const written = writtenOf(report);
  const origin = `Made by regcred from the configuration ${code(configuration)}`;
  if (written.length === 0) return [`${origin}: only the locks change, no pull secret does.`];
  const distinct = (names: readonly string[]) => [...new Set(names)];
  const namespaces = distinct(written.flatMap(({ namespace }) => (namespace === null ? [] : [namespace])));
  const parts = [
    `${amount(written.length)} ${written.length === 1 ? "file" : "files"}`,
    `clusters: ${codes(distinct(written.map(({ cluster }) => cluster)), NAMED)}`,
    ...(namespaces.length === 0 ? [] : [`namespaces: ${codes(namespaces, NAMED)}`]),
    ...registriesOf(written),
  ];
  return [`${origin}.`, "", ...parts.map((part) => `- ${part}`)];
}

function registriesOf(written: readonly Change[]): readonly string[] {
  const names = [...new Set(written.flatMap(({ registries }) => registries))];
  return names.length === 0 ? [] : [`registries: ${codes(names, NAMED)}`];
}

/** What the tables of this run do not tell of. */
function waitingBlocks(waiting: readonly string[]): readonly Block[] {
  const head = ["### Waiting since an earlier run", "", "Also in this pull request, as that run made it:", ""];
  return waiting.length === 0 ? [] : [{ head, rows: waiting.map((path) => `- ${code(path)}`), rank: 2 }];
}

/** What is left to do after the merge, since Git forgets nothing. */
function historyBlocks(report: Report): readonly Block[] {
  const secrets = writtenOf(report).filter(({ namespace }) => namespace !== null);
  const replaced = secrets.some(({ action, reason }) => action === "remove" || REPLACED.includes(reason));
  const open = secrets.some(({ reason }) => OPEN.includes(reason));
  const head = [
    ...(replaced ? [REVOKE] : open ? [MAY_REVOKE] : []),
    ...(secrets.some(({ reason }) => reason === "recipients-changed") ? [ROTATE] : []),
  ];
  return head.length === 0 ? [] : [{ head: [`> ${head.join("\n>\n> ")}`], rows: [], rank: 0 }];
}

const REVOKE =
  "**After the merge:** an old credential stays readable in Git's history for whoever can decrypt it: revoke it at the registry.";
const MAY_REVOKE =
  "**After the merge:** where a credential changed too, the old one stays readable in Git's history: revoke it at the registry.";
const ROTATE =
  "**Recipients changed:** whoever could decrypt before still reads the old versions. If a recipient was taken away, make new credentials at the registries.";

const BLIND = [
  "### What the diff does not show",
  "",
  "The pull secrets are encrypted for their clusters. The diff shows which files change and for whom they are encrypted, " +
    "not the user names and passwords in them; the tables here say what was proved of each credential before it was encrypted.",
];
