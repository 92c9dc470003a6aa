/**
 * Words of texts in numbers: how often they occur where, how far apart WordNet has them, and how two orders agree.
 *
 * @module
 */
import { type Key, linalg } from "@verbatim/core";

/** A text as its words. */
export type Text = readonly string[];

/** Runs of lower-case letters; everything else is no word. */
const WORD = /^[a-z]+$/;

/** The words of some texts that occur often enough, in the order of the alphabet. */
export function vocabularyOf(texts: readonly Text[], leastCount: number, leastTexts: number): string[] {
  const seen = new Map<string, { count: number; texts: number; last: number }>();
  for (const [at, text] of texts.entries()) {
    for (const written of text) {
      const word = written.toLowerCase();
      if (!WORD.test(word)) continue;
      const known = seen.get(word) ?? { count: 0, texts: 0, last: -1 };
      known.count++;
      if (known.last !== at) known.texts++;
      known.last = at;
      seen.set(word, known);
    }
  }
  return [...seen].filter(([, { count, texts }]) => count >= leastCount && texts >= leastTexts)
    .map(([word]) => word).sort();
}

/** How often each word occurs in each text, V x T. */
export function countWords(texts: readonly Text[], vocabulary: readonly string[]): linalg.SparseMatrix {
  const places = new Map(vocabulary.map((word, place) => [word, place]));
  const [rows, columns]: [number[], number[]] = [[], []];
  for (const [at, text] of texts.entries()) {
    for (const written of text) {
      const place = places.get(written.toLowerCase());
      if (place === undefined) continue;
      rows.push(place);
      columns.push(at);
    }
  }
  return linalg.sparseMatrix(
    vocabulary.length,
    texts.length,
    rows,
    columns,
    new Uint8Array(rows.length).fill(1),
  );
}

/** Steps on the shortest way from one node to every other; -1 where there is none. */
export function distancesFrom(start: number, neighbours: readonly (readonly number[])[]): Int32Array {
  const distances = new Int32Array(neighbours.length).fill(-1);
  distances[start] = 0;
  const queue = [start];
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at]!;
    for (const next of neighbours[node]!) {
      if (distances[next]! >= 0) continue;
      distances[next] = distances[node]! + 1;
      queue.push(next);
    }
  }
  return distances;
}

/** Places in ascending order, from 1; equal values share the mean of theirs. */
export function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) =>
    values[a]! - values[b]! || a - b
  );
  const ranks = new Float64Array(values.length);
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && values[order[end]!]! === values[order[first]!]!) end++;
    for (let i = first; i < end; i++) ranks[order[i]!] = (first + 1 + end) / 2;
    first = end;
  }
  return ranks;
}

/** The values less their mean, over the root of the sum of their squares. */
function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return values.map((value) => (value - mean) / Math.sqrt(squares));
}

/** Spearman's rank correlation: Pearson's of the ranks. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [standardised(ranksOf(a)), standardised(ranksOf(b))];
  return x.reduce((sum, value, i) => sum + value * y[i]!, 0);
}

/** The pairs i < j of n things, row by row. */
export function pairsOf(n: number): (readonly [number, number])[] {
  return Array.from(
    { length: n },
    (_, i) => Array.from({ length: n - i - 1 }, (_, k) => [i, i + 1 + k] as const),
  )
    .flat();
}

/**
 * How likely so large a rank correlation of two similarities of the same n things is by chance: the share, of the given
 * order and some random ones of the things in b, in which it is at least as large. Pairs share things and so are not
 * independent; orders of things are. *Source* N. Mantel (1967). The detection of disease clustering and a generalized regression
 * approach.
 */
export function mantelTest(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  n: number,
  orders: number,
  key: Key,
): { readonly correlation: number; readonly p: number } {
  const pairs = pairsOf(n);
  const [x, y] = [standardised(ranksOf(a)), standardised(ranksOf(b))];
  const square = new Float64Array(n * n);
  for (const [at, [i, j]] of pairs.entries()) square[i * n + j] = square[j * n + i] = y[at]!;
  const correlationIn = (order: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0, at = 0; i < n; i++) {
      const row = order[i]! * n;
      for (let j = i + 1; j < n; j++) sum += x[at++]! * square[row + order[j]!]!;
    }
    return sum;
  };
  const correlation = correlationIn(Uint32Array.from({ length: n }, (_, i) => i));
  let atLeast = 1;
  for (let draw = 0; draw < orders; draw++) {
    if (correlationIn(key.fold(draw).permutation(n)) >= correlation) atLeast++;
  }
  return { correlation, p: atLeast / (orders + 1) };
}
