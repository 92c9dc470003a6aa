/**
 * The perceptron: one neuron with a step as its activation, and Rosenblatt's rule of learning.
 *
 * Axes: N samples, D features, B samples to classify.
 *
 * @module
 */
import {
  composition,
  dense,
  type DenseParams,
  greater,
  type Key,
  scope,
  type Tensor,
  tensor,
  uniform,
} from "@verbatim/core";
import { defineMethod, type RegisteredMethod } from "../define_model.ts";

/** What a fit found. */
export type PerceptronFit = {
  /** w [D, 1] and b [1], after the last mistake. */
  readonly params: DenseParams;
  /** Mistakes in each pass over the samples; the last is 0 if it converged. */
  readonly mistakes: readonly number[];
  /** Whether a whole pass went without a mistake. */
  readonly converged: boolean;
};

/** How long a perceptron learns. */
export interface PerceptronOptions {
  /** Passes over the samples at most. Default: 1000. */
  readonly epochs?: number;
  /** Draws the order of each pass anew; without it samples come in their order. */
  readonly key?: Key;
}

/**
 * 1 where the sum of the inputs times their weights and the bias is above 0, else 0: step(x w + b).
 *
 * *Shapes* x [B, D] -> [B]. *Dtypes* f32 -> u8. *Order* N4 over the features. *Gradient* none: the step has slope 0
 * wherever it has one.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example The logical and
 * ```ts
 * import { createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { applyPerceptron } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using w = tensor([[1], [1]]);
 * using b = tensor([-1.5]);
 * using x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
 * using y = applyPerceptron({ w, b }, x);
 * assertEquals(await y.read(), Uint8Array.of(0, 0, 0, 1));
 * ```
 */
export function applyPerceptron(params: DenseParams, x: Tensor): Tensor {
  return composition(() => greater(dense(params, x), 0).reshape([x.shape[0]!]));
}

/**
 * Learns from mistakes: passes over the samples one by one, and where the answer is wrong adds the sample to the weights
 * (if 1 was right) or subtracts it (if 0 was), and so does with 1 and the bias; until a whole pass goes without a mistake.
 *
 * If a plane separates the classes, that comes after at most (R / gamma)^2 mistakes, where R is the length of the longest
 * sample [x, 1] and gamma the distance of the nearest one to the best plane through the origin. If none does, it never comes.
 *
 * *Shapes* x [N, D], labels [N] -> w [D, 1], b [1]. *Dtypes* x f32, labels u8 or u32, 0 or 1. *Order* samples ascending or, with a
 * key, as `key.fold(pass).permutation(N)`; a score is N4's sum over the features (so those of `applyPerceptron`), in
 * binary32 on the host, for each step depends on the one before. *Source* F. Rosenblatt (1958). The perceptron; A. Novikoff
 * (1962). On convergence proofs on perceptrons; ann-summary, lecture 1.
 *
 * @throws {RangeError} if the shapes do not fit, a label is neither 0 nor 1, there are more than 256 features, or the
 * number of passes is no positive integer.
 *
 * @example Above or below 2
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice, tensor } from "@verbatim/core";
 * import { applyPerceptron, fitPerceptron } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1], [3], [0], [4]]);
 * using labels = tensor(Uint8Array.of(0, 1, 0, 1));
 * const { params, converged } = await fitPerceptron(x, labels);
 * using y = applyPerceptron(params, x);
 * assertEquals(converged, true);
 * assertEquals(await y.read(), Uint8Array.of(0, 1, 0, 1));
 * disposeTree(params);
 * ```
 */
export async function fitPerceptron(
  x: Tensor,
  labels: Tensor,
  options: PerceptronOptions = {},
): Promise<PerceptronFit> {
  const { epochs = 1000, key } = options;
  const [samples, features] = x.shape;
  if (x.rank !== 2 || labels.rank !== 1 || labels.size !== samples) {
    throw new RangeError(
      `Cannot fit a perceptron: expected x [N, D] and labels [N], got [${x.shape}] and [${labels.shape}]`,
    );
  }
  if (features! > BLOCK) {
    throw new RangeError(`Cannot fit a perceptron: expected at most ${BLOCK} features, got ${features}`);
  }
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw new RangeError(`Cannot fit a perceptron: expected a positive number of passes, got ${epochs}`);
  }
  const values = await x.read();
  const wanted = await labels.read();
  const strange = wanted.find((label) => label !== 0 && label !== 1);
  if (strange !== undefined) {
    throw new RangeError(`Cannot fit a perceptron: expected the labels 0 and 1, got ${strange}`);
  }
  const w = new Float32Array(features!);
  let b = 0;
  const mistakes: number[] = [];
  do {
    const order = key?.fold(mistakes.length).permutation(samples!);
    let wrong = 0;
    for (let i = 0; i < samples!; i++) {
      const row = order?.[i] ?? i;
      let score = 0;
      for (let d = 0; d < features!; d++) {
        score = Math.fround(score + Math.fround(values[row * features! + d]! * w[d]!));
      }
      const answer = Math.fround(score + b) > 0 ? 1 : 0;
      if (answer === wanted[row]) continue;
      wrong++;
      const sign = wanted[row] === 1 ? 1 : -1;
      for (let d = 0; d < features!; d++) w[d] = w[d]! + sign * values[row * features! + d]!;
      b = Math.fround(b + sign);
    }
    mistakes.push(wrong);
  } while (mistakes.at(-1)! > 0 && mistakes.length < epochs);
  return {
    params: { w: tensor(w, [features!, 1]), b: tensor([b]) },
    mistakes,
    converged: mistakes.at(-1) === 0,
  };
}

/** So many terms are one block of N4: they are added one by one. */
const BLOCK = 256;

/** The perceptron in the registry. */
export const perceptronMethod: RegisteredMethod = defineMethod({
  id: "perceptron",
  family: "classical",
  title: "Perceptron",
  notes: [{ note: "ann-summary", section: "lecture 1" }, { note: "aps360", section: "week 2" }],
  paper:
    "F. Rosenblatt (1958). The perceptron: a probabilistic model for information storage and organization in the brain.",
  trial: {
    async fit(key) {
      using x = uniform(key.fold("x"), [60, 4], -1, 1);
      using labels = scope(() => greater(x.sum(1), 0.1));
      const { params, mistakes } = await fitPerceptron(x, labels, { epochs: 50, key });
      return { params, mistakes };
    },
  },
});
