/** One way to log in that a server offers. */
export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** By lower-case name. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** No honest server offers more; headers as a whole are bounded by the HTTP adapter. */
const MAX_CHALLENGES = 16;

// RFC 9110, section 11.6.1 (RFC 7235 before it), with `#` lists written out:
//   WWW-Authenticate = challenge *( "," challenge )
//   challenge        = auth-scheme [ 1*SP ( token68 / auth-param *( "," auth-param ) ) ]
//   auth-param       = token BWS "=" BWS ( token / quoted-string )
// Sticky, each tried once per place, so that the whole is linear in the header's length.
const SEPARATORS = /[\t ,]*/y;
const TOKEN = /[!#$%&'*+.^_`|~\w-]+/y;
const VALUE = /[\t ]*=[\t ]*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~\w-]+))/sy;
const TOKEN68 = / +[\w.~+/-]+=*(?=[\t ]*(?:,|$))/y;

/**
 * Reads the values of `WWW-Authenticate`, however many challenges are in one. Never throws: what breaks the grammar
 * ends the reading of its value, and what came before it counts.
 */
export function parseChallenges(values: readonly string[]): readonly Challenge[] {
  return values.flatMap(parseValue).slice(0, MAX_CHALLENGES);
}

function parseValue(text: string): readonly Challenge[] {
  const challenges: Challenge[] = [];
  let parameters: Map<string, string> | undefined;
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  while (challenges.length <= MAX_CHALLENGES) {
    take(SEPARATORS);
    const word = take(TOKEN)?.[0].toLowerCase();
    if (word === undefined) break;
    const value = parameters && take(VALUE);
    if (value && parameters) {
      if (!parameters.has(word)) parameters.set(word, value[1]?.replace(/\\(.)/gs, "$1") ?? value[2] ?? "");
    } else {
      parameters = new Map();
      challenges.push({ scheme: word, parameters });
      take(TOKEN68);
    }
  }
  return challenges;
}
