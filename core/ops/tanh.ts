import { apply, f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/functions/tanh.ts";
import { type BinaryOperation, elementwise, type UnaryOperation } from "./elementwise.ts";

// g (1 - r r)
const tanhGradient: BinaryOperation = elementwise(
  "differentiate tanh",
  ["f32", "f32"],
  (g, r) => apply("multiply", g, apply("subtract", f32(1), apply("multiply", r, r))),
  [(h, [, r]) => tanhGradient(h, r), (h, [g, r]) => h.mul(g).mul(r).mul(-2)],
);

/**
 * The hyperbolic tangent, at most 1 ulp from the exact value. *Dtypes* f32. *Gradient* g (1 - r r), with the result r.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, tanh, tensor } from "@verbatim/core";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-100, 0, 1]);
 * using y = tanh(x);
 * const [low, zero, one] = await y.read();
 * assertEquals([low, zero], [-1, 0]);
 * assertAlmostEquals(one!, 0.7615942, 1e-6);
 * ```
 */
export const tanh: UnaryOperation = elementwise(
  "take tanh",
  ["f32"],
  scalar.tanh,
  [(g, _, result) => tanhGradient(g, result)],
);
