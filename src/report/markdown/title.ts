import type { Action, Change, Report } from "../../model.ts";
import { KUSTOMIZATION, LOCK } from "../../model.ts";
import { writtenOf } from "./changes.ts";
import { amount, bare } from "./inline.ts";

const ACTIONS = ["create", "update", "remove"] as const;
/** How many clusters are named at most. */
const NAMED = 20;

/**
 * What a pull request or a commit does, in one line: `regcred(platform): update 3 pull secrets of prod-eu`. Names
 * clusters while they fit, and the configuration unless it is the default one.
 *
 * @param limit UTF-16 code units, 72 or more.
 */
export function titleOf(report: Report, configuration: string, limit: number): string {
  const written = writtenOf(report);
  const plain = "regcred";
  const owner = configuration === "default" ? plain : `${plain}(${bare(configuration)})`;
  const places = placesOf([...new Set(written.map(({ cluster }) => cluster))]);
  const titles = [owner, plain].flatMap((name) => places.map((place) => `${name}: ${deedOf(written)}${place}`));
  return titles.find((title) => title.length <= limit) ?? `${plain}: change ${amount(written.length)} files`;
}

function deedOf(written: readonly Change[]): string {
  const secrets = written.filter(({ namespace }) => namespace !== null);
  const [index] = written;
  if (index === undefined) return `update ${LOCK}`;
  if (secrets.length === 0) return `${index.action} ${KUSTOMIZATION}`;
  const number = (action: Action) => secrets.filter((change) => change.action === action).length;
  const deeds = ACTIONS.filter((action) => number(action) > 0).map((action) => `${action} ${amount(number(action))}`);
  return `${enumerated(deeds)} pull secret${secrets.length === 1 ? "" : "s"}`;
}

/** Where, from all the names to none but their number. */
function placesOf(clusters: readonly string[]): readonly string[] {
  const all = clusters.length;
  if (all === 0) return [""];
  const named = clusters.slice(0, NAMED).map((_, left) => {
    const names = clusters.slice(0, Math.min(NAMED, all) - left).map(bare);
    return names.length === all ? names : [...names, `${amount(all - names.length)} more`];
  });
  return [...named.map((names) => ` of ${enumerated(names)}`), ` of ${amount(all)} cluster${all === 1 ? "" : "s"}`];
}

/** `a`, `a and b`, `a, b and c`. */
function enumerated(texts: readonly string[]): string {
  const [last = "", ...others] = [...texts].reverse();
  return others.length === 0 ? last : `${others.reverse().join(", ")} and ${last}`;
}
