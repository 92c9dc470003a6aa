import { assertMonotone, assertValues, assertWithin, compileUnary } from "./_check.ts";
import { log } from "./log.ts";

const f = compileUnary(log);

Deno.test("log of special values", () => {
  assertValues(f, [[1, 0], [0, -Infinity], [-0, -Infinity], [Infinity, Infinity], [-Infinity, NaN], [
    NaN,
    NaN,
  ]]);
  assertValues(f, [[-1, NaN], [-(2 ** -149), NaN], [2 ** -149, -149 * Math.LN2], [2 ** 127, 127 * Math.LN2]]);
});

Deno.test("log is within 0.842 ulp", () => {
  assertWithin(0.842, f, Math.log, [1, Math.SQRT1_2, Math.SQRT2, 2, 2 ** -126, 2 ** -140, 3.4e38, 1.4133]);
});

Deno.test("log does not decrease where its parts change", () => {
  assertMonotone(f, [1, Math.SQRT1_2, Math.SQRT2, 2 * Math.SQRT2, 2 ** -126, 1e-40]);
});
