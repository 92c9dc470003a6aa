import { assert, assertEquals } from "@std/assert";
import { f32FromBits, ulp } from "../../numerics/float_bits.ts";
import { compileScalar } from "../emit_typescript.ts";
import { scalarProgram } from "../expression.ts";
import { pow } from "./pow.ts";

const compiled = compileScalar(scalarProgram(["f32", "f32"], (x, y) => [pow(x, y)]));
const f = (x: number, y: number): number => compiled(x, y)[0]!;

Deno.test("pow of special values, as IEEE 754 lists them", () => {
  const anything = [0, -0, 1, -1, 0.3, -2.5, 1e30, 2 ** -149, Infinity, -Infinity, NaN].map(Math.fround);
  for (const x of anything) {
    assertEquals([f(x, 0), f(x, -0), f(1, x)], [1, 1, 1]);
    if (x !== 0) assertEquals(f(NaN, x), NaN, `${x}`);
    if (x !== 1) assertEquals(f(x, NaN), NaN, `${x}`);
  }
  assertEquals([f(-1, Infinity), f(-1, -Infinity)], [1, 1]);
  assertEquals([f(0, -3), f(-0, -3), f(0, -2), f(-0, -2)], [Infinity, -Infinity, Infinity, Infinity]);
  assertEquals([f(0, -0.5), f(-0, -0.5), f(-0, -Infinity)], [Infinity, Infinity, Infinity]);
  assertEquals([f(0, 3), f(-0, 3), f(0, 2), f(-0, 2), f(-0, 0.5), f(-0, Infinity)], [0, -0, 0, 0, 0, 0]);
  assertEquals([f(0.5, -Infinity), f(-0.5, -Infinity), f(2, -Infinity), f(-2, -Infinity)], [
    Infinity,
    Infinity,
    0,
    0,
  ]);
  assertEquals([f(0.5, Infinity), f(-0.5, Infinity), f(2, Infinity), f(-2, Infinity)], [
    0,
    0,
    Infinity,
    Infinity,
  ]);
  assertEquals([f(-Infinity, -3), f(-Infinity, -2), f(-Infinity, -0.5)], [-0, 0, 0]);
  assertEquals([f(-Infinity, 3), f(-Infinity, 2), f(-Infinity, 0.5)], [-Infinity, Infinity, Infinity]);
  assertEquals([f(Infinity, -3), f(Infinity, 1e-30), f(Infinity, -Infinity)], [0, Infinity, 0]);
  assertEquals([f(-2, 0.5), f(-1, 1 / 3), f(-1e-30, 1e-30)], [NaN, NaN, NaN]);
});

Deno.test("pow is exact where the result is a small integer or a power of two", () => {
  for (let base = -12; base <= 12; base++) {
    for (let n = 0, exact = 1; n <= 40 && Math.abs(exact) < 2 ** 24; n++, exact *= base) {
      assertEquals(f(base, n), exact, `${base}^${n}`);
    }
  }
  for (let n = -149; n <= 127; n++) assertEquals([f(2, n), f(0.5, -n)], [2 ** n, 2 ** n]);
  assertEquals([f(-2, -149), f(2, -150), f(2, 128), f(-2, 127)], [-(2 ** -149), 0, Infinity, -(2 ** 127)]);
});

Deno.test("pow knows which large exponents are odd", () => {
  assertEquals([f(-1, 16777215), f(-1, 16777216), f(-1, 3e38), f(-1, -16777215)], [-1, 1, 1, -1]);
  assertEquals([f(-1, 8388607), f(-1, 8388607.5), f(-1, 4194303)], [-1, NaN, -1]);
  const [above, below] = [f32FromBits(0x3f800001), f32FromBits(0x3f7fffff)];
  assertEquals([f(above, 2 ** 32), f(below, 2 ** 32), f(-above, -3e38)], [Infinity, 0, 0]);
});

Deno.test("pow is within 1.076 ulp where results are spread over all exponents", () => {
  let state = 1;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let i = 0; i < 200_000; i++) {
    // x near 1, near a power of two, or anywhere
    const kind = i % 3;
    const bits = kind === 0
      ? 0x3f800000 + Math.floor((next() - 0.5) * 0x200000)
      : kind === 1
      ? Math.floor(next() * 254) * 0x800000 + 0x800000 + Math.floor((next() - 0.5) * 64)
      : Math.floor(next() * 0x7f800000);
    const x = f32FromBits(bits);
    const y = Math.fround((next() * 275 - 149) / Math.log2(x));
    const exact = Math.pow(x, y);
    if (!(Math.fround(exact) < Infinity)) continue;
    const error = Math.abs(f(x, y) - exact) / ulp(exact);
    assert(error <= 1.076, `${x}^${y}: expected ${exact}, got ${f(x, y)}, ${error} ulp`);
  }
});
