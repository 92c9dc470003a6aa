import { differentiable } from "../autodiff/differentiable.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axesOf, keptShape } from "./_reduce.ts";
import { equal } from "./compare.ts";
import { select } from "./select.ts";
import { squareRoot } from "./square_root.ts";
import { sum } from "./sum.ts";

/**
 * The Euclidean norm over axes (default: all): sqrt(sum x^2). The squares are not scaled: they overflow from 2^64 on,
 * and lose their precision below 2^-63.
 *
 * *Dtypes* f32. *Order* N5. *Gradient* g x / r with the result r; +0 where r is 0.
 *
 * @throws {RangeError} if an axis does not exist or repeats.
 *
 * @example
 * ```ts
 * import { createDevice, norm, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[3, 4], [0, 0]]);
 * using rows = norm(x, 1);
 * assertEquals(await rows.read(), Float32Array.of(5, 0));
 * ```
 */
export function norm(x: Tensor, axes?: number | readonly number[]): Tensor {
  const squared = axesOf(x, axes, "take the norm");
  const kept = keptShape(x, squared);
  return differentiable([x], () => squareRoot(sum(x.mul(x), squared)), [(g, r) => {
    const none = equal(r, 0);
    return x.mul(select(none, 0, g.div(select(none, 1, r))).reshape(kept));
  }]);
}
