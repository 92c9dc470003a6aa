import { differentiable } from "../autodiff/differentiable.ts";
import { withoutTapes } from "../autodiff/tape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { named } from "../tensor/tracing.ts";
import { axesOf, keptShape } from "./_reduce.ts";
import { equal } from "./compare.ts";
import { exp } from "./exp.ts";
import { log } from "./log.ts";
import { max } from "./max.ts";
import { select } from "./select.ts";
import { sum } from "./sum.ts";

/**
 * The logarithm of a sum of exponentials over axes (default: all): m + log(sum e^(x - m)) with m = max x, or 0 where
 * that is not finite.
 *
 * So terms of -infinity add nothing, and only of them the result is -infinity; with +infinity it is +infinity.
 *
 * *Dtypes* f32. *Order* N5. *Gradient* g e^(x - m) / sum e^(x - m): +0 where every term is -infinity, NaN at a term of
 * +infinity.
 *
 * @throws {RangeError} if there is nothing to sum.
 *
 * @example Neither overflow nor underflow
 * ```ts
 * import { createDevice, logSumExp, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1000, 1000], [-Infinity, 3], [-Infinity, -Infinity]]);
 * using y = logSumExp(x, 1);
 * const [twice, one, none] = await y.read();
 * assertAlmostEquals(twice!, 1000.6931, 1e-3);
 * assertEquals([one, none], [3, -Infinity]);
 * ```
 */
export function logSumExp(x: Tensor, axes?: number | readonly number[]): Tensor {
  const summed = axesOf(x, axes, "take the log-sum-exp");
  const kept = keptShape(x, summed);
  const shifted = () => {
    // The shift cancels, so it is a constant to every derivative.
    const shift = withoutTapes(() => {
      const largest = max(x, summed).reshape(kept);
      return select(equal(largest.mul(0), 0), largest, 0);
    });
    return { shift, e: exp(x.sub(shift)) };
  };
  return named("log-sum-exp", () =>
    differentiable([x], () => {
      const { shift, e } = shifted();
      return log(sum(e, summed)).add(shift.reshape(x.shape.filter((_, axis) => !summed.includes(axis))));
    }, [(g) => {
      const { e } = shifted();
      const total = sum(e, summed);
      return e.mul(g.div(select(equal(total, 0), 1, total)).reshape(kept));
    }]));
}
