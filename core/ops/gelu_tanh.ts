import { type F32, f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/functions/mod.ts";
import { add, atLeast, atMost, multiply, subtract } from "../scalar/notation.ts";
import { slopeOperation } from "./_slope.ts";
import { clip } from "./clip.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";
import { sigmoid } from "./sigmoid.ts";

const C1 = 1.5957691216057308; // 2 sqrt(2 / pi)
const C3 = 0.07135481627260025; // 0.044715 C1
/** From here on the slopes are 0 or 1. */
const FAR = 12;

function formula(x: F32): F32 {
  const near = atLeast(atMost(x, f32(FAR)), f32(-FAR));
  const square = multiply(near, near);
  const s = scalar.sigmoid(multiply(near, add(f32(C1), multiply(square, f32(C3)))));
  const zSlope = add(f32(C1), multiply(square, f32(3 * C3)));
  return add(s, multiply(multiply(near, multiply(s, subtract(f32(1), s))), zSlope));
}

const slope = slopeOperation("gelu", formula, (x) => {
  // s (1 - s) (2 z' + x (1 - 2s) z'^2 + x z'')
  const near = clip(x, -FAR, FAR);
  const square = near.mul(near);
  const s = sigmoid(near.mul(square.mul(C3).add(C1)));
  const zSlope = square.mul(3 * C3).add(C1);
  const bend = near.mul(s.mul(-2).add(1)).mul(zSlope).mul(zSlope);
  return s.mul(s.neg().add(1)).mul(zSlope.mul(2).add(bend).add(square.mul(6 * C3)));
});

/**
 * The approximation of gelu that GPT-2 uses, x/2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), at most 2 ulp from that; its
 * limit -0 at -infinity. *Dtypes* f32. *Gradient* g (s + x s (1 - s) z'), with z = 2 sqrt(2 / pi) (x + 0.044715 x^3) and
 * s = 1 / (1 + e^-z).
 *
 * *Source* Hendrycks and Gimpel, "Gaussian error linear units" (2016).
 *
 * @example
 * ```ts
 * import { createDevice, geluTanh, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-Infinity, 0, 10]);
 * using y = geluTanh(x);
 * assertEquals(await y.read(), Float32Array.of(-0, 0, 10));
 * ```
 */
export const geluTanh: UnaryOperation = elementwise(
  "take gelu",
  ["f32"],
  scalar.geluTanh,
  [(g, [x]) => slope(g, x)],
);
