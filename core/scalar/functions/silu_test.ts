import { assertMonotone, assertValues, assertWithin, compileUnary } from "./_check.ts";
import { silu } from "./silu.ts";

const f = compileUnary(silu);

Deno.test("silu of special values", () => {
  assertValues(f, [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -0], [NaN, NaN], [3e38, 3e38]]);
  assertValues(f, [[-3e38, -0], [-109, -0], [20, 20], [2 ** -148, 2 ** -149]]);
});

Deno.test("silu is within 1.53 ulp", () => {
  const oracle = (x: number) => x === -Infinity ? -0 : x / (1 + Math.exp(-x));
  assertWithin(1.53, f, oracle, [0.3466, -0.3466, -1.0397, 1, -1.278, -1.8917, -20, -87.3, -103, -108]);
});

Deno.test("silu does not decrease above its minimum", () => {
  assertMonotone(f, [0.34657359, 1.0397208, 5, 17]);
});
