import { MapOperation } from "../ops/elementwise.ts";
import { apply, f32 } from "../scalar/expression.ts";
import { zeros } from "../tensor/create.ts";
import type { Tree } from "../tensor/tree.ts";
import { updateTrees, zerosLike } from "./_update.ts";
import type { Optimiser } from "./optimiser.ts";

/** Hyper-parameters of momentum. */
export interface MomentumOptions {
  /** The share of the last step that is kept, 0.9 by custom. */
  readonly beta: number;
  /**
   * Which of the two forms in the notes, equal at a constant rate (but for rounding), different once it changes:
   * - "velocity": v <- beta v - rate g, p <- p + v (i2dl, lecture 5: the rate is inside the memory);
   * - "sum": m <- beta m + g, p <- p - rate m (ann-summary: the memory holds gradients alone; PyTorch's form).
   */
  readonly form: "velocity" | "sum";
}

/**
 * Stochastic gradient descent with momentum.
 *
 * *Source* Polyak 1964; i2dl, lecture 5 and ann-summary, section on momentum, which print different forms.
 *
 * @throws {RangeError} if beta is not in [0, 1).
 *
 * @example With a steady gradient the second step is 1 + beta times the first
 * ```ts
 * import { createDevice, disposeTree, momentum, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const optimiser = momentum({ beta: 0.5, form: "sum" });
 * const start = { w: tensor(0) };
 * const gradient = { w: tensor(1) };
 * const state = optimiser.init(start);
 * const first = optimiser.update(start, gradient, state, 1);
 * const second = optimiser.update(first.params, gradient, first.state, 1);
 * assertEquals([await first.params.w.item(), await second.params.w.item()], [-1, -2.5]);
 * disposeTree([start, gradient, state, first, second]);
 * ```
 */
export function momentum({ beta, form }: MomentumOptions): Optimiser<{ readonly memory: Tree }> {
  if (!(beta >= 0 && beta < 1)) {
    throw new RangeError(`Cannot make momentum: expected beta in [0, 1), got ${beta}`);
  }
  const step = new MapOperation("step", ["f32", "f32", "f32", "f32"], ["f32", "f32"], (p, g, m, rate) => {
    const kept = apply("multiply", f32(beta), m);
    if (form === "velocity") {
      const velocity = apply("subtract", kept, apply("multiply", rate, g));
      return [apply("add", p, velocity), velocity];
    }
    const sum = apply("add", kept, g);
    return [apply("subtract", p, apply("multiply", rate, sum)), sum];
  });
  return {
    init: (params) => ({ memory: zerosLike(params, zeros) }),
    update(params, gradient, { memory }, learningRate) {
      const [updated, remembered] = updateTrees(step, [params, gradient, memory], [learningRate]);
      return { params: updated!, state: { memory: remembered! } };
    },
  };
}
