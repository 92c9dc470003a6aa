/**
 * What networks of one wide layer and of many narrow ones can express.
 *
 * @module
 */
import { Key, linalg, matmul, normal, relu, sigmoid, sin, tanh, type Tensor, tensor } from "@verbatim/core";
import type { Checks } from "../finding.ts";
import { farthest, grid, holdsIf, show, valuesOf } from "./_compute.ts";

const KEY = Key.from(1).fold("claims").fold("approximation");

/** The curve that is approximated: one and a half waves, which rise, fall and rise. */
const POINTS = grid(0, 1, 201);
const curve = () => valuesOf(() => sin(tensor(Float32Array.from(POINTS)).mul(9.424778)).mul(0.5).add(0.5));

/** Largest error of the best output weights over a hidden layer of random units. */
async function oneHiddenError(targets: readonly number[], width: number, activation: (z: Tensor) => Tensor) {
  const key = KEY.fold("hidden").fold(width);
  const features = await valuesOf(() => {
    const x = tensor(Float32Array.from(POINTS), [POINTS.length, 1]).sub(0.5);
    return activation(
      matmul(x, normal(key.fold("w"), [1, width], 0, 20)).add(normal(key.fold("b"), [width], 0, 5)),
    );
  });
  const rows = POINTS.map((_, i) => [1, ...features.slice(width * i, width * i + width)]);
  const matrix = linalg.matrix(rows);
  // Directions that only rounding to binary32 has made are left out: squares span no more than three.
  const weights = linalg.minimumNormSolution(matrix, linalg.column(targets), 1e-5);
  return farthest(linalg.multiply(matrix, weights).values, targets);
}

async function oneHidden() {
  const targets = await curve();
  const activations: readonly [string, (z: Tensor) => Tensor][] = [
    ["ReLU", relu],
    ["sigmoid", sigmoid],
    ["tanh", tanh],
    ["square", (z) => z.mul(z)],
  ];
  const widths = [2, 8, 32, 128];
  const rows: string[] = [];
  const last: number[] = [];
  for (const [name, activation] of activations) {
    const errors: number[] = [];
    for (const width of widths) errors.push(await oneHiddenError(targets, width, activation));
    rows.push(`${name} ${errors.map((error) => `${show(100 * error, 2)}%`).join(", ")}`);
    last.push(errors.at(-1)!);
  }
  const square = last.pop()!;
  return holdsIf(
    "enough width and an activation that is no polynomial",
    last.every((error) => error < 0.01),
    square < 0.1,
    `Largest error on a curve of one and a half waves, in shares of its range, with ${
      widths.join(", ")
    } hidden units: ${rows.join("; ")}.`,
  );
}

/** A ReLU network whose hidden layers have three units: x, a sum so far, and the next hinge. One layer for each hinge. */
function narrowNetwork(targets: readonly number[], depth: number): Promise<number[]> {
  const step = (POINTS.length - 1) / depth;
  const knots = Array.from({ length: depth }, (_, k) => POINTS[Math.round(k * step)]!);
  const at = (k: number) => targets[Math.round(k * step)]!;
  const slopes = knots.map((knot, k) => (at(k + 1) - at(k)) / ((knots[k + 1] ?? 1) - knot));
  const offset = 100; // keeps the sum positive, so that ReLU lets it pass
  return valuesOf(() => {
    const x = tensor(Float32Array.from(POINTS), [POINTS.length, 1]);
    let h = relu(matmul(x, tensor([[1, 0, 1]])).add(tensor([0, offset + at(0), -knots[0]!])));
    for (let k = 0; k < depth; k++) {
      const change = slopes[k]! - (slopes[k - 1] ?? 0);
      // [x, sum, hinge] -> [x, sum + change hinge, x - next knot]
      const next = tensor([[1, 0, 1], [0, 1, 0], [0, change, 0]]);
      h = relu(matmul(h, next).add(tensor([0, 0, -(knots[k + 1] ?? 1)])));
    }
    return matmul(h, tensor([[0], [1], [0]])).sub(offset).reshape([POINTS.length]);
  });
}

async function infiniteLayers() {
  const targets = await curve();
  // No monotone function is nearer to a curve than half its largest fall, and half its largest rise turned round.
  const swing = (values: readonly number[]) =>
    Math.max(...values.flatMap((value, i) => values.slice(i).map((later) => value - later)));
  const bound = Math.min(swing(targets), swing(targets.map((value) => -value))) / 2;
  let monotone = 0;
  const networks = 100;
  for (let i = 0; i < networks; i++) {
    const key = KEY.fold("narrow").fold(i);
    const values = await valuesOf(() => {
      const weights = normal(key.fold("w"), [20], 0, 2);
      const biases = normal(key.fold("b"), [20]);
      let h = tensor(Float32Array.from(POINTS));
      for (let layer = 0; layer < 20; layer++) {
        const [w, b] = [weights, biases].map((list) => list.slice([layer], [layer + 1]));
        h = tanh(h.mul(w!).add(b!));
      }
      return h;
    });
    const signs = values.slice(1).map((value, k) => Math.sign(value - values[k]!)).filter((sign) =>
      sign !== 0
    );
    if (signs.every((sign) => sign === signs[0])) monotone++;
  }
  const depths = [5, 20, 100];
  const errors: number[] = [];
  for (const depth of depths) errors.push(farthest(await narrowNetwork(targets, depth), targets));
  return holdsIf(
    "the width of the layers",
    errors.at(-1)! < 0.01 && errors.every((error, i) => i === 0 || error < errors[i - 1]!),
    monotone < networks || bound < 0.1,
    `Of ${networks} random networks of 20 layers of width 1, ${monotone} are monotone, and no monotone function is nearer ` +
      `than ${show(100 * bound, 3)}% to a curve of one and a half waves; ReLU layers of width 3 are ${
        errors.map((error) => `${show(100 * error, 2)}%`).join(", ")
      } from it with ${depths.join(", ")} of them.`,
  );
}

/** The checks of what networks can express. */
export const APPROXIMATION_CHECKS: Checks = {
  "universal-one-hidden": oneHidden,
  "universal-infinite-layers": infiniteLayers,
};
