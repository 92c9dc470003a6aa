/** For tests: steps made at random of operations that meet in ways nobody would write. */

import { broadcastTo, exp, matmul, maximum, relu, softmax, tanh, uniform } from "../ops/mod.ts";
import type { Key } from "../random/key.ts";
import { ones, tensor, zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { StepResult } from "./trace.ts";

/** Inputs of a random step. */
export type RandomInputs = { readonly x: Tensor; readonly rate: Tensor; readonly key: Key };

const [ROWS, COLUMNS] = [5, 6] as const;

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
  (a, b) => a.reshape([ROWS * COLUMNS]).mul(b.reshape([ROWS * COLUMNS])).reshape(RANDOM_SHAPE),
  (a) => a.transpose().reshape(RANDOM_SHAPE),
  (a) => a.slice([1, 0], [2, COLUMNS]).add(zeros(RANDOM_SHAPE)),
  (a, _, { rate }) => a.mul(rate),
  (a, _, { x }) => a.add(x),
  (a, _, { key }) => a.mul(uniform(key.fold("mask"), RANDOM_SHAPE)),
  (a, _, { key }) => a.add(uniform(key.fold(3), [COLUMNS], -1, 1)),
  (a) => a.sub(tensor([1, 2, 3, 4, 5, 6])),
  (a) => a.mul(ones([]).div(3)),
];

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
