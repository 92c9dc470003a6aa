/**
 * The functions in WGSL that `emitWgsl` calls, as text. Every value is a u32: a float is its bits.
 *
 * All of them are integer arithmetic, which every driver does exactly, but for addition and multiplication, which have
 * four forms, and for the first guesses of quotients and roots, which are then corrected exactly.
 *
 * @module
 */

/**
 * The uniform that a module with helpers declares: `array<vec4u, n>`. The first two words of its first element are 0, but
 * no compiler can know it: a float that passes through an exclusive or with one of them cannot be merged with what
 * comes after.
 */
export const WGSL_PARAMETERS = "parameters";

/** The name of a helper. */
export type WgslHelper =
  | "add_plain"
  | "multiply_plain"
  | "add_barrier"
  | "multiply_barrier"
  | "add_detect"
  | "multiply_detect"
  | "flushed"
  | "is_subnormal"
  | "is_nan"
  | "canonical"
  | "order_key"
  | "unpack"
  | "pack"
  | "multiply_high"
  | "add_soft"
  | "multiply_soft"
  | "divide"
  | "square_root"
  | "truncate"
  | "extend"
  | "floor_bits"
  | "ceil_bits"
  | "nearest"
  | "place_of"
  | "equal"
  | "less"
  | "less_or_equal"
  | "f32_from_u32"
  | "f32_from_i32"
  | "integer_part"
  | "u32_from_f32"
  | "i32_from_f32"
  | "scale"
  | "significand_of"
  | "exponent_of";

interface Helper {
  readonly code: string;
  /** Other helpers that it calls. */
  readonly needs?: readonly WgslHelper[];
}

const ZERO = `${WGSL_PARAMETERS}[0].x`;
const OTHER_ZERO = `${WGSL_PARAMETERS}[0].y`;

/** One operation in the driver's floats; `result` and `right` make the result and the right operand opaque. */
const inFloats = (name: string, operator: string, right: string, result: string): string =>
  `fn ${name}(a: u32, b: u32) -> u32 {
  return bitcast<u32>(bitcast<f32>(a) ${operator} bitcast<f32>(${right}))${result};
}`;

const OPAQUE_RIGHT = `b ^ ${OTHER_ZERO}`;
const OPAQUE_RESULT = ` ^ ${ZERO}`;

