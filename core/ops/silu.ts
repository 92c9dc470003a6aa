import { f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/functions/mod.ts";
import { add, atLeast, atMost, multiply, subtract } from "../scalar/notation.ts";
import { slopeOperation } from "./_slope.ts";
import { clip } from "./clip.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";
import { sigmoid } from "./sigmoid.ts";

/** From here on the slopes are 0 or 1. */
const FAR = 110;

const slope = slopeOperation(
  "silu",
  (x) => {
    const near = atLeast(atMost(x, f32(FAR)), f32(-FAR));
    const s = scalar.sigmoid(near);
    return multiply(s, add(f32(1), multiply(near, subtract(f32(1), s))));
  },
  (x) => {
    // s (1 - s) (2 + x (1 - 2s))
    const near = clip(x, -FAR, FAR);
    const s = sigmoid(near);
    return s.mul(s.neg().add(1)).mul(near.mul(s.mul(-2).add(1)).add(2));
  },
);

/**
 * The sigmoid linear unit x / (1 + e^-x), also called swish, at most 2 ulp from the exact value; its limit -0 at -infinity.
 * *Dtypes* f32. *Gradient* g s (1 + x (1 - s)), with s = 1 / (1 + e^-x).
 *
 * *Source* csw182; Ramachandran, Zoph and Le, "Searching for activation functions" (2017).
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, silu, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-Infinity, 0, 100]);
 * using y = silu(x);
 * assertEquals(await y.read(), Float32Array.of(-0, 0, 100));
 * ```
 */
export const silu: UnaryOperation = elementwise("take silu", ["f32"], scalar.silu, [(g, [x]) => slope(g, x)]);
