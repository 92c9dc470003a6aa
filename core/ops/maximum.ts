import { apply, f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/functions/maximum.ts";
import { type BinaryOperation, elementwise, type TernaryOperation } from "./elementwise.ts";

// b < a ? g : +0, with its own derivative 0 where it exists
const whereGreater: TernaryOperation = elementwise(
  "differentiate maximum",
  ["f32", "f32", "f32"],
  (g, a, b) => apply("selectF32", apply("less", b, a), g, f32(0)),
  [(h, [, a, b]) => whereGreater(h, a, b), null, null],
);
// a <= b ? g : +0
const whereAtMost: TernaryOperation = elementwise(
  "differentiate maximum",
  ["f32", "f32", "f32"],
  (g, a, b) => apply("selectF32", apply("lessOrEqual", a, b), g, f32(0)),
  [(h, [, a, b]) => whereAtMost(h, a, b), null, null],
);

/**
 * The larger of two values by the order key: -0 < +0, NaN above all.
 *
 * *Shapes* broadcast. *Dtypes* f32. *Gradient* g to a where a > b, g to b where a <= b: ties go to b; none for NaN.
 *
 * @example
 * ```ts
 * import { createDevice, maximum, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-3, -0, 4, NaN]);
 * using y = maximum(x, 0);
 * assertEquals([...await y.read()], [0, 0, 4, NaN]);
 * ```
 */
export const maximum: BinaryOperation = elementwise(
  "take the maximum",
  ["f32", "f32"],
  scalar.maximum,
  [(g, [a, b]) => whereGreater(g, a, b), (g, [a, b]) => whereAtMost(g, a, b)],
);
