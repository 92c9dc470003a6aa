import { assertMonotone, assertValues, assertWithin, compileUnary } from "./_check.ts";
import { exp } from "./exp.ts";

const f = compileUnary(exp);

Deno.test("exp of special values", () => {
  assertValues(f, [[0, 1], [-0, 1], [NaN, NaN], [Infinity, Infinity], [-Infinity, 0]]);
  assertValues(f, [[2 ** -149, 1], [-(2 ** -149), 1], [3e38, Infinity], [-3e38, 0]]);
  // the ends of the range: log(2^128) = 88.7228..., log(2^-150) = -103.972...
  assertValues(f, [[88.72284, Infinity], [-103.9721, 0], [-103.97207, 2 ** -149]]);
});

Deno.test("exp is within 0.891 ulp", () => {
  assertWithin(0.891, f, Math.exp, [
    1,
    -1,
    0.34657359,
    -0.34657359,
    4.5063262,
    88.72284,
    -87.33655,
    -103.97207,
  ]);
});

Deno.test("exp does not decrease where its parts change", () => {
  assertMonotone(f, [0.34657359, 1.0397208, -0.34657359, 60, -87.33655, -95]);
});
