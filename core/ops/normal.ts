import type { Key } from "../random/key.ts";
import { scope } from "../tensor/scope.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { draw } from "./_draw.ts";
import { checkFinite } from "./_parametrised.ts";

/**
 * Draws from the normal distribution: mean + deviation z, two roundings, with z of mean 0 and variance 1.
 *
 * Elements 2j and 2j + 1 depend on words 2j and 2j + 1 of the key's draw alone, by the method of Box and Muller (rule
 * N7). No |z| is above 5.769, where the distribution leaves 8e-9. *Gradient* none.
 *
 * @throws {RangeError} if the shape is not one, a number is not finite, or the deviation is negative.
 *
 * @example
 * ```ts
 * import { createDevice, Key, normal, setDefaultDevice } from "@verbatim/core";
 * import { assert, assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using z = normal(Key.from(1).fold("z"), [10000]);
 * using x = normal(Key.from(1).fold("z"), [10000], 3, 0.5);
 * using same = z.mul(0.5).add(3);
 * assertEquals(await x.read(), await same.read());
 * using mean = x.mean();
 * assert(Math.abs(await mean.item() - 3) < 0.02);
 * ```
 */
export function normal(key: Key, shape: Shape, mean = 0, deviation = 1): Tensor {
  checkFinite(mean, "draw", "a mean");
  checkFinite(deviation, "draw", "a deviation");
  if (deviation < 0) throw new RangeError(`Cannot draw: expected a deviation from 0, got ${deviation}`);
  return scope(() => {
    const z = draw("normal", key, shape);
    return mean === 0 && deviation === 1 ? z : z.mul(deviation).add(mean);
  });
}
