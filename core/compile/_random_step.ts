/** For tests: steps made at random of operations that meet in ways nobody would write. */

import { broadcastTo, conv2d, exp, matmul, maximum, relu, softmax, tanh, uniform } from "../ops/mod.ts";
import type { Key } from "../random/key.ts";
import { ones, tensor, zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { StepResult } from "./trace.ts";

/** Inputs of a random step. */
export type RandomInputs = { readonly x: Tensor; readonly rate: Tensor; readonly key: Key };

/** Enough elements, and few enough columns, for a map to follow a product. */
const [ROWS, COLUMNS] = [150, 15] as const;

/** Shape of every tensor that a random step carries, and of x. */
export const RANDOM_SHAPE = [ROWS, COLUMNS] as const;

type Apply = (a: Tensor, b: Tensor, inputs: RandomInputs) => Tensor;

/** From tensors of `RANDOM_SHAPE` to one of `RANDOM_SHAPE`. */
const APPLIES: readonly Apply[] = [
  (a, b) => a.add(b),
  (a, b) => a.sub(b),
  (a, b) => a.mul(b),
  (a, b) => a.div(b.mul(b).add(1)),
  (a, b) => maximum(a, b),
  (a) => a.neg().neg(),
  (a) => a.mul(1).sub(0),
  (a) => a.add(-0),
  (a) => tanh(a),
  (a) => relu(a),
  (a) => exp(a.neg().sub(2)),
  (a) => softmax(a),
  (a, b) => a.add(b.sum(0)),
  (a, b) => a.mul(b.mean(1).reshape([ROWS, 1])),
  (a, b) => a.sub(broadcastTo(b.sum(), RANDOM_SHAPE)),
  (a, b) => broadcastTo(a.max(0).reshape([1, COLUMNS]), RANDOM_SHAPE).add(b),
  (a, b) => matmul(matmul(a, b.transpose()), a),
  (a, b) => relu(matmul(a, matmul(b.transpose(), a)).add(b)),
  (a, b, { rate }) => a.sub(matmul(matmul(b, a.transpose()), b).mul(rate)),
  (a, b) => tanh(convolved(a, b).reshape(RANDOM_SHAPE)).mul(b),
  (a, b) => a.reshape([ROWS * COLUMNS]).mul(b.reshape([ROWS * COLUMNS])).reshape(RANDOM_SHAPE),
  (a) => a.transpose().reshape(RANDOM_SHAPE),
  (a) => a.slice([1, 0], [2, COLUMNS]).add(zeros(RANDOM_SHAPE)),
  (a, _, { rate }) => a.mul(rate),
  (a, _, { x }) => a.add(x),
  (a, _, { key }) => a.mul(uniform(key.fold("mask"), RANDOM_SHAPE)),
  (a, _, { key }) => a.add(uniform(key.fold(3), [COLUMNS], -1, 1)),
  (a) => a.sub(tensor(Float32Array.from({ length: COLUMNS }, (_, i) => i + 1))),
  (a) => a.mul(ones([]).div(3)),
];

/** The image a convolved with a row of b. */
function convolved(a: Tensor, b: Tensor): Tensor {
  const weights = b.slice([1, 0], [2, 3]).reshape([1, 3, 1, 1]);
  return conv2d(a.reshape([1, ROWS, COLUMNS, 1]), weights, { padding: [0, 0, 1, 1] });
}

/** How many operations there are to choose from. */
export const APPLY_COUNT = APPLIES.length;

/** The step that a list of choices describes: [operation, first operand, second operand], then what is carried on. */
export function randomStep(
  choices: readonly (readonly [number, number, number])[],
  carried: readonly number[],
  shown: readonly number[],
): (carry: readonly Tensor[], inputs: RandomInputs) => StepResult<readonly Tensor[], readonly Tensor[]> {
  return (carry, inputs) => {
    const values = [...carry, inputs.x];
    const pick = (index: number) => values[index % values.length]!;
    for (const [operation, a, b] of choices) values.push(APPLIES[operation]!(pick(a), pick(b), inputs));
    return { carry: carried.map(pick), out: shown.map(pick) };
  };
}
