import * as scalar from "../scalar/functions/mod.ts";
import { slopeOperation } from "./_slope.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";
import { sigmoid } from "./sigmoid.ts";

const slope = slopeOperation("softplus", scalar.sigmoid, (x) => {
  const s = sigmoid(x);
  return s.mul(s.neg().add(1));
});

/**
 * The smooth rectifier log(1 + e^x), at most 2 ulp from the exact value, without overflow. *Dtypes* f32.
 * *Gradient* g / (1 + e^-x). *Source* i2dl, lecture 7.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, softplus, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-Infinity, 0, 100]);
 * using y = softplus(x);
 * assertEquals(await y.read(), Float32Array.of(0, Math.LN2, 100));
 * ```
 */
export const softplus: UnaryOperation = elementwise(
  "take softplus",
  ["f32"],
  scalar.softplus,
  [(g, [x]) => slope(g, x)],
);
