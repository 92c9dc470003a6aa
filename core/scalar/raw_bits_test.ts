import { assertEquals } from "@std/assert";
import { apply, type F32, f32, type Scalar, scalarProgram, shift, type U32, u32 } from "./expression.ts";
import * as functions from "./functions/mod.ts";
import { add, and, less, multiply, select, subtract } from "./notation.ts";
import { rawBits } from "./raw_bits.ts";

const bitsOf = (x: F32): U32 => apply("bitsOf", x);
const fromBits = (x: U32): F32 => apply("fromBits", x);

function rawCount(define: (x: F32, y: F32) => Scalar): number {
  return rawBits(scalarProgram(["f32", "f32"], (x, y) => [define(x, y)]).outputs).size;
}

Deno.test("rawBits are those whose NaN no result shows", () => {
  const power = (x: F32) => fromBits(shift("shiftLeft", bitsOf(x), 23));
  assertEquals(rawCount((x) => multiply(x, power(x))), 1);
  assertEquals(rawCount((x) => multiply(add(x, f32(1)), power(subtract(f32(3), x)))), 1);
  // a comparison with NaN is false
  assertEquals(rawCount((x) => select(less(x, f32(0)), power(x), multiply(x, power(x)))), 1);
  assertEquals(rawCount((x) => select(less(x, f32(0)), f32(1), multiply(x, power(x)))), 1);
  assertEquals(rawCount((x) => apply("selectF32", apply("not", less(x, f32(0))), x, power(x))), 1);
  assertEquals(
    rawCount((x, y) => apply("fromBits", apply("or", and(bitsOf(x), u32(1)), bitsOf(multiply(x, y))))),
    2,
  );
});

Deno.test("no bits are raw that a result shows", () => {
  assertEquals(rawCount((x) => bitsOf(x)), 0);
  assertEquals(rawCount((x) => fromBits(and(bitsOf(x), u32(0x7fffffff)))), 0);
  assertEquals(rawCount((x) => apply("lessU32", bitsOf(x), u32(5))), 0);
  assertEquals(rawCount((x) => select(less(x, f32(0)), x, fromBits(shift("shiftLeft", bitsOf(x), 1)))), 0);
  // y may be a number where x is NaN
  assertEquals(rawCount((x, y) => multiply(y, fromBits(bitsOf(x)))), 1);
  assertEquals(rawCount((x, y) => multiply(y, fromBits(shift("shiftLeft", bitsOf(x), 1)))), 0);
  // infinity less infinity is NaN without one, and so is zero times infinity
  assertEquals(rawCount((x, y) => multiply(y, fromBits(shift("shiftLeft", bitsOf(subtract(x, y)), 1)))), 0);
  assertEquals(rawCount((x) => multiply(x, fromBits(shift("shiftLeft", bitsOf(multiply(x, f32(0))), 1)))), 0);
});

Deno.test("the functions make no NaN canonical", () => {
  for (
    const define of [
      functions.exp,
      functions.tanh,
      functions.sigmoid,
      functions.gelu,
      functions.log,
      functions.erf,
    ]
  ) {
    const bits = scalarProgram(["f32"], (x) => [define(x)]);
    const raw = rawBits(bits.outputs).size;
    assertEquals(raw, bits.key.split("bitsOf").length - 1, define.name);
  }
});
