import type { Key } from "../random/key.ts";
import { nameOf } from "../tensor/check.ts";
import { scope } from "../tensor/scope.ts";
import { checkShape, type Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { draw } from "./_draw.ts";

/**
 * Uniform draws from [low, high): low + u (high - low), where u takes the 2^24 multiples of 2^-24 in [0, 1).
 *
 * Element i depends on the key and on i alone (rule N7). Rounding may give `high` itself.
 *
 * @throws {RangeError} if the shape is not one, or the bounds are not finite numbers in order.
 *
 * @example
 * ```ts
 * import { createDevice, Key, setDefaultDevice, uniform } from "@verbatim/core";
 * import { assert, assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using a = uniform(Key.from(1).fold("w"), [100], -1, 1);
 * using b = uniform(Key.from(1).fold("w"), [100], -1, 1);
 * assertEquals(await a.read(), await b.read());
 * assert((await a.read()).every((value) => value >= -1 && value <= 1));
 * ```
 */
export function uniform(key: Key, shape: Shape, low = 0, high = 1): Tensor {
  checkShape(shape, "draw");
  if (!(low <= high && Number.isFinite(Math.fround(low)) && Number.isFinite(Math.fround(high - low)))) {
    throw new RangeError(
      `Cannot draw: expected finite bounds in order with a finite distance, got ${nameOf(low)} and ${
        nameOf(high)
      }`,
    );
  }
  return scope(() => {
    const unit = draw("uniform", key, shape);
    return low === 0 && high === 1 ? unit : unit.mul(high - low).add(low);
  });
}
