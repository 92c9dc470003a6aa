/** What clusters say of labels that they never saw: counts and ratios of whole numbers, in binary64. */

/** Members of each class in each cluster: counts[cluster][class]. */
export function countMembers(
  assignments: ArrayLike<number>,
  labels: ArrayLike<number>,
  clusters: number,
  classes: number,
): number[][] {
  const counts = Array.from({ length: clusters }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < assignments.length; i++) counts[assignments[i]!]![labels[i]!]!++;
  return counts;
}

/** The most frequent class of each cluster; the first of equally frequent ones. */
export function majorities(counts: readonly (readonly number[])[]): number[] {
  return counts.map((row) => row.indexOf(row.reduce((most, count) => Math.max(most, count), 0)));
}

/** The share of the samples that are of their cluster's most frequent class. */
export function purity(counts: readonly (readonly number[])[]): number {
  const most = counts.reduce((sum, row) => sum + row.reduce((a, b) => Math.max(a, b), 0), 0);
  return most / total(counts);
}

/**
 * The adjusted Rand index: of all pairs of samples, how many more are together (or apart) in both clusters and classes than
 * by chance; 1 if both are the same, 0 on average by chance. *Source* L. Hubert, P. Arabie (1985). Comparing partitions.
 */
export function adjustedRandIndex(counts: readonly (readonly number[])[]): number {
  const pairs = (n: number) => n * (n - 1) / 2;
  const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + pairs(value), 0);
  const clusters = counts.map((row) => row.reduce((a, b) => a + b, 0));
  const classes = counts[0]!.map((_, c) => counts.reduce((sum, row) => sum + row[c]!, 0));
  const together = sumOf(counts.flat());
  const expected = sumOf(clusters) * sumOf(classes) / pairs(total(counts));
  const most = (sumOf(clusters) + sumOf(classes)) / 2;
  return (together - expected) / (most - expected);
}

function total(counts: readonly (readonly number[])[]): number {
  return counts.flat().reduce((a, b) => a + b, 0);
}
