import { RegcredError } from "../errors.ts";
import type { KnownSecrets } from "./known-secrets.ts";

/** A text that is about to leave, with what it is called. */
export interface Outgoing {
  /** A path, or `the title of the pull request`. */
  readonly what: string;
  readonly text: string;
}

/**
 * The leak guard (design, section 6): everything that is about to be published is searched for every secret of the run.
 * What it finds is a secret in a label, a path or a name, or a defect of ours; either way nothing leaves.
 *
 * @throws RegcredError `secret-leak`
 */
export function guardLeaks(outgoing: readonly Outgoing[], secrets: KnownSecrets): void {
  const leak = outgoing.find(({ what, text }) => secrets.areIn(what) || secrets.areIn(text));
  if (leak === undefined) return;
  throw new RegcredError(
    {
      code: "secret-leak",
      message: `${secrets.redactFrom(leak.what)} would hold a secret of this run that everybody can read: nothing was published`,
      hint: "look for it in labels, annotations, names and paths of registries.yaml; if it is there only by chance, it is too easy to guess: make a better one",
    },
    { exitCode: 1 },
  );
}
