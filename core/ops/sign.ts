import { f32 } from "../scalar/expression.ts";
import { less, select } from "../scalar/notation.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/**
 * -1 for x < 0, 1 for x > 0; zeros and NaN stay. *Dtypes* f32. *Gradient* none.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, sign, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-3, -0, 0.5, NaN]);
 * using y = sign(x);
 * assertEquals(await y.read(), Float32Array.of(-1, -0, 1, NaN));
 * ```
 */
export const sign: UnaryOperation = elementwise(
  "take the sign",
  ["f32"],
  (x) => select(less(x, f32(0)), f32(-1), select(less(f32(0), x), f32(1), x)),
  [null],
);
