import * as scalar from "../scalar/functions/mod.ts";
import { slopeOperation } from "./_slope.ts";
import { clip } from "./clip.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";
import { exp } from "./exp.ts";

const slope = slopeOperation("gelu", scalar.geluSlope, (x) => {
  // phi(x) (2 - x^2); beyond 20 all is 0, even at infinity
  const near = clip(x, -20, 20);
  const square = near.mul(near);
  return exp(square.mul(-0.5)).mul(0.3989422804014327).mul(square.neg().add(2));
});

/**
 * The Gaussian error linear unit x Phi(x) = x/2 (1 + erf(x / sqrt(2))), at most 2 ulp from the exact value; its limit -0 at
 * -infinity. *Dtypes* f32. *Gradient* g (Phi(x) + x phi(x)), with the normal distribution Phi and its density phi.
 *
 * *Source* Hendrycks and Gimpel, "Gaussian error linear units" (2016).
 *
 * @example
 * ```ts
 * import { createDevice, gelu, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-Infinity, 0, 10]);
 * using y = gelu(x);
 * assertEquals(await y.read(), Float32Array.of(-0, 0, 10));
 * ```
 */
export const gelu: UnaryOperation = elementwise("take gelu", ["f32"], scalar.gelu, [(g, [x]) => slope(g, x)]);
