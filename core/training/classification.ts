/** How well a classifier did on a set of samples. Shares are float64, from exact counts. */
export interface ClassificationResult {
  /** Number of samples. */
  readonly count: number;
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  /** Share of samples whose first class is right. */
  readonly accuracy: number;
  /** Share of samples whose class is among the five best; NaN for five classes or fewer. */
  readonly top5: number;
  /** Mean over the classes of 2 tp / (2 tp + fp + fn); 0 for a class that neither occurs nor is predicted. */
  readonly macroF1: number;
  /** Rows are true classes, columns predicted ones. */
  readonly confusion: readonly (readonly number[])[];
  /** The predicted class of each sample, in order. */
  readonly predicted: Uint32Array;
}

/**
 * Collects the scores of a classifier batch by batch.
 *
 * @example Three samples of two classes, the second one wrong
 * ```ts
 * import { ClassificationScore } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const score = new ClassificationScore(2);
 * score.add([2, 1, 0, 3, 0, 1], [0, 0, 1], 0.25);
 * const { accuracy, confusion, loss, macroF1, predicted } = score.result();
 * assertEquals(predicted, Uint32Array.of(0, 1, 1));
 * assertEquals(confusion, [[1, 1], [0, 1]]);
 * assertEquals([accuracy, macroF1, loss], [2 / 3, 2 / 3, 0.25]);
 * ```
 */
export class ClassificationScore {
  readonly #confusion: number[][];
  readonly #predicted: number[] = [];
  #loss = 0;
  #inFive = 0;

  /** Starts without samples. @param classes Number of classes. */
  constructor(readonly classes: number) {
    this.#confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  }

  /**
   * Adds a batch: scores [B, classes], labels [B], and the batch's mean loss.
   *
   * *Order* sample by sample; the mean loss is weighted by the size of the batch, in float64.
   *
   * @throws {RangeError} if the lengths do not fit or a label is no class.
   */
  add(scores: ArrayLike<number>, labels: ArrayLike<number>, loss: number): void {
    const { classes } = this;
    if (scores.length !== labels.length * classes) {
      throw new RangeError(`Cannot score: expected ${labels.length * classes} scores, got ${scores.length}`);
    }
    for (let sample = 0; sample < labels.length; sample++) {
      const truth = labels[sample]!;
      if (truth >= classes) {
        throw new RangeError(`Cannot score: expected a class below ${classes}, got ${truth}`);
      }
      const row = sample * classes;
      let best = 0;
      let ahead = 0;
      for (let c = 0; c < classes; c++) {
        if (before(scores[row + c]!, c, scores[row + best]!, best)) best = c;
        if (before(scores[row + c]!, c, scores[row + truth]!, truth)) ahead++;
      }
      this.#confusion[truth]![best]!++;
      this.#predicted.push(best);
      if (ahead < 5) this.#inFive++;
    }
    this.#loss += loss * labels.length;
  }

  /** The scores of all samples so far. @throws {RangeError} if there was none. */
  result(): ClassificationResult {
    const count = this.#predicted.length;
    if (count === 0) throw new RangeError("Cannot score: expected at least one sample, got none");
    const { classes } = this;
    let correct = 0;
    let f1 = 0;
    for (let c = 0; c < classes; c++) {
      const hits = this.#confusion[c]![c]!;
      let occurs = 0;
      let predicted = 0;
      for (let other = 0; other < classes; other++) {
        occurs += this.#confusion[c]![other]!;
        predicted += this.#confusion[other]![c]!;
      }
      correct += hits;
      f1 += occurs + predicted === 0 ? 0 : 2 * hits / (occurs + predicted);
    }
    return {
      count,
      loss: this.#loss / count,
      accuracy: correct / count,
      top5: classes > 5 ? this.#inFive / count : NaN,
      macroF1: f1 / classes,
      confusion: this.#confusion,
      predicted: Uint32Array.from(this.#predicted),
    };
  }
}

/** True if score a of class i ranks before score b of class j: larger by the order key, or equal and an earlier class. */
function before(a: number, i: number, b: number, j: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && (!Number.isNaN(b) || i < j);
  if (a !== b) return a > b;
  if (a === 0 && Object.is(a, 0) !== Object.is(b, 0)) return Object.is(a, 0);
  return i < j;
}
