import { assert } from "@std/assert";
import { gelu } from "../../../_tools/error_function.ts";
import { assertMonotone, assertValues, assertWithin, compileUnary } from "./_check.ts";
import { geluTanh } from "./gelu_tanh.ts";

const f = compileUnary(geluTanh);
const inBinary64 = (x: number): number =>
  x === -Infinity ? -0 : x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

Deno.test("geluTanh of special values", () => {
  assertValues(f, [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -0], [NaN, NaN], [3e38, 3e38]]);
  assertValues(f, [[-3e38, -0], [-10.9, -0], [6, 6], [2 ** -148, 2 ** -149]]);
});

Deno.test("geluTanh is within 1.494 ulp", () => {
  const points = [0.6, -0.6, -0.75, 1, -1, -1.7, -3, -3.5632, -5, -8, -10.3, 2, 1e-38];
  assertWithin(1.494, f, inBinary64, points);
});

Deno.test("geluTanh is near gelu", () => {
  for (let x = -12; x <= 12; x += 1 / 64) assert(Math.abs(f(x) - gelu(x)) < 5e-4, `at ${x}`);
});

Deno.test("geluTanh does not decrease above its minimum", () => {
  assertMonotone(f, [0.5, 1, 2, 4]);
});
