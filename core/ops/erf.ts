import { f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/functions/mod.ts";
import { multiply, negate } from "../scalar/notation.ts";
import { slopeOperation } from "./_slope.ts";
import { clip } from "./clip.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";
import { exp } from "./exp.ts";

const TWO_OVER_ROOT_PI = 1.1283791670955126;

const slope = slopeOperation(
  "erf",
  (x) => multiply(f32(TWO_OVER_ROOT_PI), scalar.exp(negate(multiply(x, x)))),
  (x) => {
    // beyond 20 all is 0, even at infinity
    const near = clip(x, -20, 20);
    return exp(near.mul(near).neg()).mul(near).mul(-2 * TWO_OVER_ROOT_PI);
  },
);

/**
 * The error function, 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x, at most 1 ulp from the exact value.
 * *Dtypes* f32. *Gradient* g 2 / sqrt(pi) e^(-x^2).
 *
 * @example
 * ```ts
 * import { createDevice, erf, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-Infinity, 0, 5]);
 * using y = erf(x);
 * assertEquals(await y.read(), Float32Array.of(-1, 0, 1));
 * ```
 */
export const erf: UnaryOperation = elementwise(
  "take erf",
  ["f32"],
  scalar.erf,
  [(g, [x]) => slope(g, x)],
);
