import { formsOf, holds } from "./encodings.ts";
import type { Forms } from "./encodings.ts";

const PRINTED = "[secret]";

/** Shorter values occur in any text by chance. */
const SHORTEST_REDACTED = 4;

/**
 * A value that cannot be printed, serialised or inspected by accident.
 *
 * Everything read from a credential source is a `Secret` from the moment it is read. Derived forms (`user:password`,
 * its base64, the docker config) are made with {@link Secret.map} and stay secret. {@link Secret.reveal} is called only
 * where bytes leave for the place entitled to them (a dependency rule and a test hold this).
 */
export class Secret {
  readonly #value: string;
  #forms: Forms | undefined;

  constructor(value: string) {
    this.#value = value;
  }

  /** The bare value. Only for `io/`, `encrypt/` and the places that build a header or a docker config. */
  reveal(): string {
    return this.#value;
  }

  /** A derived form, which is as secret as what it was derived from. */
  map(derive: (value: string) => string): Secret {
    return new Secret(derive(this.#value));
  }

  /** A fact about the value that gives nothing of it away, such as when a JWT expires. Its type keeps the text in. */
  tell<Fact extends boolean | number | null>(judge: (value: string) => Fact): Fact {
    return judge(this.#value);
  }

  /**
   * What another party said, without the value in it, however it is encoded and whatever its case: an error page may
   * echo what it was sent.
   */
  redactFrom(text: string): string {
    if (this.#value.length < SHORTEST_REDACTED) return text;
    const forms = [this.#value, ...this.#formsOf().anywhere];
    return forms.reduce((rest, form) => rest.replace(literally(form), PRINTED), text);
  }

  /** Whether it can be read in a text, as it is or encoded. One of under four characters is not looked for. */
  isIn(text: string): boolean {
    return holds(text, this.#formsOf());
  }

  #formsOf(): Forms {
    return (this.#forms ??= formsOf(this.#value));
  }

  /** In UTF-16 code units. */
  get length(): number {
    return this.#value.length;
  }

  toString(): string {
    return PRINTED;
  }

  toJSON(): string {
    return PRINTED;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return PRINTED;
  }
}

function literally(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi");
}
