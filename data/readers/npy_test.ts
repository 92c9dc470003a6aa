import { assertEquals, assertThrows } from "@std/assert";
import { unzlibSync, zipSync } from "fflate";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { readNpy, readNpz } from "./npy.ts";

/** Files by numpy 1.24 (`numpy.save`; v2 and v3 by `numpy.lib.format.write_array`), compressed by zlib. */
const FILES = {
  f4: "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkA65ZM2fu" +
    "O3vGB4jP7GUAAmNjaUcg3w4Ai54moA==",
  f8: "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkAy5jMLi8" +
    "f9ZMEDgJpXfuZ4CCNDBQdoDK2wMAd9gvyA==",
  i1: "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBek2morqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkA66///4z" +
    "JDIBACbvHwk=",
  i2: "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mkrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkA66////9" +
    "//+fgSGRgYkBANo1Icc=",
  i4: "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mirqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkA66/////" +
    "//cfAhiAIBGImYAYAMoyJ8M=",
  i8: "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkA66//yHg" +
    "339UwAAFiVCaCUoDAO2HM7s=",
  u1: "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBeU2qorqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkAy4GRibm" +
    "FFYAHW4cJw==",
  u2: "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuU2qkrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkAy4GBkYG" +
    "JgZmhhQGVgYAp1Yb6A==",
  u4: "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuU2qirqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkAy4GIGAE" +
    "YiYgZgbiFCBmBWIA89kb6g==",
  u8: "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuU2qhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkAy4GKGCE" +
    "0kxQmhlKp0BpVigNAI1+G+4=",
  bool:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBek2SorqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6CrUKFAAuRgZGAL1y" +
    "G5U=",
  scalar:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqaOgq1ChQBLgaGDw4Aurcc" +
    "aw==",
  empty:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RoGOgrGmjoKtQpkAy4AVesb" +
    "ag==",
  fortran:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mkrqOgnpZfVFKUmBefX5SSChIPKSpNBQoXZyQWpAK5GkY6CsY6CiaaOgq1CmQCLgYG" +
    "HgYWBgEGDgYRBkYGXgZWBkEGTgZRBiYGPgY2BiEGLgYxBmYGfgZ2BmEGbgZxBgCNVRx2",
  big:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBul2mirqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6CrUKFAAuBghgBGIm" +
    "AJ12G2I=",
  v2: "eNqb7BfqGxDJxFDCwMBQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQpkAy4GRgB2" +
    "lRtl",
  v3: "eNqb7BfqGxDJzFDCwMBQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQpkAy4GRgB3" +
    "ERtm",
  half:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2akrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6CrUKFAAuBgYGGwYH" +
    "APcKG9Q=",
  complex:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2yhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGOpo6CrUKFAAuBigAAC2P" +
    "G1k=",
  text:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuE2qkrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGOpo6CrUKFACuRAYGhiQg" +
    "BgApPRwI",
  struct:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupRCtoV6hrqOgbpNmoq4ZC2Sk5ReVFCXmxecXpaSCFLgl5hSnAsWLMxILUoF8DUMdTR2FWgXS" +
    "ARcDEAAA4MkcUw==",
  object:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBe46+uo6Cell9UUpSYF59flJIKEnZLzClOBYoXZyQWpAL5GoY6mjoKtQqUAK4G5uS80tyC" +
    "Sr3k/KJUvdzSnJLMxKKixEqu+KLU5Py84pKi0uQSrkIGiCquvBSIbCGjN0NrIZMzY1Ihc3shS1Ahq4Y3ozdjayEbVGFKSWVBKlch" +
    "ewQTAwODv0UhR2dHeyFnUCGXhjdzBCNQrKaQ28/Pz+s/EIAJb/uSQp6kzthCXr/EkkK+JD0AzFBQog==",
  wide:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGOpo6CrUKFAAuBgaGBiBm" +
    "AAAyuxvf",
  minus:
    "eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAuBgaGhv8Q" +
    "UA9kMwAAU1EjWA==",
};
/** `numpy.savez_compressed(f, x=np.arange(2, dtype="f4"), y=np.array([1], dtype="u1"))` */
const NPZ_COMPRESSED = Uint8Array.fromBase64(
  "UEsDBBQAAAAIAAAAIQDzBVMhSQAAAIgAAAAFABQAeC5ucHkBABAAiAAAAAAAAABJAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6l" +
    "oG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC4GMGiwBwBQSwMEFAAAAAgAAAAhAHuypsBFAAAA" +
    "gQAAAAUAFAB5Lm5weQEAEACBAAAAAAAAAEUAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNqqK6joJ6WX1RSlJgXn1+UkgoS" +
    "d0vMKU4FihdnJBakAvkahjqaOgq1ChQALkYAUEsBAhQDFAAAAAgAAAAhAPMFUyFJAAAAiAAAAAUAAAAAAAAAAAAAAIABAAAAAHgu" +
    "bnB5UEsBAhQDFAAAAAgAAAAhAHuypsBFAAAAgQAAAAUAAAAAAAAAAAAAAIABgAAAAHkubnB5UEsFBgAAAAACAAIAZgAAAPwAAAAA" +
    "AA==",
);
const file = (name: keyof typeof FILES) => unzlibSync(Uint8Array.fromBase64(FILES[name]));

