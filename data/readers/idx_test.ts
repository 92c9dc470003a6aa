import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { testMutations } from "./_fuzz.ts";
import { readIdx } from "./idx.ts";
import { MalformedFileError } from "./malformed.ts";

const SEED = 20240501;

function idx(shape: readonly number[], values: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

Deno.test("readIdx reads what the format says, for any shape", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }), (shape) => {
      const length = shape.reduce((a, b) => a * b);
      const values = Uint8Array.from({ length }, (_, i) => i * 37);
      assertEquals(readIdx(idx(shape, values)), { shape, values });
    }),
    { seed: SEED },
  );
});

Deno.test("readIdx does not copy, and reads a view that does not start at 0", () => {
  const whole = new Uint8Array([9, 9, 9, ...idx([2], Uint8Array.of(5, 6))]);
  const { values } = readIdx(whole.subarray(3));
  assertEquals(values.buffer, whole.buffer);
  assertEquals([...values], [5, 6]);
});

Deno.test("readIdx names what is wrong with a header", () => {
  const good = idx([2, 3], new Uint8Array(6));
  const withByte = (position: number, byte: number) => good.with(position, byte);
  assertThrows(
    () => readIdx(new Uint8Array(3)),
    MalformedFileError,
    "expected a header of at least 4 bytes, got 3",
  );
  assertThrows(() => readIdx(withByte(0, 1)), MalformedFileError, "two zero bytes at the start, got 0x0100");
  assertThrows(
    () => readIdx(withByte(2, 0x0d)),
    MalformedFileError,
    "unsigned bytes (type 0x08), got type 0x0d",
  );
  assertThrows(() => readIdx(withByte(3, 0)), MalformedFileError, "1 to 4 dimensions, got 0");
  assertThrows(() => readIdx(withByte(3, 255)), MalformedFileError, "1 to 4 dimensions, got 255");
  assertThrows(() => readIdx(good.subarray(0, 7)), MalformedFileError, "a header of 12 bytes, got 7");
  assertThrows(() => readIdx(withByte(7, 0)), MalformedFileError, "positive dimensions, got [0, ...]");
  assertThrows(() => readIdx(good.subarray(0, 17)), MalformedFileError, "6 elements for shape [2, 3], got 5");
  assertThrows(
    () => readIdx(new Uint8Array([...good, 0])),
    MalformedFileError,
    "6 elements for shape [2, 3], got 7",
  );
});

Deno.test("readIdx refuses dimensions whose product is huge, or wraps in 32 or 64 bits, without allocating", () => {
  const all = 0xffffffff;
  assertThrows(
    () => readIdx(idx([all, all, all, all], new Uint8Array(1))),
    MalformedFileError,
    "elements for shape",
  );
  assertThrows(
    () => readIdx(idx([0x10000, 0x10000], new Uint8Array(0))),
    MalformedFileError,
    "elements for shape",
  );
  assertThrows(
    () => readIdx(idx([0x80000000, 0x80000000, 4], new Uint8Array(0))),
    MalformedFileError,
    "elements for shape",
  );
});

testMutations("readIdx", readIdx, [idx([2, 3], new Uint8Array(6)), idx([1, 2, 2, 3], new Uint8Array(12))], {
  check({ shape, values }, bytes) {
    assertEquals(shape.reduce((a, b) => a * b), values.length);
    assertEquals(4 + 4 * shape.length + values.length, bytes.length);
  },
});
