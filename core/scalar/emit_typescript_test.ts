import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { compileScalar, emitTypeScript } from "./emit_typescript.ts";
import {
  apply,
  f32,
  type Scalar,
  SCALAR_OPERATIONS,
  type ScalarOperation,
  scalarProgram,
  type ScalarType,
  shift,
  u32,
} from "./expression.ts";

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);
const fromBits = (pattern: number): number => (word[0] = pattern, float[0]!);

/** Floats by their bits: every class and exponent is as likely as any other of its size. */
const anyFloat = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.integer({ min: 0, max: 0x00ffffff }),
  fc.constantFrom(
    0,
    0x80000000,
    1,
    0x80000001,
    0x7fffff,
    0x800000,
    0x7f7fffff,
    0x7f800000,
    0xff800000,
    0x7fc00000,
  ),
).map(fromBits);
const anyWord = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff),
);

function compileOperation(operation: ScalarOperation): (...inputs: number[]) => number {
  const types: readonly ScalarType[] = SCALAR_OPERATIONS[operation][0];
  const define = apply as (operation: ScalarOperation, ...operands: Scalar[]) => Scalar;
  const compiled = compileScalar(
    scalarProgram(types, (...inputs: readonly Scalar[]) => [define(operation, ...inputs)]),
  );
  return (...inputs) => compiled(...inputs)[0]!;
}

function check(
  operation: ScalarOperation,
  values: fc.Arbitrary<number>,
  expected: (a: number, b: number) => number,
) {
  const compiled = compileOperation(operation);
  fc.assert(
    fc.property(values, values, (a, b) => {
      assertEquals(compiled(a, b), expected(a, b), `${operation}(${a}, ${b})`);
    }),
    { seed: 1, numRuns: 2000 },
  );
}

/** Rounds m 2^e to binary32, nearest even, with integers alone. */
function roundExactly(significand: bigint, exponent: number): number {
  if (significand === 0n) return 0;
  const negative = significand < 0n;
  let m = negative ? -significand : significand;
  const length = m.toString(2).length;
  // the exponent of the last place of the result: 24 bits, but not below the subnormals' 2^-149
  const last = Math.max(exponent + length - 24, -149);
  const drop = last - exponent;
  if (drop > 0) {
    const half = 1n << BigInt(drop - 1);
    const rest = m & ((1n << BigInt(drop)) - 1n);
    m >>= BigInt(drop);
    if (rest > half || (rest === half && (m & 1n) === 1n)) m += 1n;
  } else {
    m <<= BigInt(-drop);
  }
  // m 2^last, at most 2^24 2^last, is exact in binary64; beyond binary32's range it is infinite
  const value = Number(m) * 2 ** last;
  const finite = value >= 2 ** 128 ? Infinity : value;
  return negative ? -finite : finite;
}

/** A finite float as an integer times 2^-149. */
const asInteger = (x: number): bigint => BigInt(x * 2 ** 75 * 2 ** 74);

Deno.test("f32 arithmetic rounds the exact result once", () => {
  const finite = anyFloat.filter(Number.isFinite);
  const sum = compileOperation("add");
  const difference = compileOperation("subtract");
  const product = compileOperation("multiply");
  const quotient = compileOperation("divide");
  fc.assert(
    fc.property(finite, finite, (a, b) => {
      const [x, y] = [asInteger(a), asInteger(b)];
      const same = (actual: number, expected: number) => assert(actual === expected, `${a} and ${b}`);
      same(sum(a, b), roundExactly(x + y, -149));
      same(difference(a, b), roundExactly(x - y, -149));
      same(product(a, b), roundExactly(x * y, -298));
      if (b === 0) return;
      // 400 more bits than the quotient's integer part, and a sticky one
      const scaled = x << 400n;
      const exact = scaled % y === 0n
        ? scaled / y * 2n
        : scaled / y * 2n + ((scaled < 0n) === (y < 0n) ? 1n : -1n);
      same(quotient(a, b), roundExactly(exact, -401));
    }),
    { seed: 2, numRuns: 5000 },
  );
});

