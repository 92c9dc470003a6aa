import { differentiable } from "../autodiff/differentiable.ts";
import { normaliseAxis } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { named } from "../tensor/tracing.ts";
import { keptShape } from "./_reduce.ts";
import { exp } from "./exp.ts";
import { max } from "./max.ts";
import { sum } from "./sum.ts";

/**
 * The softmax along an axis (default: the last): e^z / sum e^z with z = x - max x.
 *
 * *Dtypes* f32. *Order* N5. *Gradient* r (g - sum(g r)), with the result r.
 * *Source* i2dl, lecture 7 (the stable form).
 *
 * @throws {RangeError} if the axis does not exist or is empty.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, softmax, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using scores = tensor([[5, 5], [0, -1000]]);
 * using shares = softmax(scores);
 * assertEquals(await shares.read(), Float32Array.of(0.5, 0.5, 1, 0));
 * ```
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  const along = normaliseAxis(axis, x.rank, "take the softmax");
  const kept = keptShape(x, [along]);
  return named("softmax", () =>
    differentiable([x], () => {
      const e = exp(x.sub(max(x, along).reshape(kept)));
      return e.div(sum(e, along).reshape(kept));
    }, [(g, result) => result.mul(g.sub(sum(g.mul(result), along).reshape(kept)))]));
}
