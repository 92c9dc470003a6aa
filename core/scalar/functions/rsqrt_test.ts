import { assertValues, assertWithin, compileUnary } from "./_check.ts";
import { rsqrt } from "./rsqrt.ts";

const f = compileUnary(rsqrt);

Deno.test("rsqrt of special values", () => {
  assertValues(f, [[0, Infinity], [-0, -Infinity], [Infinity, 0], [-1, NaN], [-Infinity, NaN], [NaN, NaN]]);
  assertValues(f, [[2 ** -148, 2 ** 74], [2 ** 126, 2 ** -63], [0.25, 2]]);
});

Deno.test("rsqrt, two roundings, is within 1.5 ulp", () => {
  // of the root: half a unit at 1, which doubles below 1; of the quotient: half a unit
  assertWithin(1.5, f, (x) => 1 / Math.sqrt(x), [1, 2, 4, 1e-38, 3e38]);
});
