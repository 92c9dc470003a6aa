import { assertValues, assertWithin, compileUnary } from "./_check.ts";
import { softplus } from "./softplus.ts";

const f = compileUnary(softplus);

Deno.test("softplus of special values", () => {
  assertValues(f, [[0, Math.LN2], [-0, Math.LN2], [Infinity, Infinity], [-Infinity, 0], [NaN, NaN]]);
  assertValues(f, [[3e38, 3e38], [-3e38, 0], [-103.9721, 0], [-103.97207, 2 ** -149], [20, 20]]);
});

Deno.test("softplus is within 1.217 ulp", () => {
  const oracle = (x: number) => x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
  assertWithin(1.217, f, oracle, [
    0.31092312,
    0.34657359,
    -0.34657359,
    -0.8814,
    -1.0397208,
    1,
    5,
    -16.6,
    -87.3,
    -103,
  ]);
});
