import { assertEquals } from "@std/assert";
import { erf as inBinary64 } from "../../../_tools/error_function.ts";
import { assertMonotone, assertValues, assertWithin, compileUnary } from "./_check.ts";
import { erf } from "./erf.ts";

const f = compileUnary(erf);

Deno.test("erf of special values", () => {
  assertValues(f, [[0, 0], [-0, -0], [Infinity, 1], [-Infinity, -1], [NaN, NaN], [4, 1], [-5, -1]]);
});

Deno.test("erf of published values", () => {
  // Abramowitz and Stegun, table 7.1, rounded to ten places there
  const table = [[0.1, 0.1124629160], [0.5, 0.5204998778], [1, 0.8427007929], [1.5, 0.9661051465], [
    2,
    0.9953222650,
  ]];
  for (const [x, y] of table) assertEquals(Math.abs(inBinary64(x!) - y!) < 6e-11, true, `at ${x}`);
});

Deno.test("erf is within 0.953 ulp", () => {
  assertWithin(0.953, f, inBinary64, [0.9805, 1, 1.0088, -1, 0.5, 2.125, 3.9, 4, 1e-38]);
});

Deno.test("erf does not decrease where its parts change", () => {
  assertMonotone(f, [1e-3, 1, -1]);
});
