import { assertMonotone, assertValues, assertWithin, compileUnary } from "./_check.ts";
import { sigmoid } from "./sigmoid.ts";

const f = compileUnary(sigmoid);

Deno.test("sigmoid of special values", () => {
  assertValues(f, [[0, 0.5], [-0, 0.5], [Infinity, 1], [-Infinity, 0], [NaN, NaN], [3e38, 1], [-3e38, 0]]);
  assertValues(f, [[-103.9721, 0], [-103.97207, 2 ** -149], [17.4, 1]]);
});

Deno.test("sigmoid is within 0.828 ulp", () => {
  const oracle = (x: number) => 1 / (1 + Math.exp(-x));
  assertWithin(0.828, f, oracle, [
    0.34657359,
    0.347,
    -0.34657359,
    -1.0397208,
    -16.63,
    -17,
    -87.68,
    -103.97,
    16.6,
  ]);
});

Deno.test("sigmoid does not decrease where its parts change", () => {
  assertMonotone(f, [1e-3, 0.34657359, -0.34657359, 1.0397208, -1.0397208, -16.98, -87.33, 16.6]);
});
