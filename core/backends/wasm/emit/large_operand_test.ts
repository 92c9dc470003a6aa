import { assertEquals } from "@std/assert";
import { PAGE_BYTES } from "../../../assembler/mod.ts";
import type { Kernel } from "../../../kernels/kernel.ts";
import { makeMemory } from "../memory.ts";
import { phaseArgument } from "../phase_entry.ts";
import { emitKernel } from "./emitters.ts";

Deno.test("kernels with 64-bit addresses reach every element of an operand larger than 4 GiB", () => {
  const size = 2 ** 30 + 1000;
  const [args, out, index, source] = [64, 4096, 8192, PAGE_BYTES];
  const pages = Math.ceil((source + 4 * size + 64) / PAGE_BYTES);
  const memory = makeMemory(pages, "i64");
  const values = new Float32Array(memory.buffer, source, size);
  // Places that 32 bits of an address do not tell apart.
  for (let i = 0; i < 10; i++) {
    values[i] = i;
    values[2 ** 30 + i] = 100 + i;
  }
  const run = (kernel: Kernel, pointers: readonly number[], results: number) => {
    new BigUint64Array(memory.buffer, args).set(pointers.map(BigInt));
    const { module, phases } = emitKernel(kernel, { pages, addresses: "i64" });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory } });
    for (const { name, units } of phases) {
      (exports[name] as (...words: number[]) => void)(phaseArgument("i64", args), 0, units, 0);
    }
    return [...new Float32Array(memory.buffer, out, results)];
  };

  new Uint32Array(memory.buffer, index).set([2 ** 30 + 7, 0, 2 ** 30, 8]);
  const gather = { family: "gather", dtype: "f32", batch: 1, size, count: 4, slice: 1 } as const;
  assertEquals(run(gather, [source, index, out], 4), [107, 0, 100, 8]);

  // Constant offsets, and strides that units and loops multiply.
  const copied = (shape: number[], inputStrides: number[], inputOffset: number, outputStrides: number[]) => {
    const region = { input: 0, shape, inputOffset, inputStrides, outputOffset: 0, outputStrides };
    return run(
      { family: "copy", dtype: "f32", inputs: [size], length: 6, regions: [region] },
      [source, out],
      6,
    );
  };
  assertEquals(copied([6], [1], 2 ** 30 + 2, [1]), [102, 103, 104, 105, 106, 107]);
  assertEquals(copied([2, 3], [2 ** 30, 1], 5, [3, 1]), [5, 6, 7, 105, 106, 107]);
  assertEquals(copied([3, 2], [1, 2 ** 30], 5, [2, 1]), [5, 105, 6, 106, 7, 107]);
  assertEquals(copied([2, 3], [-(2 ** 30), -1], 2 ** 30 + 7, [3, 1]), [107, 106, 105, 7, 6, 5]);
});
