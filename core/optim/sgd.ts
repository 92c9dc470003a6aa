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
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice, sgd, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = { w: tensor([1, 2]) };
 * const gradient = { w: tensor([4, -4]) };
 * const next = sgd.update(params, gradient, {}, 0.25);
 * assertEquals(await next.params.w.read(), Float32Array.of(0, 3));
 * disposeTree([params, gradient, next]);
 * ```
 */
export const sgd: Optimiser<Record<string, never>> = {
  init: () => ({}),
  update(params, gradient, state, learningRate) {
    const [updated] = updateTrees(step, [params, gradient], [learningRate]);
    return { params: updated!, state };
  },
};
