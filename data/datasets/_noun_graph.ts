import type { Synset } from "../readers/wordnet.ts";

/** For each noun the nouns of the list that a pointer joins with it, in either direction, as ascending indices. */
export function neighboursOf(synsets: readonly Synset[]): readonly (readonly number[])[] {
  const indices = new Map(synsets.map(({ offset }, i) => [offset, i]));
  const neighbours = synsets.map(() => new Set<number>());
  synsets.forEach(({ pointers }, i) => {
    for (const { pos, offset } of pointers) {
      const other = pos === "n" ? indices.get(offset) : undefined;
      if (other === undefined || other === i) continue;
      neighbours[i]!.add(other);
      neighbours[other]!.add(i);
    }
  });
  return neighbours.map((near) => [...near].sort((a, b) => a - b));
}

/** The nodes of the largest connected component, ascending; of equal ones the one with the first node. */
export function largestComponent(neighbours: readonly (readonly number[])[]): readonly number[] {
  const isSeen = new Array<boolean>(neighbours.length).fill(false);
  let largest: number[] = [];
  for (const start of neighbours.keys()) {
    if (isSeen[start]) continue;
    const component = [start];
    isSeen[start] = true;
    for (const node of component) { // It grows as it is walked.
      for (const next of neighbours[node]!) {
        if (!isSeen[next]) component.push(next);
        isSeen[next] = true;
      }
    }
    if (component.length > largest.length) largest = component;
  }
  return largest.sort((a, b) => a - b);
}

/** The words that most texts have; of equal ones the first in the order of their letters. */
export function mostFrequentWords(texts: readonly ReadonlySet<string>[], count: number): readonly string[] {
  const numbers = new Map<string, number>();
  for (const text of texts) for (const word of text) numbers.set(word, (numbers.get(word) ?? 0) + 1);
  return [...numbers].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, count).map(([word]) =>
    word
  );
}
