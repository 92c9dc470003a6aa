import { assertMonotone, assertValues, assertWithin, compileUnary } from "./_check.ts";
import { tanh } from "./tanh.ts";

const f = compileUnary(tanh);

Deno.test("tanh of special values", () => {
  assertValues(f, [[0, 0], [-0, -0], [Infinity, 1], [-Infinity, -1], [NaN, NaN], [3e38, 1], [-10, -1]]);
  assertValues(f, [[2 ** -149, 2 ** -149], [-(2 ** -126), -(2 ** -126)], [1e-10, 1e-10]]);
});

Deno.test("tanh is within 0.989 ulp", () => {
  assertWithin(0.989, f, Math.tanh, [0.54, 0.7989, 0.8, 0.8012, 0.8665, -0.8, 1.2130, 9.01, 2 ** -12]);
});

Deno.test("tanh does not decrease where its parts change", () => {
  assertMonotone(f, [1e-3, 0.8, -0.8, 0.8665, 1.2130, 9]);
});
