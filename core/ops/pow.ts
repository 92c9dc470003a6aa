import { apply, type F32, f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/functions/mod.ts";
import { equal, multiply, select, subtract } from "../scalar/notation.ts";
import { type BinaryOperation, elementwise, type TernaryOperation } from "./elementwise.ts";
import { log } from "./log.ts";

// g y x^(y - 1), and +0 for y = 0 even where the power is infinite
const baseSlope: TernaryOperation = elementwise(
  "differentiate the power",
  ["f32", "f32", "f32"],
  (g, x, y) => {
    const slope = multiply(y, scalar.pow(x, subtract(y, f32(1))));
    return multiply(g, select(equal(y, f32(0)), f32(0), slope));
  },
  [
    (h, [, x, y]) => baseSlope(h, x, y),
    (h, [g, x, y]) => baseSlope(h.mul(g).mul(y), x, y.sub(1)),
    (h, [g, x, y]) => {
      const outer = h.mul(g);
      const below = y.sub(1);
      return outer.mul(pow(x, below)).add(exponentSlope(outer.mul(y), x, below));
    },
  ],
);

/** x^y log x, and +0 where x^y is 0 or x is 0 and y is not below it: there x^y does not change with y. */
function powerTimesLog(x: F32, y: F32): F32 {
  const zero = f32(0);
  const power = scalar.pow(x, y);
  const constant = apply(
    "either",
    equal(power, zero),
    apply("both", equal(x, zero), apply("lessOrEqual", zero, y)),
  );
  return select(constant, zero, multiply(power, scalar.log(x)));
}

// g x^y log x
const exponentSlope: TernaryOperation = elementwise(
  "differentiate the power",
  ["f32", "f32", "f32"],
  (g, x, y) => multiply(g, powerTimesLog(x, y)),
  [
    (h, [, x, y]) => exponentSlope(h, x, y),
    (h, [g, x, y]) => {
      const outer = h.mul(g);
      const below = y.sub(1);
      return outer.mul(pow(x, below)).add(exponentSlope(outer.mul(y), x, below));
    },
    (h, [g, x, y]) => exponentSlope(h.mul(g), x, y).mul(log(x)),
  ],
);

/**
 * The power x^y, at most 2 ulp from the exact value, with IEEE 754's special values: x^0 and 1^y are 1 even for NaN; a
 * negative x to a finite y that is no integer is NaN.
 *
 * *Shapes* broadcast. *Dtypes* f32.
 * *Gradient* g y x^(y - 1) to x, +0 for y = 0; g x^y log x to y, +0 where x^y is 0 or where x = 0 <= y, NaN for x < 0.
 * The second derivative by y is x^y (log x)^2, NaN at x = 0.
 *
 * @throws {RangeError} if the shapes do not broadcast.
 *
 * @example
 * ```ts
 * import { createDevice, pow, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([2, -3, 0]);
 * using cubes = pow(x, 3);
 * assertEquals(await cubes.read(), Float32Array.of(8, -27, 0));
 * using powers = pow(2, x);
 * assertEquals(await powers.read(), Float32Array.of(4, 0.125, 1));
 * ```
 */
export const pow: BinaryOperation = elementwise(
  "take the power",
  ["f32", "f32"],
  scalar.pow,
  [(g, [x, y]) => baseSlope(g, x, y), (g, [x, y]) => exponentSlope(g, x, y)],
);