Deno.test("readNpy reads every type that numpy saves as numbers, as a dtype of tensors", () => {
  // The array [[-3, -2, -1], [0, 97, 2]], a tenth of it for floating point, and [[0, 1, 2], [3, 100, 5]] if unsigned.
  const signed = [-3, -2, -1, 0, 97, 2];
  const unsigned = [0, 1, 2, 3, 100, 5];
  const expected = {
    f4: Float32Array.from(signed, (value) => value / 10),
    f8: Float32Array.from(signed, (value) => value / 10),
    i1: Int32Array.from(signed),
    i2: Int32Array.from(signed),
    i4: Int32Array.from(signed),
    i8: Int32Array.from(signed),
    u1: Uint8Array.from(unsigned),
    u2: Uint32Array.from(unsigned),
    u4: Uint32Array.from(unsigned),
    u8: Uint32Array.from(unsigned),
  };
  for (const [type, values] of Object.entries(expected) as [keyof typeof expected, Uint8Array][]) {
    assertEquals(readNpy(file(type)), { shape: [2, 3], values });
  }
  assertEquals(readNpy(file("bool")), { shape: [3], values: Uint8Array.of(1, 0, 1) });
});

Deno.test("readNpy reads all formats, both byte orders and both orders of elements", () => {
  assertEquals(readNpy(file("v2")), { shape: [2], values: Uint8Array.of(0, 1) });
  assertEquals(readNpy(file("v3")), { shape: [2], values: Uint8Array.of(0, 1) });
  assertEquals(readNpy(file("big")), { shape: [3], values: Int32Array.of(0, 1, 2) });
  assertEquals(readNpy(file("fortran")), {
    shape: [2, 3, 4],
    values: Int32Array.from({ length: 24 }, (_, i) => i),
  });
});

Deno.test("readNpy reads a single number, and nothing", () => {
  assertEquals(readNpy(file("scalar")), { shape: [], values: Float32Array.of(7.5) });
  assertEquals(readNpy(file("empty")), { shape: [0, 3], values: new Float32Array(0) });
});

Deno.test("readNpy keeps whole numbers of 64 bits only where 32 hold them", () => {
  assertEquals(readNpy(file("minus")).values, Int32Array.of(-(2 ** 31), 2 ** 31 - 1));
  assertThrows(
    () => readNpy(file("wide")),
    MalformedFileError,
    "Cannot read an npy file: expected whole numbers of 32 bits, got 2147483648 as element 0",
  );
});

/** A file of format 1 with a given header. */
function withHeader(header: string, elements: readonly number[] = []): Uint8Array {
  return Uint8Array.from([
    ...[0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length & 255, header.length >> 8],
    ...new TextEncoder().encode(header),
    ...elements,
  ]);
}

Deno.test("readNpy makes every NaN the canonical one", () => {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}";
  const { values } = readNpy(withHeader(header, [1, 0, 0x80, 0xff, 0, 0, 0x80, 0x3f]));
  assertEquals([...new Uint32Array(values.buffer)], [0x7fc00000, 0x3f800000]);
});

