import type { Secret } from "../secret.ts";

/** Every secret that a run has read. */
export class KnownSecrets {
  readonly #secrets: Secret[] = [];
  readonly #mask: (secret: Secret) => void;

  /** @param mask hides a secret in everything that is printed from now on. */
  constructor(mask: (secret: Secret) => void) {
    this.#mask = mask;
  }

  /** Called with each before it is used. */
  readonly add = (secret: Secret): void => {
    this.#mask(secret);
    this.#secrets.push(secret);
  };

  /** Whether one of them can be read in a text, as it is or encoded. */
  areIn(text: string): boolean {
    return this.#secrets.some((secret) => secret.isIn(text));
  }

  /** A text without them. */
  redactFrom(text: string): string {
    return this.#secrets.reduce((rest, secret) => secret.redactFrom(rest), text);
  }
}
