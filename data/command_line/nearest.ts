/** Number of letters to insert, delete, change or swap with their neighbour to get from one word to the other. */
export function editDistance(a: string, b: string): number {
  // rows[i][j]: distance of the first i letters of a and the first j of b.
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(change, rows[i - 1]![j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      }
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** The known word that was probably meant; undefined if none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(word.length / 3));
  const near = known
    .map((candidate) => {
      // Who leaves the end out means the word that begins like that.
      const begins = word.length >= 3 && candidate.startsWith(word);
      return { candidate, distance: begins ? 1 : editDistance(word.toLowerCase(), candidate.toLowerCase()) };
    })
    .filter(({ candidate, distance }) => distance <= limit && distance < candidate.length)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate;
}

/** " Did you mean ...?", or nothing if no known word is near; `prefix` stands before the words. */
export function didYouMean(word: string, known: readonly string[], prefix = ""): string {
  const match = nearest(word, known);
  return match === undefined ? "" : ` Did you mean "${prefix}${match}"?`;
}

/** " Did you mean ...?", or all known words if none is near. */
export function hint(word: string, known: readonly string[], prefix = ""): string {
  return didYouMean(word, known, prefix) || ` Known: ${known.map((name) => prefix + name).join(", ")}.`;
}
