import { differentiable } from "../autodiff/differentiable.ts";
import { normaliseAxis } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { named } from "../tensor/tracing.ts";
import { keptShape } from "./_reduce.ts";
import { exp } from "./exp.ts";
import { log } from "./log.ts";
import { max } from "./max.ts";
import { sum } from "./sum.ts";

/**
 * The logarithm of the softmax along an axis (default: the last): z - log(sum e^z) with z = x - max x.
 *
 * *Dtypes* f32. *Order* N5. *Gradient* g - e^r sum(g), with the result r.
 *
 * @throws {RangeError} if the axis does not exist or is empty.
 *
 * @example Equal scores: log 1/2; a score far below the other: no overflow
 * ```ts
 * import { createDevice, logSoftmax, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using scores = tensor([[5, 5], [0, -1000]]);
 * using y = logSoftmax(scores);
 * const [half, , sure, impossible] = await y.read();
 * assertAlmostEquals(half!, -0.6931472, 1e-6);
 * assertEquals([sure, impossible], [0, -1000]);
 * ```
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const along = normaliseAxis(axis, x.rank, "take the log-softmax");
  const kept = keptShape(x, [along]);
  return named("log-softmax", () =>
    differentiable([x], () => {
      const z = x.sub(max(x, along).reshape(kept));
      return z.sub(log(sum(exp(z), along)).reshape(kept));
    }, [(g, result) => g.sub(exp(result).mul(sum(g, along).reshape(kept)))]));
}
