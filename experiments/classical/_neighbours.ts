import { type Key, scope, tensor } from "@verbatim/core";
import {
  columnOf,
  type FeatureStatistics,
  featureStatistics,
  normalise,
  type OpenDataset,
  type Rows as DataRows,
} from "@verbatim/data";
import { type Distance, nearestNeighbours } from "@verbatim/models";
import { mostFrequent } from "../most_frequent.ts";
import { readAll } from "../read_all.ts";

/** What is tried, and the share of the training rows on which it is judged. */
export interface Config {
  readonly distances: readonly Distance[];
  readonly neighbours: readonly number[];
  readonly validationShare: number;
}

/** Rows of features with their labels. */
export interface Rows {
  readonly x: Float32Array<ArrayBuffer>;
  readonly labels: Uint8Array;
}

/** Rows looked up at a time; no result depends on it. */
const QUERY_ROWS = 48;

/** Some rows of others. */
export const pick = ({ x, labels }: Rows, rows: Uint32Array): Rows => {
  const width = x.length / labels.length;
  const chosen = new Float32Array(rows.length * width);
  rows.forEach((row, i) => chosen.set(x.subarray(row * width, (row + 1) * width), i * width));
  return { x: chosen, labels: Uint8Array.from(rows, (row) => labels[row]!) };
};

/** Rows and behind them others. */
export const join = (a: Rows, b: Rows): Rows => ({
  x: Float32Array.of(...a.x, ...b.x),
  labels: Uint8Array.of(...a.labels, ...b.labels),
});

/** The labels of the k nearest of the known rows, the nearest first, for each asked row. */
export async function* votes(
  known: Rows,
  asked: Rows,
  distance: Distance,
  k: number,
): AsyncIterable<readonly number[]> {
  const width = known.x.length / known.labels.length;
  using samples = tensor(known.x, [known.labels.length, width]);
  for (let first = 0; first < asked.labels.length; first += QUERY_ROWS) {
    const length = Math.min(QUERY_ROWS, asked.labels.length - first);
    using nearest = scope(() => {
      const queries = tensor(asked.x.slice(first * width, (first + length) * width), [length, width]);
      return nearestNeighbours(samples, queries, { k, distance });
    });
    const rows = await nearest.read();
    for (let i = 0; i < length; i++) {
      yield Array.from(rows.subarray(i * k, (i + 1) * k), (row) => known.labels[row]!);
    }
  }
}

/** Accuracy of each number of neighbours, all from one search. */
export async function accuracies(
  known: Rows,
  asked: Rows,
  distance: Distance,
  neighbours: readonly number[],
): Promise<number[]> {
  const hits = neighbours.map(() => 0);
  let row = 0;
  for await (const labels of votes(known, asked, distance, Math.max(...neighbours))) {
    neighbours.forEach((count, place) => {
      if (mostFrequent(labels.slice(0, count), 10) === asked.labels[row]) hits[place]!++;
    });
    row++;
  }
  return hits.map((count) => count / asked.labels.length);
}

/** A distance, a number of neighbours and how well both did. */
export interface Pair {
  readonly distance: Distance;
  readonly k: number;
  readonly accuracy: number;
}

/** Accuracy by distance and number of neighbours. */
export async function grid(known: Rows, asked: Rows, { distances, neighbours }: Config): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const distance of distances) {
    const found = await accuracies(known, asked, distance, neighbours);
    found.forEach((accuracy, i) => pairs.push({ distance, k: neighbours[i]!, accuracy }));
  }
  return pairs;
}

/** The most accurate pair; of equally accurate ones the first. */
export const best = (pairs: readonly Pair[]) => pairs.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
/** The accuracy of a pair's distance and number among others. */
export const at = (pairs: readonly Pair[], { distance, k }: Pair) =>
  pairs.find((pair) => pair.distance === distance && pair.k === k)!.accuracy;

/** Rows as they are looked up; the features as they are, or normalised. */
export function rowsOf(rows: DataRows, column: string, statistics?: FeatureStatistics): Rows {
  const values = columnOf(rows, column);
  return {
    x: Float32Array.from(statistics === undefined ? values : normalise(values, statistics)),
    labels: Uint8Array.from(columnOf(rows, "label")),
  };
}

/** The training rows on which a choice is made, which the key draws, and those that are looked up for it. */
export function divide(train: Rows, { validationShare }: Config, key: Key) {
  const order = key.fold("validation").permutation(train.labels.length);
  const cut = Math.round(train.labels.length * validationShare);
  return { validation: pick(train, order.subarray(0, cut)), rest: pick(train, order.subarray(cut)) };
}

/** Training and test rows of a column; if wished, each value with mean 0 and deviation 1 in the training split. */
export async function readSplits(data: OpenDataset, column: string, standardise: boolean) {
  const statistics = standardise ? await featureStatistics(data.split("train"), column) : undefined;
  const read = async (name: string) => rowsOf(await readAll(data.split(name)), column, statistics);
  return { train: await read("train"), test: await read("test") };
}
