import * as scalar from "../scalar/functions/exp.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/**
 * The exponential e^x, at most 1 ulp from the exact value. *Dtypes* f32. *Gradient* g r, with the result r.
 *
 * @example
 * ```ts
 * import { createDevice, exp, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-Infinity, 0, 1]);
 * using y = exp(x);
 * const [none, one, e] = await y.read();
 * assertEquals([none, one], [0, 1]);
 * assertAlmostEquals(e!, 2.7182817, 1e-6);
 * ```
 */
export const exp: UnaryOperation = elementwise(
  "exponentiate",
  ["f32"],
  scalar.exp,
  [(g, _, result) => g.mul(result)],
);
