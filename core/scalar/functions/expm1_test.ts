import { assertMonotone, assertValues, assertWithin, compileUnary } from "./_check.ts";
import { expm1 } from "./expm1.ts";

const f = compileUnary(expm1);

Deno.test("expm1 of special values", () => {
  assertValues(f, [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -1], [NaN, NaN], [3e38, Infinity]]);
  assertValues(f, [[2 ** -149, 2 ** -149], [-(2 ** -126), -(2 ** -126)], [-20, -1], [88.72284, Infinity]]);
});

Deno.test("expm1 is within 0.815 ulp", () => {
  assertWithin(0.815, f, Math.expm1, [
    0.372,
    0.34657359,
    -0.34657359,
    -0.287,
    1.0397208,
    17.07,
    -17,
    88.7,
    1e-4,
  ]);
});

Deno.test("expm1 does not decrease where its parts change", () => {
  assertMonotone(f, [1e-3, 0.34657359, -0.34657359, 1.0397208, -1.0397208, 17, -17]);
});
