/** The known word that somebody most likely meant; undefined when none is near. Case, `-` and `_` do not count. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const typed = plain(word);
  // Nobody misspells that much, and distance costs length times length.
  if (typed.length > 100) return undefined;
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    const target = plain(candidate);
    const limit = Math.floor(Math.max(typed.length, target.length) / 3);
    if (Math.abs(typed.length - target.length) > limit) continue;
    const found = distance(typed, target);
    if (found <= limit && (best === undefined || found < best.distance)) best = { word: candidate, distance: found };
  }
  return best?.word;
}

/** ` did you mean …?` in words of a hint. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const found = nearest(word, known);
  return found === undefined ? undefined : `did you mean \`${found}\`?`;
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/gu, "");
}

/** Optimal string alignment: insertions, deletions, substitutions, and swapped neighbours. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const options = [at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + cost];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) options.push(at(before, j - 2) + 1);
      next.push(Math.min(...options));
    }
    before = row;
    row = next;
  }
  return at(row, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
