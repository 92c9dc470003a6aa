import * as scalar from "../scalar/functions/mod.ts";
import { negate } from "../scalar/notation.ts";
import { slopeOperation } from "./_slope.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

const slope = slopeOperation("cos", (x) => negate(scalar.sin(x)), (x) => cos(x).neg());

/**
 * The cosine of angles in radians of any size, at most 1 ulp from the exact value; NaN at infinity. *Dtypes* f32.
 * *Gradient* -g sin x.
 *
 * @example
 * ```ts
 * import { cos, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([0, Math.PI]);
 * using y = cos(x);
 * assertEquals(await y.read(), Float32Array.of(1, -1));
 * ```
 */
export const cos: UnaryOperation = elementwise("take the cosine", ["f32"], scalar.cos, [
  (g, [x]) => slope(g, x),
]);
