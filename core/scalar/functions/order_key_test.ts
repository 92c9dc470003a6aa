import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { f32FromBits } from "../../numerics/float_bits.ts";
import { compileScalar } from "../emit_typescript.ts";
import { scalarProgram } from "../expression.ts";
import { orderKey } from "./order_key.ts";

const compiled = compileScalar(scalarProgram(["f32"], (x) => [orderKey(x)]));
const key = (x: number): number => compiled(x)[0]! | 0;

Deno.test("orderKey sorts zeros, infinities and NaN", () => {
  const ascending = [-Infinity, -3.4e38, -1, -(2 ** -149), -0, 0, 2 ** -149, 1, 3.4e38, Infinity, NaN];
  const keys = ascending.map(key);
  assertEquals(keys, keys.toSorted((a, b) => a - b));
  assertEquals(new Set(keys).size, keys.length);
  assertEquals([key(0), key(-0), key(NaN)], [0, -1, 0x7fc00000]);
});

Deno.test("orderKey agrees with < and gives every NaN one key", () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const [x, y] = [f32FromBits(a), f32FromBits(b)];
      if (x < y) assert(key(x) < key(y));
      if (Number.isNaN(x)) assertEquals(key(x), 0x7fc00000);
    }),
    { seed: 1, numRuns: 2000 },
  );
});
