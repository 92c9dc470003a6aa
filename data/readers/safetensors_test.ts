import { assertEquals, assertThrows } from "@std/assert";
import type { HostTree } from "@verbatim/core";
import { safetensors } from "@jax-js/loaders";
import fc from "fast-check";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { encodeSafetensors } from "../encode_safetensors.ts";
import { readSafetensors } from "./safetensors.ts";

const TREE: HostTree = {
  "c1/b": { dtype: "f32", shape: [], values: Float32Array.of(-0) },
  "c1/w": { dtype: "f32", shape: [2, 3], values: Float32Array.of(1, -2, 3e-45, Infinity, NaN, 0.1) },
  empty: { dtype: "i32", shape: [0, 7], values: new Int32Array() },
  mask: { dtype: "u8", shape: [3], values: Uint8Array.of(0, 255, 7) },
  rows: { dtype: "u32", shape: [2], values: Uint32Array.of(0, 0xffffffff) },
  signs: { dtype: "i32", shape: [1, 1], values: Int32Array.of(-0x80000000) },
};

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** A file with this header, whose text may be anything, and content. */
function file(header: unknown, content: readonly number[] = []): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, text.length, true);
  return joined([length, text, Uint8Array.from(content)]);
}

Deno.test("safetensors: the bytes of a small file", () => {
  const tensors = {
    b: { dtype: "u8", shape: [2], values: Uint8Array.of(5, 6) },
    a: { dtype: "u8", shape: [], values: Uint8Array.of(4) },
    w: { dtype: "f32", shape: [1], values: Float32Array.of(1) },
  } as const;
  const text = '{"__metadata__":{"k":"v"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
    '"a":{"dtype":"U8","shape":[],"data_offsets":[4,5]},"b":{"dtype":"U8","shape":[2],"data_offsets":[5,7]}}';
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8);
  assertEquals(
    joined(encodeSafetensors(tensors, { k: "v" })),
    joined([
      Uint8Array.of(padded.length, 0, 0, 0, 0, 0, 0, 0),
      new TextEncoder().encode(padded),
      Uint8Array.of(0, 0, 0x80, 0x3f, 4, 5, 6),
    ]),
  );
});

Deno.test("safetensors: an independent reader reads what is written", () => {
  const { tensors, metadata } = safetensors.parse(joined(encodeSafetensors(TREE, { experiment: "lenet" })));
  assertEquals(metadata, { experiment: "lenet" });
  assertEquals(Object.keys(tensors).toSorted(), Object.keys(TREE));
  for (const [name, { shape, values }] of Object.entries(TREE)) {
    assertEquals(tensors[name]!.shape, shape);
    assertEquals(tensors[name]!.data, values);
  }
});

Deno.test("safetensors: what is written is read again, whatever the names", () => {
  const names = fc.uniqueArray(fc.string({ unit: "binary" }).filter((name) => name !== "__metadata__"));
  const property = fc.property(names, fc.dictionary(fc.string(), fc.string()), (names, metadata) => {
    const leaves = Object.values(TREE);
    const tensors = Object.fromEntries(names.map((name, i) => [name, leaves[i % leaves.length]!]));
    const read = readSafetensors(joined(encodeSafetensors(tensors, metadata)));
    assertEquals(Object.entries(read.tensors).toSorted(), Object.entries(tensors).toSorted());
    assertEquals(Object.entries(read.metadata).toSorted(), Object.entries(metadata).toSorted());
  });
  fc.assert(property, { seed: 5, numRuns: 200 });
});

Deno.test("safetensors: short floating-point numbers have the values of the engine's own", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const content = new Uint8Array(bits.buffer);
  const read = (dtype: string) => {
    const header = { x: { dtype, shape: [65536], data_offsets: [0, content.length] } };
    return Array.from(readSafetensors(joined([file(header), content])).tensors["x"]!.values);
  };
  assertEquals(read("F16"), Array.from(new Float16Array(bits.buffer)));
  assertEquals(
    read("BF16"),
    Array.from(new Float32Array(Uint32Array.from(bits, (word) => word << 16).buffer)),
  );
});

