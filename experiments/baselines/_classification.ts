import { ClassificationScore, scope, type Tensor, tensor } from "@verbatim/core";
import { columnOf, type Rows, type Split } from "@verbatim/data";
import { kNearestNeighbours } from "@verbatim/models";
import type { MetricDescription, RunContext } from "../define_experiment.ts";
import { mostFrequent } from "../most_frequent.ts";
import { readAll } from "../read_all.ts";

/** The metrics of a classifier that is held against the most frequent class. */
export const BASELINE_METRICS: readonly MetricDescription[] = [
  { name: "testAccuracy", title: "Test accuracy", format: "percent", better: "higher" },
  { name: "testMacroF1", title: "Test macro-F1", format: "percent", better: "higher" },
  {
    name: "majorityAccuracy",
    title: "Test accuracy of the most frequent class",
    format: "percent",
    better: "higher",
  },
];

/** Records accuracy, macro-F1 and confusion matrix of a score, and what the most frequent class would reach. */
export function recordScore(
  context: RunContext<unknown>,
  score: ClassificationScore,
  classes: readonly string[],
  labels: { readonly train: ArrayLike<number>; readonly test: ArrayLike<number> },
): void {
  const { accuracy, macroF1, confusion } = score.result();
  const most = mostFrequent(labels.train, classes.length);
  let hits = 0;
  for (let i = 0; i < labels.test.length; i++) if (labels.test[i] === most) hits++;
  context.metric("testAccuracy", accuracy);
  context.metric("testMacroF1", macroF1);
  context.metric("majorityAccuracy", hits / labels.test.length);
  context.confusion({ classes, counts: confusion });
}

/** Rows classified at a time; no result depends on it. */
const QUERY_ROWS = 250;

/** What nearest neighbours classify. */
export interface NeighboursTask {
  readonly train: Split;
  readonly test: Split;
  /** Name of the column of labels, and its classes. */
  readonly label: string;
  readonly classes: readonly string[];
  readonly k: number;
  /** The features of some rows, [rows, D]. */
  features(rows: Rows): Tensor;
}

/** Classifies the test split by its nearest neighbours in the training split. */
export async function classifyByNeighbours(
  context: RunContext<unknown>,
  task: NeighboursTask,
): Promise<void> {
  const { train, test, label, classes, k } = task;
  const seen = await readAll(train);
  using x = scope(() => task.features(seen));
  using labels = tensor(Uint32Array.from(columnOf(seen, label)));
  const score = new ClassificationScore(classes.length);
  const truths: number[] = [];
  for (let first = 0; first < test.rows; first += QUERY_ROWS) {
    const length = Math.min(QUERY_ROWS, test.rows - first);
    const rows = await test.read(Uint32Array.from({ length }, (_, i) => first + i));
    using votes = scope(() =>
      kNearestNeighbours({ x, labels }, task.features(rows), { k, classes: classes.length })
    );
    // Votes are no probabilities: there is no loss.
    score.add(await votes.read(), columnOf(rows, label), 0);
    truths.push(...columnOf(rows, label));
  }
  recordScore(context, score, classes, { train: columnOf(seen, label), test: truths });
}
