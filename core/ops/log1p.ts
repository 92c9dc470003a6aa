import * as scalar from "../scalar/functions/mod.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/**
 * log(1 + x), accurate near 0 too, at most 1 ulp from the exact value; -infinity at -1, NaN below. *Dtypes* f32.
 * *Gradient* g / (1 + x).
 *
 * @example
 * ```ts
 * import { createDevice, log1p, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-0, 2 ** -30, -1]);
 * using y = log1p(x);
 * assertEquals(await y.read(), Float32Array.of(-0, 2 ** -30, -Infinity));
 * ```
 */
export const log1p: UnaryOperation = elementwise(
  "take log1p",
  ["f32"],
  scalar.log1p,
  [(g, [x]) => g.div(x.add(1))],
);
