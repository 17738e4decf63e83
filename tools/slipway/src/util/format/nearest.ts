/** The word of `words` that needs the fewest edits, if few enough to be a slip of the finger. */
export function nearest(word: string, words: string[]): string | undefined {
  const scored = words.map((other) => ({ other, edits: distance(word.toLowerCase(), other.toLowerCase()) }));
  const best = scored.sort((a, b) => a.edits - b.edits)[0];
  return best !== undefined && best.edits <= Math.max(2, word.length / 4) ? best.other : undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const letter of a) {
    let [diagonal = 0] = row;
    let left = diagonal + 1;
    const next = [left];
    for (const [index, above] of row.slice(1).entries()) {
      left = Math.min(diagonal + (letter === b[index] ? 0 : 1), above + 1, left + 1);
      next.push(left);
      diagonal = above;
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
