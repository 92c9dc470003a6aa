/** The one bit pattern that stands for every NaN of binary32 where bits are looked at. */
export const CANONICAL_NAN = 0x7fc00000;

const view = new DataView(new ArrayBuffer(8));

/**
 * The bits of a number rounded to binary32; every NaN gives 0x7fc00000.
 *
 * @example
 * ```ts
 * import { bitsFromF32 } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([1, -0, NaN].map(bitsFromF32), [0x3f800000, 0x80000000, 0x7fc00000]);
 * assertEquals(bitsFromF32(0.1), 0x3dcccccd);
 * ```
 */
export function bitsFromF32(value: number): number {
  if (Number.isNaN(value)) return CANONICAL_NAN;
  view.setFloat32(0, value);
  return view.getUint32(0);
}

/**
 * The binary32 number with the given bits.
 *
 * @example
 * ```ts
 * import { f32FromBits } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0x3f800000, 0x40000000, 0x00000001].map(f32FromBits), [1, 2, 2 ** -149]);
 * ```
 */
export function f32FromBits(bits: number): number {
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

/**
 * The bits of a binary64 number; every NaN gives 0x7ff8000000000000.
 *
 * @example
 * ```ts
 * import { bitsFromF64 } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([1, -0].map(bitsFromF64), [0x3ff0000000000000n, 0x8000000000000000n]);
 * ```
 */
export function bitsFromF64(value: number): bigint {
  if (Number.isNaN(value)) return 0x7ff8000000000000n;
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/**
 * The binary64 number with the given bits.
 *
 * @example
 * ```ts
 * import { f64FromBits } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0x3ff0000000000000n, 1n].map(f64FromBits), [1, 2 ** -1074]);
 * ```
 */
export function f64FromBits(bits: bigint): number {
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

/**
 * How many binary32 numbers lie between two, by the order key (so -0 and +0 are one apart); two NaN are 0 apart.
 *
 * @example
 * ```ts
 * import { ulpDistance } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(ulpDistance(1, 1 + 2 ** -23), 1);
 * assertEquals(ulpDistance(-(2 ** -149), 2 ** -149), 3);
 * ```
 */
export function ulpDistance(a: number, b: number): number {
  const key = (value: number): number => {
    const bits = bitsFromF32(value) | 0;
    return bits ^ ((bits >> 31) & 0x7fffffff);
  };
  return Math.abs(key(a) - key(b));
}

/**
 * The unit in the last place of binary32 at a real number: 2^(e - 23) where 2^e <= |x| < 2^(e + 1), at least 2^-149 and
 * at most 2^104. The error of an approximation y to x is |y - x| / ulp(x).
 *
 * @example
 * ```ts
 * import { ulp } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([ulp(1), ulp(0.99), ulp(0)], [2 ** -23, 2 ** -24, 2 ** -149]);
 * ```
 */
export function ulp(x: number): number {
  view.setFloat64(0, Math.abs(x));
  const exponent = (view.getUint32(0) >>> 20) - 1023;
  view.setUint32(0, (Math.min(Math.max(exponent, -126), 127) - 23 + 1023) << 20);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}
