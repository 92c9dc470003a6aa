import { assertEquals } from "@std/assert";
import { compileScalar } from "../emit_typescript.ts";
import { scalarProgram, topologicalOrder } from "../expression.ts";
import { assertValues, assertWithin, compileUnary } from "./_check.ts";
import { cos } from "./cos.ts";
import { sin } from "./sin.ts";
import { sinCos } from "./sin_cos.ts";

const sine = compileUnary(sin);
const cosine = compileUnary(cos);

Deno.test("sin and cos of special values", () => {
  assertValues(sine, [[0, 0], [-0, -0], [Infinity, NaN], [-Infinity, NaN], [NaN, NaN], [
    2 ** -149,
    2 ** -149,
  ]]);
  assertValues(cosine, [[0, 1], [-0, 1], [Infinity, NaN], [-Infinity, NaN], [NaN, NaN], [2 ** -149, 1]]);
});

Deno.test("sin and cos of the float that comes nearest to a multiple of pi / 2", () => {
  // Muller et al., Handbook of Floating-Point Arithmetic: for binary32 it is 16367173 * 2^72, off by 1.6e-9
  const x = 16367173 * 2 ** 72;
  assertEquals(Math.abs(Math.cos(x)) < 1.7e-9, true);
  assertWithin(0.917, cosine, Math.cos, [x, -x]);
});

// every seam of the quadrants up to 40, large arguments, and the binades where the window of 2 / pi moves a word
const seams = Array.from({ length: 25 }, (_, i) => (2 * i + 1) * Math.PI / 4);
const points = [
  ...seams,
  -Math.PI / 4,
  0.999999,
  1,
  2 ** 31,
  2 ** 32,
  2 ** 63,
  2 ** 64,
  2 ** 95,
  2 ** 96,
  3e38,
];

Deno.test("sin is within 0.917 ulp", () => assertWithin(0.917, sine, Math.sin, [...points, Math.PI, 1e5]));

Deno.test("cos is within 0.912 ulp", () =>
  assertWithin(0.912, cosine, Math.cos, [...points, Math.PI / 2, 1e5]));

Deno.test("sinCos shares its work", () => {
  const count = (program: Parameters<typeof compileScalar>[0]): number =>
    topologicalOrder(program.outputs).length;
  const both = scalarProgram(["f32"], (x) => sinCos(x));
  const one = scalarProgram(["f32"], (x) => [sin(x)]);
  assertEquals(count(both) - count(one) < 15, true);
  assertEquals(compileScalar(both)(2), [sine(2), cosine(2)]);
});
