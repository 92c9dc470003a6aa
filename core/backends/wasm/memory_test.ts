import { assertEquals, assertThrows } from "@std/assert";
import { PAGE_BYTES } from "../../assembler/mod.ts";
import { OutOfMemoryError } from "../backend.ts";
import { WasmMemory } from "./memory.ts";

Deno.test("WasmMemory has 64-bit addresses above 4 GiB, or when told to", () => {
  const kinds = [2 ** 20, 2 ** 32 - PAGE_BYTES, 2 ** 32, 2 ** 34].map((bytes) => {
    const memory = new WasmMemory(bytes);
    assertEquals(memory.memory.buffer.byteLength, bytes);
    return memory.addresses;
  });
  assertEquals(kinds, ["i32", "i32", "i64", "i64"]);
  assertEquals(new WasmMemory(2 ** 20, "i64").addresses, "i64");
});

Deno.test("WasmMemory.storePointer writes both words of a pointer of 64 bits", () => {
  for (const [addresses, words] of [["i32", [7, 5, 9]], ["i64", [7, 5, 3]]] as const) {
    const memory = new WasmMemory(2 ** 20, addresses);
    const block = memory.allocate(12);
    const view = memory.view("u32", block.address, 3);
    view.set([7, 8, 9]);
    memory.storePointer(block.address + 4, addresses === "i64" ? 3 * 2 ** 32 + 5 : 5);
    assertEquals([...view], [...words]);
    assertEquals(memory.pointerBytes, addresses === "i64" ? 8 : 4);
  }
});

Deno.test("WasmMemory.copy keeps every bit, of single numbers and of NaN too", () => {
  const memory = new WasmMemory(2 ** 20);
  const { address } = memory.allocate(16);
  const bits = memory.view("u32", address, 4);
  // -0, a subnormal, the largest finite number, infinity, a NaN that signals with bits of its own
  for (const pattern of [0x80000000, 1, 0x7f7fffff, 0x7f800000, 0xff812345]) {
    bits.fill(pattern);
    for (const dtype of ["f32", "u32", "i32"] as const) {
      for (const length of [1, 3]) {
        const copy = memory.copy(dtype, address, length);
        bits.fill(7);
        assertEquals([...new Uint32Array(copy.buffer)], new Array(length).fill(pattern));
        bits.fill(pattern);
      }
    }
    assertEquals(memory.copy("u8", address + 1, 2), memory.view("u8", address + 1, 2).slice());
  }
});

Deno.test("WasmMemory says what to do when the machine has no room for it", () => {
  const { Memory } = WebAssembly;
  // A machine that has room for so little would not start a test.
  const none = function () {
    throw new RangeError("could not allocate memory");
  };
  Object.assign(WebAssembly, { Memory: none });
  try {
    for (const bytes of [2 ** 20, 2 ** 33]) {
      assertThrows(
        () => new WasmMemory(bytes),
        OutOfMemoryError,
        `Cannot make a memory of ${bytes} bytes: expected the machine to have room for it, ` +
          'got "could not allocate memory"; ask for less with createDevice({ bytes })',
      );
    }
  } finally {
    Object.assign(WebAssembly, { Memory });
  }
});
