import { assert, assertEquals } from "@std/assert";
import { gelu as inBinary64, millsRatio } from "../../../_tools/error_function.ts";
import { f32FromBits } from "../../numerics/float_bits.ts";
import { assertMonotone, assertValues, assertWithin, compileUnary } from "./_check.ts";
import { gelu, geluSlope } from "./gelu.ts";

const f = compileUnary(gelu);
const slope = compileUnary(geluSlope);

Deno.test("gelu of special values", () => {
  assertValues(f, [[0, 0], [-0, -0], [Infinity, Infinity], [-Infinity, -0], [NaN, NaN], [3e38, 3e38]]);
  assertValues(f, [[-3e38, -0], [-14.5, -0], [6, 6], [2 ** -149, 0], [2 ** -148, 2 ** -149]]);
});

Deno.test("gelu of published values of the normal distribution", () => {
  // Abramowitz and Stegun, table 26.1: Phi(x) to ten places or more
  const table = [[0.5, 0.6914624613], [1, 0.8413447461], [1.5, 0.9331927987], [2, 0.9772498681], [
    3,
    0.9986501020,
  ]];
  for (const [x, phi] of table) {
    assert(Math.abs(inBinary64(x!) - x! * phi!) < 2e-10, `at ${x}`);
    assert(Math.abs(inBinary64(-x!) + x! * (1 - phi!)) < 2e-10, `at ${-x!}`);
  }
});

Deno.test("gelu is within 1.977 ulp", () => {
  const points = [0.6, -0.6, 0.7, -0.75179, 1.0740722, -1.0740722, -1.7, -3, -5.5, -10.85, -13.1, 1e-38];
  assertWithin(1.977, f, inBinary64, points);
});

Deno.test("gelu does not decrease where its parts change", () => {
  assertMonotone(f, [0.6, 1.0740722, 1.177, 3]);
});

Deno.test("geluSlope of special values", () => {
  assertValues(slope, [[0, 0.5], [-0, 0.5], [Infinity, 1], [-Infinity, -0], [NaN, NaN], [3e38, 1], [
    -3e38,
    -0,
  ]]);
});

Deno.test("geluSlope is within 2^-23", () => {
  for (let bits = 0; bits < 0x100000000; bits += 10737) {
    const x = f32FromBits(bits);
    const a = Math.abs(x);
    if (!(a < 40)) continue;
    const density = Math.exp(-a * a / 2) / Math.sqrt(2 * Math.PI);
    const below = density * (millsRatio(a) - a);
    const exact = x < 0 ? below : 1 - below;
    assert(Math.abs(slope(x) - exact) < 2 ** -23, `at ${x}`);
    // far below 0 the slope is small, and relatively right
    if (x < -1.5 && a < 13) assert(Math.abs(slope(x) / exact - 1) < 2 ** -20, `relative at ${x}`);
  }
  assertEquals(Math.abs(slope(-0.75179165)) < 2 ** -23, true);
});