Deno.test("safetensors: other types become those of tensors, or are refused", () => {
  const read = (dtype: string, shape: readonly number[], ...content: number[]) =>
    readSafetensors(file({ x: { dtype, shape, data_offsets: [0, content.length] } }, content)).tensors["x"];
  assertEquals(read("I8", [1], 0xff), { dtype: "i32", shape: [1], values: Int32Array.of(-1) });
  assertEquals(read("U16", [1], 1, 2), { dtype: "u32", shape: [1], values: Uint32Array.of(513) });
  assertEquals(read("I64", [], 0xfe, ...new Array<number>(7).fill(0xff)), {
    dtype: "i32",
    shape: [],
    values: Int32Array.of(-2),
  });
  assertEquals(read("F64", [1], 0, 0, 0, 0, 0, 0, 0xf0, 0x3f), {
    dtype: "f32",
    shape: [1],
    values: Float32Array.of(1),
  });
  assertEquals(read("BOOL", [2], 1, 0), { dtype: "u8", shape: [2], values: Uint8Array.of(1, 0) });
  assertThrows(() => read("BOOL", [1], 2), MalformedFileError, "expected booleans of 0 and 1, got 2");
  assertThrows(
    () => read("U64", [1], 0, 0, 0, 0, 1, 0, 0, 0),
    MalformedFileError,
    "whole numbers of 32 bits",
  );
  assertThrows(() => read("F8_E4M3", [1], 0), MalformedFileError, 'F16 as dtype of "x"');
});

Deno.test("safetensors: a file that is none is refused", () => {
  const refused = (bytes: Uint8Array, expected: string) =>
    assertThrows(() => readSafetensors(bytes), MalformedFileError, expected);
  const x = (begin: number, end: number) => ({
    dtype: "U8",
    shape: [end - begin],
    data_offsets: [begin, end],
  });
  refused(new Uint8Array(7), "the length of the header in 8 bytes, got 7");
  refused(new Uint8Array(8).fill(255), "a header of at most 100000000 bytes");
  refused(file("{}").subarray(0, 9), "a header of 2 bytes, got 1");
  refused(file("{]"), "JSON in UTF-8");
  refused(file("[]"), "an object as the header");
  refused(file({ a: x(1, 2) }, [0, 0]), 'a tensor that begins at byte 0, got "a" at 1');
  refused(file({ a: x(0, 2), b: x(1, 3) }, [0, 0, 0]), 'a tensor that begins at byte 2, got "b" at 1');
  refused(file({ a: x(0, 2) }, [0, 0, 0]), "2 bytes of tensors, got 3");
  refused(file({ a: { ...x(0, 2), shape: [3] } }, [0, 0]), '3 bytes of "a"');
  refused(file({ a: { ...x(0, 2), shape: [-2] } }, [0, 0]), 'a shape of "a"');
  refused(file({ a: { ...x(0, 2), shape: new Array(33).fill(1) } }, [0, 0]), 'a shape of "a"');
  refused(file({ __metadata__: { k: 3 } }), 'a text as metadata "k", got number');
  assertThrows(
    () => readSafetensors(file({ a: x(0, 9) }, new Array(9).fill(0)), { bytes: 8 }),
    MalformedFileError,
    "at most 8 bytes",
  );
  assertThrows(
    () => encodeSafetensors({ a: { dtype: "u8", shape: [2], values: new Uint8Array(1) } }),
    RangeError,
    'expected 2 values of [2] under a name but __metadata__, got 1 of "a"',
  );
});

testMutations("readSafetensors", readSafetensors, [
  joined(encodeSafetensors(TREE, { experiment: "lenet" })),
  joined(encodeSafetensors({ w: TREE["c1/w"]! })),
]);
