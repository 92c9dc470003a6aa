import * as scalar from "../scalar/functions/log.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/**
 * The natural logarithm, at most 1 ulp from the exact value; -infinity at zero, NaN below. *Dtypes* f32.
 * *Gradient* g / x.
 *
 * @example
 * ```ts
 * import { createDevice, log, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([0, 1, 2]);
 * using y = log(x);
 * const [zero, one, two] = await y.read();
 * assertEquals([zero, one], [-Infinity, 0]);
 * assertAlmostEquals(two!, 0.6931472, 1e-6);
 * ```
 */
export const log: UnaryOperation = elementwise(
  "take the logarithm",
  ["f32"],
  scalar.log,
  [(g, [x]) => g.div(x)],
);
