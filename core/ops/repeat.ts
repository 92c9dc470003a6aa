import { composition } from "../autodiff/composition.ts";
import { checkInteger } from "../tensor/check.ts";
import { normaliseAxis } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { expandDims } from "./expand_dims.ts";
import { reshape } from "./reshape.ts";

/**
 * Repeats each value (slice) along an axis `times` times in a row: a b c -> a a b b c c.
 *
 * *Gradient* the sum of g over the copies (order N5).
 *
 * @throws {RangeError} if the axis does not exist or the number of times is no positive integer.
 *
 * @example Upsampling by nearest neighbours
 * ```ts
 * import { createDevice, repeat, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 2]]);
 * using wide = repeat(x, 2, 1);
 * assertEquals(await wide.read(), Float32Array.of(1, 1, 2, 2));
 * ```
 */
export function repeat(x: Tensor, times: number, axis: number): Tensor {
  const along = normaliseAxis(axis, x.rank, "repeat");
  checkInteger(times, 1, "repeat", "a number of times");
  return composition(() => {
    const apart = expandDims(x, along + 1);
    const repeated = broadcastTo(apart, apart.shape.with(along + 1, times));
    return reshape(repeated, x.shape.with(along, x.shape[along]! * times));
  }, "repeat");
}
