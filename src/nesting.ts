/** Far deeper than anybody nests by hand or by program. */
const MOST = 200;

/**
 * Whether brackets stand in each other so deeply that a text is not worth parsing: `yaml` takes seconds for a megabyte
 * of them (2.9.1, 2026-11). This look knows no quotes: brackets that are never closed count wherever they stand.
 */
export function nestsTooDeeply(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === "[" || bracket === "{" ? depth + 1 : Math.max(0, depth - 1);
    if (depth > MOST) return true;
  }
  return false;
}
