import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { OutOfMemoryError } from "./backend.ts";
import { Allocator, type Block } from "./allocator.ts";

const START = 65536;
const CAPACITY = 1 << 22;

Deno.test("Allocator gives aligned blocks that never overlap, and merges all it gets back", () => {
  const command = fc.oneof(
    fc.record({ take: fc.oneof(fc.nat(300), fc.nat(20_000), fc.nat(600_000)) }),
    fc.record({ giveBack: fc.nat(1000) }),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 300 }), (commands) => {
      const allocator = new Allocator(START, START + CAPACITY);
      const held: { block: Block; bytes: number }[] = [];
      let expected = 0;
      for (const step of commands) {
        if ("giveBack" in step) {
          if (held.length === 0) continue;
          const [gone] = held.splice(step.giveBack % held.length, 1);
          expected -= gone!.block.bytes;
          allocator.free(gone!.block);
        } else {
          let block: Block;
          try {
            block = allocator.allocate(step.take);
          } catch (error) {
            assert(error instanceof OutOfMemoryError);
            continue;
          }
          assertEquals(block.address % 64, 0);
          assert(block.bytes >= step.take + 64);
          assert(block.address >= START && block.address + block.bytes <= START + CAPACITY);
          for (const { block: other } of held) {
            assert(
              block.address >= other.address + other.bytes || other.address >= block.address + block.bytes,
            );
          }
          held.push({ block, bytes: step.take });
          expected += block.bytes;
        }
        assertEquals(allocator.inUse, expected);
      }
      for (const { block } of held) allocator.free(block);
      assertEquals(allocator.inUse, 0);
      // Everything is one piece again.
      assertEquals(allocator.allocate(CAPACITY - 64 - 8192).address, START);
    }),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("Allocator uses the memory freed last first", () => {
  const allocator = new Allocator(START, START + CAPACITY);
  const blocks = Array.from({ length: 6 }, () => allocator.allocate(4000));
  allocator.free(blocks[1]!);
  allocator.free(blocks[3]!);
  assertEquals(allocator.allocate(4000).address, blocks[3]!.address);
  assertEquals(allocator.allocate(4000).address, blocks[1]!.address);
});

Deno.test("Allocator keeps equal big neighbours apart in their low address bits", () => {
  const allocator = new Allocator(START, START + CAPACITY);
  const low = Array.from({ length: 4 }, () => allocator.allocate(262144).address % 4096);
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < i; j++) assert(Math.abs(low[i]! - low[j]!) >= 512);
  }
});

Deno.test("Allocator serves a long training's pattern without growing fragments", () => {
  const allocator = new Allocator(START, START + CAPACITY);
  const kept = [allocator.allocate(100_000), allocator.allocate(3000)];
  let highest = 0;
  for (let step = 0; step < 2000; step++) {
    const activations = [300_000, 17, 80_000, 1200 + step % 7, 500_000].map((bytes) =>
      allocator.allocate(bytes)
    );
    const end = Math.max(...activations.map(({ address, bytes }) => address + bytes));
    if (step < 4) highest = Math.max(highest, end);
    assert(end <= highest, `step ${step} reaches ${end}, the first four ${highest}`);
    const next = allocator.allocate(100_000);
    for (const block of activations) allocator.free(block);
    allocator.free(kept[0]!);
    kept[0] = next;
  }
});

Deno.test("Allocator refuses what it cannot do, with numbers", () => {
  const allocator = new Allocator(START, START + CAPACITY);
  const block = allocator.allocate(1000);
  assertThrows(
    () => allocator.allocate(CAPACITY),
    OutOfMemoryError,
    `Cannot allocate ${CAPACITY} bytes: expected room for them, got ${block.bytes} of ${CAPACITY} bytes in use`,
  );
  allocator.free(block);
  assertThrows(() => allocator.free(block), Error, "is not in use");
  const again = allocator.allocate(1000);
  assertEquals(again.address, block.address);
  assertThrows(() => allocator.free(block), Error, "is not in use");
  assertThrows(() => new Allocator(START, START + CAPACITY).free(again), Error, "is not in use");
});

Deno.test("Allocator refuses sizes beyond any memory, and is as it was", () => {
  const allocator = new Allocator(65536, 131072);
  for (const bytes of [2 ** 31, 2 ** 32, 2 ** 37, 2 ** 38 + 64, 2 ** 53, 2 ** 62, Infinity]) {
    assertThrows(() => allocator.allocate(bytes), OutOfMemoryError, `Cannot allocate ${bytes} bytes`);
    assertEquals(allocator.inUse, 0);
  }
  assertEquals(allocator.allocate(1).address, 65536);
});