Deno.test("f32 arithmetic has IEEE zeros, infinities and NaN", () => {
  const sum = compileOperation("add");
  const quotient = compileOperation("divide");
  const root = compileOperation("squareRoot");
  assertEquals([sum(-0, -0), sum(-0, 0), sum(Infinity, -Infinity)], [-0, 0, NaN]);
  assertEquals([quotient(1, -0), quotient(0, 0), quotient(-1, Infinity)], [-Infinity, NaN, -0]);
  assertEquals([root(-0), root(4), root(-1), root(Infinity)], [-0, 2, NaN, Infinity]);
});

Deno.test("squareRoot is within half a unit, exactly", () => {
  const root = compileOperation("squareRoot");
  fc.assert(
    fc.property(anyFloat.filter((x) => x > 0 && Number.isFinite(x)), (x) => {
      const r = root(x);
      float[0] = r;
      const pattern = word[0]!;
      const [below, above] = [fromBits(pattern - 1), fromBits(pattern + 1)];
      // the midpoints to both neighbours have 25 bits: their squares are exact in binary64
      const low = (r + below) / 2;
      const high = (r + above) / 2;
      assert(low * low <= x && x <= high * high, `${x}`);
    }),
    { seed: 3, numRuns: 5000 },
  );
});

Deno.test("rounding to integers keeps the sign of zero and goes to even", () => {
  const nearest = compileOperation("nearest");
  const cases = [-2.5, -1.5, -0.5, -0.3, -0, 0.5, 1.5, 2.5, 8388607.5, 8388609, -16777216, Infinity, NaN];
  assertEquals(cases.map((x) => nearest(x)), [
    -2,
    -2,
    -0,
    -0,
    -0,
    0,
    2,
    2,
    8388608,
    8388609,
    -16777216,
    Infinity,
    NaN,
  ]);
  assertEquals([-0.5, 0.5, -0].map((x) => compileOperation("ceil")(x)), [-0, 1, -0]);
  assertEquals([-0.5, 0.5, -0].map((x) => compileOperation("floor")(x)), [-1, 0, -0]);
  assertEquals([-1.5, 1.5, -0.5].map((x) => compileOperation("truncate")(x)), [-1, 1, -0]);
});

Deno.test("comparisons are false on NaN and equate the zeros", () => {
  check("equal", anyFloat, (a, b) => +(a === b));
  check("less", anyFloat, (a, b) => +(a < b));
  check("lessOrEqual", anyFloat, (a, b) => +(a <= b));
  assertEquals(compileOperation("equal")(0, -0), 1);
  assertEquals(compileOperation("lessOrEqual")(NaN, NaN), 0);
});

Deno.test("u32 operations wrap", () => {
  const wrap = (value: bigint) => Number(BigInt.asUintN(32, value));
  const signed = (a: number) => BigInt.asIntN(32, BigInt(a));
  check("addU32", anyWord, (a, b) => wrap(BigInt(a) + BigInt(b)));
  check("subtractU32", anyWord, (a, b) => wrap(BigInt(a) - BigInt(b)));
  check("multiplyU32", anyWord, (a, b) => wrap(BigInt(a) * BigInt(b)));
  check("multiplyHighU32", anyWord, (a, b) => wrap((BigInt(a) * BigInt(b)) >> 32n));
  check("and", anyWord, (a, b) => wrap(BigInt(a) & BigInt(b)));
  check("or", anyWord, (a, b) => wrap(BigInt(a) | BigInt(b)));
  check("xor", anyWord, (a, b) => wrap(BigInt(a) ^ BigInt(b)));
  check("lessU32", anyWord, (a, b) => +(a < b));
  check("lessSigned", anyWord, (a, b) => +(signed(a) < signed(b)));
  check("equalU32", anyWord, (a, b) => +(a === b));
});

Deno.test("shifts by every distance", () => {
  for (let distance = 0; distance < 32; distance++) {
    const shifted = compileScalar(
      scalarProgram(["u32"], (x) => [
        shift("shiftLeft", x, distance),
        shift("shiftRight", x, distance),
        shift("shiftRightSigned", x, distance),
      ]),
    );
    for (const x of [0, 1, 0x7fffffff, 0x80000001, 0xdeadbeef]) {
      assertEquals(shifted(x), [
        Number(BigInt.asUintN(32, BigInt(x) << BigInt(distance))),
        Number(BigInt(x) >> BigInt(distance)),
        Number(BigInt.asUintN(32, BigInt.asIntN(32, BigInt(x)) >> BigInt(distance))),
      ]);
    }
  }
});

