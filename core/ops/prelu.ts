import { f32 } from "../scalar/expression.ts";
import { less, multiply, select } from "../scalar/notation.ts";
import { type BinaryOperation, elementwise, type TernaryOperation } from "./elementwise.ts";

// x > 0 ? +0 : g
const whereNotPositive: BinaryOperation = elementwise(
  "differentiate prelu",
  ["f32", "f32"],
  (g, x) => select(less(f32(0), x), f32(0), g),
  [(h, [, x]) => whereNotPositive(h, x), null],
);
// x > 0 ? g : slope g
const slopeOf: TernaryOperation = elementwise(
  "differentiate prelu",
  ["f32", "f32", "f32"],
  (g, x, slope) => select(less(f32(0), x), g, multiply(g, slope)),
  [
    (h, [, x, slope]) => slopeOf(h, x, slope),
    null,
    (h, [g, x]) => whereNotPositive(h.mul(g), x),
  ],
);

/**
 * The leaky rectifier with a slope that is learned: x < 0 ? slope x : x. -0 and NaN stay.
 *
 * *Shapes* x and slope broadcast: a slope [C] is one for each channel of x [..., C]. *Dtypes* f32.
 * *Gradient* x > 0 ? g : slope g to x; x > 0 ? +0 : g x to the slope. *Source* i2dl, lecture 7; He et al. 2015.
 *
 * @throws {RangeError} if the shapes do not broadcast.
 *
 * @example
 * ```ts
 * import { createDevice, prelu, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[-2, -2], [3, 3]]);
 * using slope = tensor([0.5, 0.25]);
 * using y = prelu(x, slope);
 * assertEquals(await y.read(), Float32Array.of(-1, -0.5, 3, 3));
 * ```
 */
export const prelu: BinaryOperation = elementwise(
  "take prelu",
  ["f32", "f32"],
  (x, slope) => select(less(x, f32(0)), multiply(x, slope), x),
  [(g, [x, slope]) => slopeOf(g, x, slope), (g, [x]) => whereNotPositive(g.mul(x), x)],
);
