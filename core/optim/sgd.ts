import { MapOperation } from "../ops/elementwise.ts";
import { apply } from "../scalar/expression.ts";
import { updateTrees } from "./_update.ts";
import type { Optimiser } from "./optimiser.ts";

const step = new MapOperation(
  "step",
  ["f32", "f32", "f32"],
  ["f32"],
  (p, g, rate) => [apply("subtract", p, apply("multiply", rate, g))],
);

/**
 * Gradient descent: p <- p - rate g.
 *
 * *Source* i2dl, lecture 5.
 */
export const sgd: Optimiser<Record<string, never>> = {
  init: () => ({}),
  update(params, gradient, state, learningRate) {
    const [updated] = updateTrees(step, [params, gradient], [learningRate]);
    return { params: updated!, state };
  },
};
