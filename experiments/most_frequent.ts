/** The most frequent class; the first of equally frequent ones. */
export function mostFrequent(labels: ArrayLike<number>, classes: number): number {
  const counts = new Uint32Array(classes);
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]!++;
  return counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
}
