import { parseJson } from "../json.ts";
import { TOKEN } from "./json-text.ts";

/**
 * What a valid JSON text says, for comparing: with every number as a text, since those of JavaScript hold no more than
 * 53 bits. Strings and names get an `s` in front, so that no text is taken for a number.
 */
export function exactly(text: string): unknown {
  return parseJson(text.replace(TOKEN, (token) => (token.startsWith('"') ? `"s${token.slice(1)}` : numeral(token))));
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/u;

/** One text for each number, however it is written: `1.50` and `15e-1` are `15e-1`. Other tokens stay. */
function numeral(token: string): string {
  const [found, sign = "", whole = "", fraction = "", exponent = "0"] = NUMBER.exec(token) ?? [];
  if (found === undefined) return token;
  const all = `${whole}${fraction}`.replace(/^0+/u, "");
  const digits = all.replace(/0+$/u, "");
  const power = Number(exponent) - fraction.length + all.length - digits.length;
  return digits === "" ? `"${sign}0"` : `"${sign}${digits}e${power}"`;
}