Deno.test("readNpy names what is wrong with a file", () => {
  const refuses = (bytes: Uint8Array, message: string) =>
    assertThrows(() => readNpy(bytes), MalformedFileError, `Cannot read an npy file: expected ${message}`);
  for (const name of ["half", "complex", "text", "object"] as const) {
    refuses(file(name), "numbers of type f4, f8, i1 to i8, u1 to u8 or b1, got ");
  }
  refuses(file("struct"), "a dictionary of numbers as the header, got ");
  refuses(new Uint8Array(5), "the magic string of numpy");
  refuses(file("f4").with(6, 4), "format 1, 2 or 3, got 4");
  refuses(file("f4").subarray(0, 6), "format 1, 2 or 3, got the end");
  refuses(file("f4").subarray(0, 100), "a header of 118 bytes, got 90");
  refuses(file("f4").with(9, 0xff), "a header of at most 10000 bytes, got 65398");
  refuses(file("f4").subarray(0, -1), "24 bytes of elements for shape [2, 3], got 23");
  refuses(new Uint8Array([...file("f4"), 0]), "24 bytes of elements for shape [2, 3], got 25");
  const entries = { descr: "'|u1'", fortran_order: "False", shape: "(1,)" };
  const header = (changed: Partial<typeof entries>) =>
    withHeader(
      `{${Object.entries({ ...entries, ...changed }).map(([key, value]) => `'${key}': ${value}`)}}\n`,
      [2],
    );
  assertEquals(readNpy(header({})).values, Uint8Array.of(2));
  refuses(header({ descr: "'|b1'" }), "booleans of 0 and 1, got 2");
  refuses(header({ descr: "'<u1'" }), "numbers of type");
  refuses(header({ descr: "'=u2'" }), "numbers of type");
  refuses(header({ shape: "[1]" }), "a dictionary of numbers as the header");
  refuses(header({ shape: "(1)" }), "a shape of at most 32 sizes");
  refuses(header({ shape: `(${"1,".repeat(33)})` }), "a shape of at most 32 sizes");
  refuses(header({ shape: "(90000000, 90000000)" }), "8100000000000000 bytes of elements");
  refuses(header({ shape: "'x'" }), "a header with shape, got");
  refuses(header({ fortran_order: "(1,)" }), "a header with fortran_order");
  refuses(withHeader("{'shape': (1,)}"), 'a header with descr, got "none"');
  refuses(withHeader("{'shape': (1,), 'shape': (1,)}"), "each entry of the header once, got 'shape'");
  refuses(withHeader("{'shape' (1,)}"), ': in the header, got "(1,)"');
  refuses(withHeader("{'shape': (1,)"), ', in the header, got "the end"');
  refuses(withHeader("{}}"), 'nothing after the dictionary, got "}"');
});

Deno.test("readNpy holds to its limits", () => {
  assertEquals(readNpy(file("i1"), { bytes: 24 }).shape, [2, 3]);
  assertThrows(
    () => readNpy(file("i1"), { bytes: 23 }),
    MalformedFileError,
    "at most 23 bytes of content, got more",
  );
});

Deno.test("readNpz reads the arrays of numpy.savez_compressed by their names", () => {
  assertEquals([...readNpz(NPZ_COMPRESSED)], [
    ["x", { shape: [2], values: Float32Array.of(0, 1) }],
    ["y", { shape: [1], values: Uint8Array.of(1) }],
  ]);
  assertThrows(
    () => readNpz(zipSync({ "a.txt": new Uint8Array(1) })),
    MalformedFileError,
    'members named "*.npy", got "a.txt"',
  );
});

testMutations("readNpy", (bytes) => readNpy(bytes, { bytes: 1 << 16 }), [
  file("f8"),
  file("v2"),
  file("fortran"),
  withHeader("{'descr':'<i2','fortran_order':True,'shape':(2,2)}", [0, 1, 2, 3, 4, 5, 6, 7]),
], {
  check: ({ shape, values }) =>
    assertEquals(shape.reduce((product, size) => product * size, 1), values.length),
});
