import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { bitsFromF32, bitsFromF64, f32FromBits, f64FromBits, ulp, ulpDistance } from "./float_bits.ts";

Deno.test("bits of known floats", () => {
  assertEquals([1, -2, 2 ** -149, -0, Infinity].map(bitsFromF32), [
    0x3f800000,
    0xc0000000,
    1,
    0x80000000,
    0x7f800000,
  ]);
  assertEquals(bitsFromF32(0.1), 0x3dcccccd);
  assertEquals(bitsFromF64(1), 0x3ff0000000000000n);
});

Deno.test("every NaN has one pattern", () => {
  assertEquals([0x7f800001, 0x7fffffff, 0xffc00000].map((bits) => bitsFromF32(f32FromBits(bits))), [
    0x7fc00000,
    0x7fc00000,
    0x7fc00000,
  ]);
  assertEquals(bitsFromF64(f64FromBits(0xfff0000000000001n)), 0x7ff8000000000000n);
});

Deno.test("bits go there and back", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      (b, l) => {
        const [x, y] = [f32FromBits(b), f64FromBits(l)];
        if (!Number.isNaN(x)) assertEquals(bitsFromF32(x), b);
        if (!Number.isNaN(y)) assertEquals(bitsFromF64(y), l);
      },
    ),
    { seed: 1 },
  );
});

Deno.test("ulp is the gap above a positive float, but the gap below the largest", () => {
  for (const bits of [0, 1, 0x7fffff, 0x800000, 0x3f7fffff, 0x3f800000, 0x7f7ffffe]) {
    assertEquals(ulp(f32FromBits(bits)), f32FromBits(bits + 1) - f32FromBits(bits));
  }
  assertEquals([ulp(-3.4e38), ulp(1e300), ulp(Infinity)], [2 ** 104, 2 ** 104, 2 ** 104]);
});

Deno.test("ulpDistance counts across binades and zero", () => {
  assertEquals(ulpDistance(1, 2), 0x800000);
  assertEquals(ulpDistance(-0, 0), 1);
  assertEquals(ulpDistance(-Infinity, Infinity), 2 * 0x7f800000 + 1);
  assertEquals(ulpDistance(NaN, NaN), 0);
});
