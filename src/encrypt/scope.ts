/** Which values of a file are encrypted: at most one rule, tried on each key of a path. */
export interface Scope {
  readonly rule: "unencrypted_suffix" | "encrypted_suffix" | "unencrypted_regex" | "encrypted_regex";
  readonly pattern: string;
}

/** Whether the value at a path of keys is encrypted (sops.go, `shouldBeEncrypted`). */
export type Covers = (path: readonly string[]) => boolean;

/**
 * Compiles a rule. Expressions are Go's RE2, searched for anywhere in a key; the library is loaded only when there is
 * one.
 *
 * @throws when the expression is none.
 */
export async function compileScope({ rule, pattern }: Scope): Promise<Covers> {
  const matches = rule.endsWith("_regex") ? await searcher(pattern) : (key: string) => key.endsWith(pattern);
  return rule.startsWith("un") ? (path) => !path.some(matches) : (path) => path.some(matches);
}

/** Searches a text for an RE2 expression, in time linear in the text. */
export async function searcher(pattern: string): Promise<(text: string) => boolean> {
  const { RE2JS } = await import("re2js");
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.matcher(text).find();
}
