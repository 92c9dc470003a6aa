import { assert, assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { type PickledArray, readPickle } from "./pickle.ts";

// The opcodes of Planetoid's ind.cora.x, .y and .graph, with other numbers; what Python 3 makes of them, with NumPy and
// SciPy and encoding = "latin1", is the 2 x 3 matrix [[1, 0, 0.5], [0, -2, 0]], the array [[1, 0, 0], [0, -7, 2^20]], and
// {0: [633, 1862, 2582], 1: [2, 652, 654]}.
const CSR = Uint8Array.fromBase64(
  "gAJjc2NpcHkuc3BhcnNlLmNzcgpjc3JfbWF0cml4CnEBKYFxAn1xAyhVBmZvcm1hdHEEVQNjc3JVBl9zaGFwZXEFSwJLA4ZVBmluZHB0" +
    "cnEGY251bXB5LmNvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQdjbnVtcHkKbmRhcnJheQpxCEsAhVUBYodScQkoSwFLA4VjbnVt" +
    "cHkKZHR5cGUKcQpVAmk0SwBLAYdScQsoSwNVATxOTk5K/////0r/////SwB0YolVDAAAAAACAAAAAwAAAHRiVR5fY3NfbWF0cml4X19o" +
    "YXNfc29ydGVkX2luZGljZXNxDIhVB2luZGljZXNxDWgHaAhLAIVVAWKHUnEOKEsBSwOFaAuJVQwAAAAAAgAAAAEAAAB0YlUIbWF4cHJp" +
    "bnRxD0sDVQRkYXRhcRBoB2gISwCFVQFih1JxEShLAUsDhWgKVQJmNEsASwGHUnESKEsDVQE8Tk5OSv////9K/////0sAdGKJVQwAAIA/" +
    "AAAAPwAAAMB0YnViLg==",
);
const ARRAY = Uint8Array.fromBase64(
  "gAJjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAWNudW1weQpuZGFycmF5CnECSwCFVQFih1JxAyhLAUsCSwOGY251" +
    "bXB5CmR0eXBlCnEEVQJpNEsASwGHUnEFKEsDVQE8Tk5OSv////9K/////0sAdGKJVRgBAAAAAAAAAAAAAAAAAAAA+f///wAAEAB0Yi4=",
);
const GRAPH = Uint8Array.fromBase64(
  "gAJjY29sbGVjdGlvbnMKZGVmYXVsdGRpY3QKcQFjX19idWlsdGluX18KbGlzdApxAoVScQMoSwBdcQQoTXkCTUYHTRYKZUsBXXEFKEsC" +
    "TYwCTY4CZXUu",
);
// Python 3's pickle.dumps, protocol 2, of {"a": [1, -1, 300, 70000, 2.5, None, True, False, 2^40, -2^40], "t": ((), (1,),
// (1, 2), (1, 2, 3), (1, 2, 3, 4)), "é": "x", "s": [l, l]} where l is one list, [7].
const PLAIN = Uint8Array.fromBase64(
  "gAJ9cQAoWAEAAABhcQFdcQIoSwFK/////00sAUpwEQEAR0AEAAAAAAAAToiJigYAAAAAAAGKBgAAAAAA/2VYAQAAAHRxAygpSwGFcQRL" +
    "AUsChnEFSwFLAksDh3EGKEsBSwJLA0sEdHEHdHEIWAIAAADDqXEJWAEAAAB4cQpYAQAAAHNxC11xDChdcQ1LB2FoDWV1Lg==",
);

Deno.test("readPickle reads the arrays, sparse rows and dictionaries of Planetoid", () => {
  assertEquals(readPickle(CSR), {
    type: "csr_matrix",
    shape: [2, 3],
    indptr: Int32Array.of(0, 2, 3),
    indices: Int32Array.of(0, 2, 1),
    data: Float32Array.of(1, 0.5, -2),
  });
  assertEquals(readPickle(ARRAY), {
    type: "ndarray",
    dtype: "i4",
    shape: [2, 3],
    values: Int32Array.of(1, 0, 0, 0, -7, 2 ** 20),
  });
  assertEquals(readPickle(GRAPH), new Map([[0, [633, 1862, 2582]], [1, [2, 652, 654]]]));
});

Deno.test("readPickle reads plain values, shared ones once", () => {
  const value = readPickle(PLAIN);
  assert(value instanceof Map);
  assertEquals(value.get("a"), [1, -1, 300, 70000, 2.5, null, true, false, 2 ** 40, -(2 ** 40)]);
  assertEquals(value.get("t"), [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]);
  assertEquals(value.get("é"), "x");
  const shared = value.get("s");
  assert(Array.isArray(shared) && shared[0] === shared[1]);
});

/** A pickle of an array of the given type, as Python 2 writes it. */
function arrayOf(code: string, order: string, shape: number, bytes: readonly number[]): Uint8Array {
  const parts = [
    "\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R",
    `(K\x01K${String.fromCharCode(shape)}\x85cnumpy\ndtype\nU\x02${code}K\x00K\x01\x87R`,
    `(K\x03U\x01${order}NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89`,
    `U${String.fromCharCode(bytes.length, ...bytes)}tb.`,
  ];
  return Uint8Array.from(parts.join(""), (letter) => letter.charCodeAt(0));
}

Deno.test("readPickle reads every type of element in either byte order", () => {
  const read = (
    code: string,
    order: string,
    bytes: readonly number[],
    shape = 1,
  ) => [...(readPickle(arrayOf(code, order, shape, bytes)) as PickledArray).values];
  const minusTwo = (size: number) => [0xfe, ...Array<number>(size - 1).fill(0xff)];
  for (const size of [1, 2, 4, 8]) {
    assertEquals(read(`i${size}`, "<", minusTwo(size)), [-2]);
    assertEquals(read(`i${size}`, ">", minusTwo(size).toReversed()), [-2]);
  }
  assertEquals(read("u1", "|", [0xfe, 1], 2), [254, 1]);
  assertEquals(read("b1", "|", [0, 1], 2), [0, 1]);
  assertEquals(read("u2", "<", [0xfe, 0xff]), [0xfffe]);
  assertEquals(read("u4", "<", minusTwo(4)), [0xfffffffe]);
  assertEquals(read("u8", "<", [1, 0, 0, 0, 1, 0, 0, 0]), [2 ** 32 + 1]);
  assertEquals(read("f4", ">", [0x40, 0x49, 0x0f, 0xdb]), [Math.fround(Math.PI)]);
  assertEquals(read("f8", ">", [0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18]), [Math.PI]);
  const refuses = (file: Uint8Array, message: string) =>
    assertThrows(() => readPickle(file), MalformedFileError, `Cannot read a pickle: expected ${message}`);
  refuses(arrayOf("u8", "<", 1, minusTwo(8)), "integers below 2^53, got 18446744073709551614");
  refuses(arrayOf("O8", "|", 1, minusTwo(8)), "elements that are numbers, got |O8");
  refuses(arrayOf("i4", "=", 1, minusTwo(4)), "elements that are numbers, got =i4");
  refuses(arrayOf("i4", "<", 2, minusTwo(4)), "2 elements of 4 bytes, got 4 bytes");
});

const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

Deno.test("readPickle refuses by name whatever is not plain data", () => {
  const refuses = (text: string, message: string) =>
    assertThrows(
      () => readPickle(ascii(text)),
      MalformedFileError,
      `Cannot read a pickle: expected ${message}`,
    );
  refuses("\x80\x02cos\nsystem\nU\x02ls\x85R.", "a global among numpy ndarray, ");
  refuses("\x80\x02c__builtin__\neval\nU\x011\x85R.", "a global among numpy ndarray, ");
  refuses(
    "\x80\x02cnumpy\nndarray\n)R.",
    "an array, an element type, sparse rows or a dictionary of lists, got numpy",
  );
  refuses("\x80\x02c__builtin__\nlist\n.", "data, got __builtin__ list");
  refuses("\x80\x02(ios\nsystem\n.", "opcodes of plain data, got INST at 3");
  refuses("\x80\x02U\x01xQ.", "opcodes of plain data, got BINPERSID at 5");
  refuses("\x80\x02\x82\x01.", "opcodes of plain data, got EXT1 at 2");
  refuses("\x80\x02\xf0.", "opcodes of plain data, got 0xf0 at 2");
  refuses("\x80\x04\x95", "protocol 2, got 4");
  refuses("(lp0\n.", "an opcode PROTO at the start");
  refuses("\x80\x02N", "1 bytes at 3, got 0");
  refuses("\x80\x02N.N", "one value, got 1 bytes behind it");
  refuses("\x80\x02NN.", "one value at the end");
  refuses("\x80\x02(N.", "one value at the end");
  refuses("\x80\x02.", "one value at the end");
  refuses("\x80\x02a.", "a value on the stack, got none");
  refuses("\x80\x02NNa.", "a list to append to");
  refuses("\x80\x02}(Nu.", "a dictionary, and keys with values");
  refuses("\x80\x02}]Ns.", "keys that are numbers or texts");
  refuses("\x80\x02t.", "a mark on the stack, got none");
  refuses("\x80\x02h\x05.", "a slot of the memo that is used, got 5");
  refuses("\x80\x02T\xff\xff\xff\xff.", "-1 bytes at 7");
  refuses("\x80\x02X\x01\x00\x00\x00\xff.", "text in UTF-8");
  refuses("\x80\x02\x8a\x09123456789.", "integers of at most 8 bytes, got 9");
  refuses("\x80\x02\x8a\x0812345678.", "integers below 2^53");
});

Deno.test("readPickle refuses values within themselves and deep ones, and holds to its limits", () => {
  const refuses = (bytes: Uint8Array, message: string, limits = {}) =>
    assertThrows(
      () => readPickle(bytes, limits),
      MalformedFileError,
      `Cannot read a pickle: expected ${message}`,
    );
  refuses(ascii("\x80\x02]q\x01h\x01a."), "values that do not contain themselves");
  refuses(
    ascii("\x80\x02" + "]".repeat(100_000) + "a".repeat(99_999) + "."),
    "values nested at most 100 deep",
  );
  refuses(
    ascii("\x80\x02" + "(".repeat(10_000) + "t".repeat(10_000) + "."),
    "values nested at most 100 deep",
  );
  refuses(ARRAY, "at most 10 members or rows", { items: 10 });
  refuses(ARRAY, "at most 23 bytes of content", { bytes: 23 });
  assertEquals(readPickle(ARRAY, { bytes: 24 }), readPickle(ARRAY));
});

Deno.test("readPickle checks that sparse rows hold together", () => {
  const at = (text: string) => new TextDecoder("latin1").decode(CSR).indexOf(text);
  const refuses = (position: number, byte: number, message: string) =>
    assertThrows(
      () => readPickle(CSR.with(position, byte)),
      MalformedFileError,
      `Cannot read a pickle: expected ${message}`,
    );
  const indptr = at("\0\0\0\0\x02\0\0\0\x03\0\0\0");
  refuses(indptr, 1, "2 rows from 0");
  refuses(indptr + 4, 4, "rows in their order");
  refuses(indptr + 8, 2, "2 columns and elements, got 3 and 3");
  refuses(at("\0\0\0\0\x02\0\0\0\x01\0\0\0") + 4, 3, "columns below 3, got 3");
});

testMutations("readPickle", (bytes) => readPickle(bytes, { bytes: 1 << 20 }), [CSR, ARRAY, GRAPH, PLAIN]);
