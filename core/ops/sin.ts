import * as scalar from "../scalar/functions/mod.ts";
import { slopeOperation } from "./_slope.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

const slope = slopeOperation("sin", scalar.cos, (x) => sin(x).neg());

/**
 * The sine of angles in radians of any size, at most 1 ulp from the exact value; NaN at infinity. *Dtypes* f32.
 * *Gradient* g cos x.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, sin, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([0, Math.PI / 2]);
 * using y = sin(x);
 * assertEquals(await y.read(), Float32Array.of(0, 1));
 * ```
 */
export const sin: UnaryOperation = elementwise("take the sine", ["f32"], scalar.sin, [
  (g, [x]) => slope(g, x),
]);
