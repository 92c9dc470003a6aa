import { f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/notation.ts";
import { type BinaryOperation, elementwise, type UnaryOperation } from "./elementwise.ts";

const slope: BinaryOperation = elementwise(
  "differentiate the absolute value",
  ["f32", "f32"],
  (g, x) => {
    const { less, negate, select } = scalar;
    return select(less(f32(0), x), g, select(less(x, f32(0)), negate(g), f32(0)));
  },
  [(h, [, x]) => slope(h, x), null],
);

/**
 * The absolute value |x|. *Dtypes* f32. *Gradient* g for x > 0, -g for x < 0, +0 at the kink and for NaN.
 *
 * @example
 * ```ts
 * import { absolute, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-3, -0, 2]);
 * using y = absolute(x);
 * assertEquals(await y.read(), Float32Array.of(3, 0, 2));
 * ```
 */
export const absolute: UnaryOperation = elementwise(
  "take the absolute value",
  ["f32"],
  scalar.absolute,
  [(g, [x]) => slope(g, x)],
);
