import { f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/functions/mod.ts";
import { divide, multiply } from "../scalar/notation.ts";
import { slopeOperation } from "./_slope.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

const slope = slopeOperation(
  "rsqrt",
  (x) => multiply(divide(scalar.rsqrt(x), x), f32(-0.5)),
  (x) => rsqrt(x).div(x.mul(x)).mul(0.75),
);

/**
 * The reciprocal of the square root, 1 / sqrt(x), two roundings; NaN below 0. *Dtypes* f32.
 * *Gradient* g (-(r / x) / 2), with the result r.
 *
 * @example
 * ```ts
 * import { createDevice, rsqrt, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([0.25, 16, 0]);
 * using y = rsqrt(x);
 * assertEquals(await y.read(), Float32Array.of(2, 0.25, Infinity));
 * ```
 */
export const rsqrt: UnaryOperation = elementwise(
  "take the reciprocal square root",
  ["f32"],
  scalar.rsqrt,
  [(g, [x]) => slope(g, x)],
);
