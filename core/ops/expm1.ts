import * as scalar from "../scalar/functions/mod.ts";
import { slopeOperation } from "./_slope.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";
import { exp } from "./exp.ts";

const slope = slopeOperation("expm1", scalar.exp, (x) => exp(x));

/**
 * e^x - 1, accurate near 0 too, at most 1 ulp from the exact value. *Dtypes* f32. *Gradient* g e^x.
 *
 * @example
 * ```ts
 * import { createDevice, expm1, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-0, 2 ** -30, -100]);
 * using y = expm1(x);
 * assertEquals(await y.read(), Float32Array.of(-0, 2 ** -30, -1));
 * ```
 */
export const expm1: UnaryOperation = elementwise(
  "take expm1",
  ["f32"],
  scalar.expm1,
  [(g, [x]) => slope(g, x)],
);
