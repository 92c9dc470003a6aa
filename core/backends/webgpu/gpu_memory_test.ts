import { assert, assertEquals, assertThrows } from "@std/assert";
import { OutOfMemoryError } from "../backend.ts";
import { withoutAdapter } from "../../testing/graphics.ts";
import { GpuDevice } from "./adapter.ts";
import { GPU_ALIGNMENT, GpuMemory } from "./gpu_memory.ts";

const MEBIBYTE = 0x100000;

async function withMemory(test: (memory: GpuMemory) => void, bytes = Infinity): Promise<number> {
  const gpu = await GpuDevice.open();
  let flushes = 0;
  const memory = new GpuMemory(gpu, bytes, () => flushes++);
  try {
    test(memory);
    gpu.check();
  } finally {
    memory.close();
    gpu.close();
  }
  return flushes;
}

Deno.test({
  name: "GpuMemory puts arrays side by side into few buffers, where they do not overlap",
  ignore: withoutAdapter !== undefined,
  fn: async () => {
    await withMemory((memory) => {
      const blocks = [4, 1000, 70_000, 3 * MEBIBYTE, 1].map((bytes) => ({
        bytes,
        ...memory.allocate(bytes),
      }));
      assertEquals(new Set(blocks.map(({ buffer }) => buffer)).size, 1);
      for (const { offset, size, bytes } of blocks) {
        assertEquals([offset % GPU_ALIGNMENT, size % 4], [0, 0]);
        assert(size >= bytes);
      }
      const sorted = blocks.toSorted((a, b) => a.offset - b.offset);
      sorted.slice(1).forEach(({ offset }, i) => assert(sorted[i]!.offset + sorted[i]!.size <= offset));
      for (const block of blocks) memory.free(block);
      assertEquals(memory.inUse, 0);
    });
  },
});

Deno.test({
  name: "GpuMemory gives back buffers in which nothing lies, when it needs a larger one",
  ignore: withoutAdapter !== undefined,
  fn: async () => {
    const flushes = await withMemory((memory) => {
      const first = memory.allocate(80 * MEBIBYTE);
      const kept = memory.allocate(100);
      memory.free(first);
      memory.free(memory.allocate(120 * MEBIBYTE));
      assert(memory.reserved < 200 * MEBIBYTE);
      memory.allocate(40 * MEBIBYTE);
      memory.free(kept);
    });
    assertEquals(flushes, 1);
  },
});

Deno.test({
  name: "GpuMemory keeps to its limit and to the adapter's",
  ignore: withoutAdapter !== undefined,
  fn: async () => {
    await withMemory((memory) => {
      const block = memory.allocate(MEBIBYTE);
      assertThrows(() => memory.allocate(MEBIBYTE), OutOfMemoryError, "Cannot allocate 1048576 bytes");
      memory.free(block);
      memory.free(memory.allocate(MEBIBYTE));
    }, 2 * MEBIBYTE - 1);
    await withMemory((memory) => {
      const most = memory.gpu.device.limits.maxBufferSize;
      assertThrows(
        () => memory.allocate(most),
        OutOfMemoryError,
        `expected at most ${most}, the largest buffer of`,
      );
    });
  },
});