const HELPERS: { readonly [H in WgslHelper]: Helper } = {
  add_plain: { code: inFloats("add_plain", "+", "b", "") },
  multiply_plain: { code: inFloats("multiply_plain", "*", "b", "") },
  // An operand that is opaque too: else x + -x is taken for 0 though x may be infinite.
  add_barrier: { code: inFloats("add_barrier", "+", OPAQUE_RIGHT, OPAQUE_RESULT) },
  multiply_barrier: { code: inFloats("multiply_barrier", "*", "b", OPAQUE_RESULT) },
  add_detect: {
    code: `fn add_detect(a: u32, b: u32) -> u32 {
  let sum = add_barrier(a, b);
  let cancels = ((a ^ b) == 0x80000000u) | (((a | b) & 0x7fffffffu) == 0u);
  flushed = flushed | (((sum & 0x7fffffffu) < 0x00800000u) & !cancels);
  return sum;
}`,
    needs: ["flushed", "add_barrier"],
  },
  multiply_detect: {
    code: `fn multiply_detect(a: u32, b: u32) -> u32 {
  let product = multiply_barrier(a, b);
  let zero = ((a & 0x7fffffffu) == 0u) | ((b & 0x7fffffffu) == 0u);
  flushed = flushed | (((product & 0x7fffffffu) < 0x00800000u) & !zero);
  return product;
}`,
    needs: ["flushed", "multiply_barrier"],
  },
  // Set when a result may differ from the exact one because the driver takes subnormals for zeros.
  flushed: { code: "var<private> flushed: bool;" },
  is_subnormal: {
    code: `fn is_subnormal(a: u32) -> bool {
  return ((a & 0x7fffffffu) - 1u) < 0x007fffffu;
}`,
  },
  is_nan: {
    code: `fn is_nan(a: u32) -> bool {
  return (a & 0x7fffffffu) > 0x7f800000u;
}`,
  },
  canonical: {
    code: `fn canonical(a: u32) -> u32 {
  return select(a, 0x7fc00000u, is_nan(a));
}`,
    needs: ["is_nan"],
  },
  order_key: {
    code: `fn order_key(a: u32) -> i32 {
  let bits = canonical(a);
  return bitcast<i32>(select(bits, bits ^ 0x7fffffffu, bits >= 0x80000000u));
}`,
    needs: ["canonical"],
  },
  // The significand of a finite float other than 0 with its first bit at bit 23, and the biased exponent.
  unpack: {
    code: `struct Unpacked { significand: u32, exponent: i32 }
fn unpack(a: u32) -> Unpacked {
  let magnitude = a & 0x7fffffffu;
  let shift = countLeadingZeros(magnitude) - 8u;
  if (magnitude < 0x00800000u) {
    return Unpacked(magnitude << (shift & 31u), 1 - bitcast<i32>(shift));
  }
  return Unpacked((magnitude & 0x007fffffu) | 0x00800000u, bitcast<i32>(magnitude >> 23u));
}`,
  },
  // A float of a biased exponent and a significand whose first bit is bit 31 and whose last stands for all below it.
  pack: {
    code: `fn pack(sign: u32, exponent: i32, significand: u32) -> u32 {
  let drop = u32(clamp(1 - exponent, 0, 31));
  let lost = (significand & ((1u << drop) - 1u)) != 0u;
  let kept = (significand >> drop) | u32(lost);
  let up = u32((kept & 0xffu) + ((kept >> 8u) & 1u) > 0x80u);
  let base = u32(max(exponent - 1, 0)) << 23u;
  return sign | select(base + (kept >> 8u) + up, 0x7f800000u, exponent > 254);
}`,
  },
  multiply_high: {
    code: `fn multiply_high(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let left = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let right = (a & 0xffffu) * (b >> 16u) + (left & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (left >> 16u) + (right >> 16u);
}`,
  },
  add_soft: {
    code: `fn add_soft(a: u32, b: u32) -> u32 {
  let swap = (a & 0x7fffffffu) < (b & 0x7fffffffu);
  let x = select(a, b, swap);
  let y = select(b, a, swap);
  let larger = x & 0x7fffffffu;
  let smaller = y & 0x7fffffffu;
  let sign = x & 0x80000000u;
  let same = ((x ^ y) & 0x80000000u) == 0u;
  let exponent = max(larger >> 23u, 1u);
  // Three bits below the significand's last; the lowest stands for all below it.
  let p = ((larger & 0x007fffffu) | select(0u, 0x00800000u, larger >= 0x00800000u)) << 3u;
  let q = ((smaller & 0x007fffffu) | select(0u, 0x00800000u, smaller >= 0x00800000u)) << 3u;
  let distance = min(exponent - max(smaller >> 23u, 1u), 30u);
  let lost = (q & ((1u << distance) - 1u)) != 0u;
  let aligned = (q >> distance) | u32(lost);
  let sum = select(p - aligned, p + aligned, same);
  let carries = sum > 0x07ffffffu;
  let halved = select(sum, (sum >> 1u) | (sum & 1u), carries);
  let carried = exponent + u32(carries);
  let shift = min(countLeadingZeros(halved) - 5u, carried - 1u);
  let normal = halved << (shift & 31u);
  let place = carried - shift;
  let rounded = (normal + 3u + ((normal >> 3u) & 1u)) >> 3u;
  let finite = select(((place - 1u) << 23u) + rounded, 0x7f800000u, place > 254u);
  let result = select(sign | finite, select(0u, sign, same), sum == 0u);
  let nan = (larger > 0x7f800000u) | (!same & (smaller == 0x7f800000u));
  return select(select(result, x, larger == 0x7f800000u), 0x7fc00000u, nan);
}`,
  },
  multiply_soft: {
    code: `fn multiply_soft(a: u32, b: u32) -> u32 {
  let sign = (a ^ b) & 0x80000000u;
  let left = a & 0x7fffffffu;
  let right = b & 0x7fffffffu;
  let x = unpack(left);
  let y = unpack(right);
  let rest = ((x.significand * y.significand) & 0xffffu) != 0u;
  let product = multiply_high(x.significand << 8u, y.significand << 8u) | u32(rest);
  let carries = product >= 0x80000000u;
  let finite = pack(sign, x.exponent + y.exponent - select(127, 126, carries), select(product << 1u, product, carries));
  let zero = (left == 0u) | (right == 0u);
  let infinite = (left == 0x7f800000u) | (right == 0x7f800000u);
  let nan = (left > 0x7f800000u) | (right > 0x7f800000u) | (zero & infinite);
  return select(select(select(finite, sign, zero), sign | 0x7f800000u, infinite), 0x7fc00000u, nan);
}`,
    needs: ["unpack", "pack", "multiply_high"],
  },
  // The driver's quotient of two significands, exact to some units, then corrected by the remainder modulo 2^32.
  divide: {
    code: `fn divide(a: u32, b: u32) -> u32 {
  let sign = (a ^ b) & 0x80000000u;
  let left = a & 0x7fffffffu;
  let right = b & 0x7fffffffu;
  let x = unpack(left);
  let y = unpack(right);
  let shift = select(24u, 25u, x.significand < y.significand);
  let dividend = x.significand << shift;
  let guess = f32(x.significand) / f32(y.significand) * select(16777216.0, 33554432.0, shift == 25u);
  var quotient = u32(guess);
  quotient += bitcast<u32>(i32(floor(f32(bitcast<i32>(dividend - quotient * y.significand)) / f32(y.significand))));
  var remainder = bitcast<i32>(dividend - quotient * y.significand);
  if (remainder < 0) {
    quotient -= 1u;
    remainder += bitcast<i32>(y.significand);
  }
  if (remainder >= bitcast<i32>(y.significand)) {
    quotient += 1u;
    remainder -= bitcast<i32>(y.significand);
  }
  let exponent = x.exponent - y.exponent + 151 - bitcast<i32>(shift);
  let finite = pack(sign, exponent, (quotient << 7u) | u32(remainder != 0));
  let zero = (left == 0u) | (right == 0x7f800000u);
  let infinite = (left == 0x7f800000u) | (right == 0u);
  let nan = (left > 0x7f800000u) | (right > 0x7f800000u) | (zero & infinite);
  return select(select(select(finite, sign, zero), sign | 0x7f800000u, infinite), 0x7fc00000u, nan);
}`,
    needs: ["unpack", "pack"],
  },
  // 25 bits of the root, by the same means. No root lies halfway between two floats.
  square_root: {
    code: `fn square_root(a: u32) -> u32 {
  let magnitude = a & 0x7fffffffu;
  let x = unpack(magnitude);
  let odd = u32(x.exponent + 1) & 1u;
  let radicand = x.significand << odd;
  let exponent = (x.exponent - 127 - bitcast<i32>(odd)) >> 1u;
  let square = radicand << 25u;
  var root = u32(sqrt(f32(radicand) * 33554432.0));
  root += bitcast<u32>(i32(floor(f32(bitcast<i32>(square - root * root)) / f32(root << 1u))));
  if (bitcast<i32>(square - root * root) < 0) {
    root -= 1u;
  }
  if (bitcast<i32>(square - root * root) > bitcast<i32>(root << 1u)) {
    root += 1u;
  }
  let finite = (u32(exponent + 126) << 23u) + ((root + 1u) >> 1u);
  let special = (magnitude == 0u) | (a == 0x7f800000u);
  let nan = (magnitude > 0x7f800000u) | ((a >= 0x80000000u) & (magnitude != 0u));
  return select(select(finite, a, special), 0x7fc00000u, nan);
}`,
    needs: ["unpack"],
  },
  truncate: {
    code: `fn truncate(a: u32) -> u32 {
  let exponent = (a >> 23u) & 255u;
  let fraction = 0x007fffffu >> ((exponent - 127u) & 31u);
  return select(select(a & ~fraction, a, exponent > 149u), a & 0x80000000u, exponent < 127u);
}`,
  },
  // To the next integer away from zero.
  extend: {
    code: `fn extend(a: u32) -> u32 {
  let exponent = (a >> 23u) & 255u;
  let fraction = 0x007fffffu >> ((exponent - 127u) & 31u);
  let small = select((a & 0x80000000u) | 0x3f800000u, a, (a & 0x7fffffffu) == 0u);
  return select(select((a + fraction) & ~fraction, a, exponent > 149u), small, exponent < 127u);
}`,
  },
  floor_bits: {
    code: `fn floor_bits(a: u32) -> u32 {
  return select(truncate(a), extend(a), a >= 0x80000000u);
}`,
    needs: ["truncate", "extend"],
  },
  ceil_bits: {
    code: `fn ceil_bits(a: u32) -> u32 {
  return select(extend(a), truncate(a), a >= 0x80000000u);
}`,
    needs: ["truncate", "extend"],
  },
  nearest: {
    code: `fn nearest(a: u32) -> u32 {
  let exponent = (a >> 23u) & 255u;
  let sign = a & 0x80000000u;
  let fraction = 0x007fffffu >> ((exponent - 127u) & 31u);
  let last = fraction + 1u;
  let rounded = (a + (last >> 1u) - 1u + u32((a & last) != 0u)) & ~fraction;
  let small = select(sign, sign | 0x3f800000u, (a & 0x7fffffffu) > 0x3f000000u);
  return select(select(rounded, a, exponent > 149u), small, exponent < 127u);
}`,
  },
  // Orders floats but NaN, with one place for both zeros.
  place_of: {
    code: `fn place_of(a: u32) -> i32 {
  let magnitude = bitcast<i32>(a & 0x7fffffffu);
  return select(magnitude, -magnitude, a >= 0x80000000u);
}`,
  },
  equal: {
    code: `fn equal(a: u32, b: u32) -> bool {
  return ((a == b) | (((a | b) & 0x7fffffffu) == 0u)) & !is_nan(a) & !is_nan(b);
}`,
    needs: ["is_nan"],
  },
  less: {
    code: `fn less(a: u32, b: u32) -> bool {
  return (place_of(a) < place_of(b)) & !is_nan(a) & !is_nan(b);
}`,
    needs: ["place_of", "is_nan"],
  },
  less_or_equal: {
    code: `fn less_or_equal(a: u32, b: u32) -> bool {
  return (place_of(a) <= place_of(b)) & !is_nan(a) & !is_nan(b);
}`,
    needs: ["place_of", "is_nan"],
  },
  f32_from_u32: {
    code: `fn f32_from_u32(a: u32) -> u32 {
  let shift = countLeadingZeros(a);
  return select(pack(0u, 158 - bitcast<i32>(shift), a << (shift & 31u)), 0u, a == 0u);
}`,
    needs: ["pack"],
  },
  f32_from_i32: {
    code: `fn f32_from_i32(a: u32) -> u32 {
  let sign = a & 0x80000000u;
  return sign | f32_from_u32(select(a, 0u - a, sign != 0u));
}`,
    needs: ["f32_from_u32"],
  },
  // The integer part of a magnitude below 2^32.
  integer_part: {
    code: `fn integer_part(magnitude: u32) -> u32 {
  let exponent = magnitude >> 23u;
  let significand = (magnitude & 0x007fffffu) | 0x00800000u;
  let large = significand << ((exponent - 150u) & 31u);
  let small = significand >> ((150u - exponent) & 31u);
  return select(select(small, large, exponent > 150u), 0u, exponent < 127u);
}`,
  },
  u32_from_f32: {
    code: `fn u32_from_f32(a: u32) -> u32 {
  let saturated = select(integer_part(a & 0x7fffffffu), 0xffffffffu, a >= 0x4f800000u);
  return select(saturated, 0u, a > 0x7f800000u);
}`,
    needs: ["integer_part"],
  },
  i32_from_f32: {
    code: `fn i32_from_f32(a: u32) -> u32 {
  let magnitude = a & 0x7fffffffu;
  let negative = a >= 0x80000000u;
  let value = integer_part(magnitude);
  let limit = select(0x7fffffffu, 0x80000000u, negative);
  let saturated = select(select(value, 0u - value, negative), limit, magnitude >= 0x4f000000u);
  return select(saturated, 0u, magnitude > 0x7f800000u);
}`,
    needs: ["integer_part"],
  },
  scale: {
    code: `fn scale(a: u32, power: u32) -> u32 {
  let magnitude = a & 0x7fffffffu;
  let x = unpack(magnitude);
  let scaled = pack(a & 0x80000000u, x.exponent + bitcast<i32>(power), x.significand << 8u);
  return select(scaled, a, (magnitude == 0u) | (magnitude >= 0x7f800000u));
}`,
    needs: ["unpack", "pack"],
  },
  significand_of: {
    code: `fn significand_of(a: u32) -> u32 {
  let magnitude = a & 0x7fffffffu;
  let split = (a & 0x80000000u) | 0x3f800000u | (unpack(magnitude).significand & 0x007fffffu);
  return select(split, a, (magnitude == 0u) | (magnitude >= 0x7f800000u));
}`,
    needs: ["unpack"],
  },
  exponent_of: {
    code: `fn exponent_of(a: u32) -> u32 {
  let magnitude = a & 0x7fffffffu;
  let split = bitcast<u32>(unpack(magnitude).exponent - 127);
  return select(split, 0u, (magnitude == 0u) | (magnitude >= 0x7f800000u));
}`,
    needs: ["unpack"],
  },
};

/**
 * The declarations of some helpers and of those that they call, in an order that depends on nothing else.
 *
 * The module must declare `WGSL_PARAMETERS`.
 */
export function wgslHelpers(names: Iterable<WgslHelper>): string {
  const needed = new Set(names);
  // A walk over a set meets what is added on the way.
  for (const name of needed) HELPERS[name].needs?.forEach((other) => needed.add(other));
  return (Object.keys(HELPERS) as WgslHelper[]).filter((name) => needed.has(name))
    .map((name) => HELPERS[name].code).join("\n");
}
