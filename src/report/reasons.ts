import type { Change, Reason } from "../model.ts";

/** What is done to a file, at a glance. */
export const SYMBOLS = { create: "+", update: "~", remove: "-", hold: "!", keep: "=" } as const;

/** Why, for whoever ran the command, and for a reviewer who did not. */
type Words = readonly [short: string, long: string];

const WORDS: Readonly<Record<Reason, Words>> = {
  new: ["new", "new"],
  "credential-changed": ["credential changed", "the credential changed"],
  "recipients-changed": ["recipients changed", "who can decrypt it changed"],
  "content-changed": ["content changed", "its registries or labels changed"],
  "fingerprint-key-changed": ["fingerprint key changed", "the fingerprint key changed"],
  "edited-by-hand": ["edited by hand", "edited by hand, now restored"],
  missing: ["was missing", "was missing"],
  "near-expiry": ["expires soon", "the credential in it expires soon"],
  "no-longer-wanted": ["no longer wanted", "no longer wanted"],
  "registry-failed": ["blocked by", "the credential is missing or failed its check"],
  unknown: ["cannot be compared", "cannot be compared, so written anew"],
  unchanged: ["unchanged", "unchanged"],
};

/** What a hold's reason says, where it differs from the reason of a change. */
const HELD: Partial<Record<Reason, Words>> = {
  unknown: ["not known as ours", "not known as ours"],
  "no-longer-wanted": ["removal refused", "no longer wanted, but not to be removed yet"],
};

/** Why something is written, removed or held: in a word or two, to stand in a line of a terminal. */
export function shortReason(change: Change): string {
  return wordsOf(change)[0];
}

/** The same in a few words more. */
export function longReason(change: Change): string {
  const { action, reason, namespace } = change;
  const isIndex = namespace === null && reason === "content-changed" && action !== "hold";
  return isIndex ? "it lists other files" : wordsOf(change)[1];
}

function wordsOf({ action, reason }: Change): Words {
  return (action === "hold" ? HELD[reason] : undefined) ?? WORDS[reason];
}
