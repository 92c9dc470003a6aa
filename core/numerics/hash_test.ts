import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { f32FromBits } from "./float_bits.ts";
import { hashTensor, hashTree } from "./hash.ts";

async function sha256(...parts: (string | number[])[]): Promise<string> {
  const bytes = parts.flatMap((part) =>
    typeof part === "string" ? [...new TextEncoder().encode(part)] : part
  );
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test("hashTensor hashes dtype, shape and little-endian bytes", async () => {
  const floats = { dtype: "f32", shape: [1, 2], values: Float32Array.of(1, -0) } as const;
  assertEquals(hashTensor(floats), await sha256("f32[1,2]\n", [0, 0, 0x80, 0x3f, 0, 0, 0, 0x80]));
  const words = { dtype: "i32", shape: [], values: Int32Array.of(-2) } as const;
  assertEquals(hashTensor(words), await sha256("i32[]\n", [0xfe, 0xff, 0xff, 0xff]));
  const bytes = { dtype: "u8", shape: [0, 3], values: new Uint8Array(0) } as const;
  assertEquals(hashTensor(bytes), await sha256("u8[0,3]\n"));
});

Deno.test("hashTensor makes NaN canonical and reads views", async () => {
  const buffer = Uint32Array.of(7, 0xffc12345, 0x3f800000).buffer;
  const values = new Float32Array(buffer, 4, 2);
  const expected = await sha256("f32[2]\n", [0, 0, 0xc0, 0x7f, 0, 0, 0x80, 0x3f]);
  assertEquals(hashTensor({ dtype: "f32", shape: [2], values }), expected);
  assertEquals(
    hashTensor({ dtype: "f32", shape: [2], values: Float32Array.of(f32FromBits(0x7f800001), 1) }),
    expected,
  );
  // hashing leaves the values as they were
  assertEquals(new Uint32Array(buffer)[1], 0xffc12345);
});

Deno.test("hashTensor refuses what does not fit", () => {
  assertThrows(
    () => hashTensor({ dtype: "f32", shape: [3], values: new Float32Array(2) }),
    RangeError,
    "expected 3 values for [3], got 2",
  );
  assertThrows(
    () => hashTensor({ dtype: "u32", shape: [1], values: new Int32Array(1) }),
    TypeError,
    "expected u32 values, got Int32Array",
  );
});

Deno.test("hashTree sorts paths and covers them", async () => {
  const a = { dtype: "u8", shape: [1], values: Uint8Array.of(1) } as const;
  const b = { dtype: "u8", shape: [1], values: Uint8Array.of(2) } as const;
  const tree = hashTree({ "b/w": b, "a/w": a });
  assertEquals(Object.keys(tree.tensors), ["a/w", "b/w"]);
  assertEquals(tree.tensors["b/w"], hashTensor(b));
  assertEquals(tree.sha256, await sha256(`"a/w" ${hashTensor(a)}\n"b/w" ${hashTensor(b)}\n`));
  assertNotEquals(hashTree({ "a/v": a }).sha256, hashTree({ "a/w": a }).sha256);
});