Deno.test("bool operations and selects", () => {
  for (const a of [0, 1]) {
    assertEquals(compileOperation("not")(a), 1 - a);
    for (const b of [0, 1]) {
      assertEquals(compileOperation("both")(a, b), a & b);
      assertEquals(compileOperation("either")(a, b), a | b);
    }
    assertEquals(compileOperation("selectF32")(a, -0, NaN), a ? -0 : NaN);
    assertEquals(compileOperation("selectU32")(a, 7, 0xffffffff), a ? 7 : 0xffffffff);
  }
});

Deno.test("casts", () => {
  const bitsOf = compileOperation("bitsOf");
  assertEquals([1, -0, NaN, -Infinity].map((x) => bitsOf(x)), [
    0x3f800000,
    0x80000000,
    0x7fc00000,
    0xff800000,
  ]);
  assertEquals(compileOperation("fromBits")(0x00000001), 2 ** -149);
  assertEquals(compileOperation("fromBits")(0xffc12345), NaN);
  assertEquals(compileOperation("f32FromU32")(0xfeb2cd71), fromBits(0x4f7eb2cd));
  assertEquals(compileOperation("f32FromU32")(16777217), 16777216);
  assertEquals(compileOperation("f32FromI32")(0xffffffff), -1);
  const floats = [NaN, -1.5, -0.9, 0.9, 2147483648, 4294967040, 4294967296, Infinity, -3e9];
  assertEquals(
    floats.map((x) => compileOperation("u32FromF32")(x)),
    [0, 0, 0, 0, 2147483648, 4294967040, 0xffffffff, 0xffffffff, 0],
  );
  assertEquals(
    floats.map((x) => compileOperation("i32FromF32")(x) | 0),
    [0, -1, 0, 0, 0x7fffffff, 0x7fffffff, 0x7fffffff, 0x7fffffff, -0x80000000],
  );
});

Deno.test("scaleByPowerOfTwo rounds once, into subnormals and to infinity", () => {
  const scale = compileOperation("scaleByPowerOfTwo");
  fc.assert(
    fc.property(anyFloat, fc.integer({ min: -300, max: 300 }), (x, n) => {
      const actual = scale(x, n);
      if (!Number.isFinite(x) || x === 0) assertEquals(actual, x);
      else assert(actual === roundExactly(asInteger(x), n - 149), `${x} 2^${n} gave ${actual}`);
    }),
    { seed: 4, numRuns: 20000 },
  );
  // just above half of the least subnormal: rounding first to 24 bits of a subnormal would give 0
  assertEquals(scale(fromBits(0x3f800001), -150), 2 ** -149);
  assertEquals(scale(1, -150), 0);
  assertEquals(scale(fromBits(0x7f7fffff), 1), Infinity);
  assertEquals(scale(-(2 ** -149), 277), -Infinity);
});

Deno.test("significandOf and exponentOf take a float apart", () => {
  const significand = compileOperation("significandOf");
  const exponent = compileOperation("exponentOf");
  fc.assert(
    fc.property(anyFloat, (x) => {
      const m = significand(x);
      const e = exponent(x) | 0;
      if (!Number.isFinite(x) || x === 0) return assertEquals([m, e], [x, 0]);
      assert(Math.abs(m) >= 1 && Math.abs(m) < 2 && m * 2 ** e === x, `${x}`);
    }),
    { seed: 5, numRuns: 5000 },
  );
  assertEquals([significand(-0), significand(NaN), significand(-Infinity)], [-0, NaN, -Infinity]);
});

Deno.test("one statement per operation, shared nodes once", () => {
  const program = scalarProgram(["f32", "u32"], (x, n) => {
    const square = apply("multiply", x, x);
    return [apply("add", square, apply("multiply", square, f32(-0))), apply("addU32", n, u32(7)), x];
  });
  const code = emitTypeScript(program);
  assertEquals(code.statements(["a", "b"]), [
    "const $0 = $fround(a * a);",
    "const $1 = $fround($0 * -0);",
    "const $2 = $fround($0 + $1);",
    "const $3 = (b + 7) >>> 0;",
    "const $out0 = $2;",
    "const $out1 = $3;",
    "const $out2 = a;",
  ]);
  assertThrows(() => code.statements(["a"]), RangeError, "expected 2 input names");
});
