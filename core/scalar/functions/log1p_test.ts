import { assertMonotone, assertValues, assertWithin, compileUnary } from "./_check.ts";
import { log1p } from "./log1p.ts";

const f = compileUnary(log1p);

Deno.test("log1p of special values", () => {
  assertValues(f, [[0, 0], [-0, -0], [-1, -Infinity], [Infinity, Infinity], [-Infinity, NaN], [NaN, NaN]]);
  assertValues(f, [[-1.0000001, NaN], [2 ** -149, 2 ** -149], [-(2 ** -149), -(2 ** -149)]]);
});

Deno.test("log1p is within 0.869 ulp", () => {
  assertWithin(0.869, f, Math.log1p, [
    0.3998,
    Math.SQRT2 - 1,
    Math.SQRT1_2 - 1,
    1,
    -0.9999,
    1e-4,
    -1e-7,
    2 ** 24,
  ]);
});

Deno.test("log1p does not decrease where its parts change", () => {
  assertMonotone(f, [1e-3, Math.SQRT2 - 1, Math.SQRT1_2 - 1, 2 * Math.SQRT2 - 1, -1e-3, 2 ** 24]);
});
