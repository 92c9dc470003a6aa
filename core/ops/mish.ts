import { type F32, f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/functions/mod.ts";
import {
  absolute,
  add,
  atLeast,
  atMost,
  divide,
  less,
  multiply,
  negate,
  select,
  subtract,
} from "../scalar/notation.ts";
import { slopeOperation } from "./_slope.ts";
import { clip } from "./clip.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";
import { sigmoid } from "./sigmoid.ts";
import { softplus } from "./softplus.ts";
import { tanh } from "./tanh.ts";

/** From here on the function is x or 0, its slope 1 or 0. */
const FAR = 110;

/** tanh(log(1 + e^x)). */
function tangent(x: F32): F32 {
  const e = scalar.exp(negate(absolute(x)));
  const twice = add(e, e);
  const square = multiply(e, e);
  const negative = less(x, f32(0));
  const numerator = add(select(negative, square, f32(1)), twice);
  const rest = select(negative, f32(2), add(square, square));
  return divide(numerator, add(numerator, rest));
}

const slope = slopeOperation(
  "mish",
  (x) => {
    const near = atLeast(atMost(x, f32(FAR)), f32(-FAR));
    const t = tangent(near);
    const sech2 = subtract(f32(1), multiply(t, t));
    return add(t, multiply(near, multiply(sech2, scalar.sigmoid(near))));
  },
  (x) => {
    // (1 - t^2) s (2 + x (1 - s - 2 t s))
    const near = clip(x, -FAR, FAR);
    const t = tanh(softplus(near));
    const s = sigmoid(near);
    const bend = near.mul(s.neg().add(1).sub(t.mul(s).mul(2)));
    return t.mul(t).neg().add(1).mul(s).mul(bend.add(2));
  },
);

/**
 * x tanh(log(1 + e^x)); its limit -0 at -infinity. *Dtypes* f32.
 *
 * With e = e^-|x|, the hyperbolic tangent is (1 + 2e) / (1 + 2e + 2e^2) for x >= 0 and (2e + e^2) / (2 + 2e + e^2) below.
 *
 * *Gradient* g (t + x (1 - t^2) s), with that tangent t and s = 1 / (1 + e^-x).
 * *Source* Misra, "Mish: a self regularized non-monotonic activation function" (2019).
 *
 * @example
 * ```ts
 * import { createDevice, mish, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-Infinity, 0, 100]);
 * using y = mish(x);
 * assertEquals(await y.read(), Float32Array.of(-0, 0, 100));
 * ```
 */
export const mish: UnaryOperation = elementwise(
  "take mish",
  ["f32"],
  (x) => multiply(atLeast(x, f32(-FAR)), tangent(x)),
  [(g, [x]) => slope(g, x)],
);
