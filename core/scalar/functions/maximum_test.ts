import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { bitsFromF32, f32FromBits } from "../../numerics/float_bits.ts";
import { compileScalar } from "../emit_typescript.ts";
import { apply, scalarProgram } from "../expression.ts";
import { maximum } from "./maximum.ts";
import { minimum } from "./minimum.ts";
import { orderKey } from "./order_key.ts";
import { relu } from "./relu.ts";

const compiled = compileScalar(
  scalarProgram(["f32", "f32"], (a, b) => [maximum(a, b), minimum(a, b), relu(a)]),
);
/** The definition: by order keys, the first of equal keys wins. */
const byKey = compileScalar(scalarProgram(["f32", "f32"], (a, b) => [
  apply("selectF32", apply("lessSigned", orderKey(a), orderKey(b)), b, a),
]));

const special = [NaN, Infinity, 3.4028234663852886e38, 1, 2 ** -126, 2 ** -149, 0];
const specials = special.flatMap((x) => [x, -x]);

Deno.test("maximum and minimum follow the order key on special values", () => {
  for (const a of specials) {
    for (const b of specials) {
      const [largest, smallest] = compiled(a, b);
      assertEquals(largest, byKey(a, b)[0], `max(${a}, ${b})`);
      assertEquals(smallest, -byKey(-a, -b)[0]!, `min(${a}, ${b})`);
    }
  }
});

Deno.test("maximum and minimum follow the order key on any bits", () => {
  const word = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(
    fc.property(word, word, (i, j) => {
      const [a, b] = [f32FromBits(i), f32FromBits(j)];
      const [largest, smallest] = compiled(a, b);
      assertEquals(bitsFromF32(largest!), bitsFromF32(byKey(a, b)[0]!));
      assertEquals(bitsFromF32(smallest!), bitsFromF32(-byKey(-a, -b)[0]!));
    }),
    { seed: 1, numRuns: 5000 },
  );
});

Deno.test("relu keeps -0 and NaN", () => {
  const expected = new Map([[-Infinity, 0], [-1, 0], [-(2 ** -149), 0], [2 ** -149, 2 ** -149], [NaN, NaN]]);
  for (const [x, y] of expected) assertEquals(compiled(x, 0)[2], y);
  assertEquals([compiled(-0, 0)[2], compiled(0, 0)[2], compiled(Infinity, 0)[2]], [-0, 0, Infinity]);
});
