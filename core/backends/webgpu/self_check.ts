import { kernelInputs, kernelKey, kernelOutputs, runReference } from "../../kernels/families.ts";
import type { Kernel } from "../../kernels/kernel.ts";
import { BYTES_PER_ELEMENT, type HostArray, viewAs } from "../../numerics/dtype.ts";
import { firstDifference } from "../conformance/first_difference.ts";
import type { GpuDevice } from "./adapter.ts";
import type { GpuRange } from "./gpu_memory.ts";
import { InexactKernelError } from "./webgpu_errors.ts";

/** Bytes of the buffers in which results wait to be looked at. */
const CHUNK_BYTES = 0x40000;

interface Pending {
  readonly kernel: Kernel;
  readonly inputs: readonly HostArray[];
  readonly output: number;
  readonly chunk: GPUBuffer;
  readonly offset: number;
}

/**
 * Results of small kernels that wait to be compared with the reference. They are compared before any value is read: what
 * an inexact pipeline computed is never seen.
 */
export class SelfCheck {
  #pending: Pending[] = [];
  #chunk: GPUBuffer | undefined;
  #used = 0;
  #checking: Promise<void> = Promise.resolve();
  /** What was found and not thrown. */
  readonly found: string[] = [];

  /** @param tolerant Whether differences are noted instead of thrown. */
  constructor(readonly gpu: GpuDevice, readonly tolerant: boolean) {}

  /** Room for the result of a small kernel; it is to be copied there before the next `verify`. */
  expect(kernel: Kernel, inputs: readonly HostArray[], output: number): GpuRange {
    const { dtype, length } = kernelOutputs(kernel)[output]!;
    const size = 4 * Math.ceil(length * BYTES_PER_ELEMENT[dtype] / 4);
    if (this.#chunk === undefined || this.#used + size > CHUNK_BYTES) {
      this.#chunk = this.gpu.createBuffer(
        Math.max(size, CHUNK_BYTES),
        GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      );
      this.#used = 0;
    }
    const range = { buffer: this.#chunk, offset: this.#used, size };
    this.#used += Math.ceil(size / 8) * 8;
    this.#pending.push({ kernel, inputs, output, chunk: this.#chunk, offset: range.offset });
    return range;
  }

  /**
   * Compares all results that were expected and are handed to the driver.
   *
   * @throws {InexactKernelError} naming the kernel and the first difference.
   */
  verify(): Promise<void> {
    const pending = this.#pending;
    if (pending.length > 0) {
      this.#pending = [];
      this.#chunk = undefined;
      this.#checking = this.#checking.then(() => this.#compare(pending));
      // Whoever reads learns of a failure; it must not end the process before.
      this.#checking.catch(() => {});
    }
    return this.#checking;
  }

  async #compare(pending: readonly Pending[]): Promise<void> {
    const chunks = [...new Set(pending.map(({ chunk }) => chunk))];
    await Promise.all(chunks.map((chunk) => chunk.mapAsync(GPUMapMode.READ)));
    const copies = new Map(chunks.map((chunk) => [chunk, chunk.getMappedRange().slice(0)]));
    for (const chunk of chunks) chunk.destroy();
    for (const { kernel, inputs, output, chunk, offset } of pending) {
      const expected = kernelOutputs(kernel).map(({ dtype, length }) =>
        viewAs(dtype, new ArrayBuffer(length * BYTES_PER_ELEMENT[dtype]), 0, length)
      );
      runReference(kernel, inputs, expected);
      const { dtype, length } = kernelOutputs(kernel)[output]!;
      const message = firstDifference(viewAs(dtype, copies.get(chunk)!, offset, length), expected[output]!);
      if (message === undefined) continue;
      if (this.tolerant) {
        this.found.push(`${shortKey(kernel)}: a result ${message}`);
        continue;
      }
      throw new InexactKernelError(
        `Cannot compute exactly on ${this.gpu.name}: expected the reference's bits from a small kernel like those asked for, ` +
          `got a result that ${message}; the kernel: ${shortKey(kernel)}`,
      );
    }
  }
}

function shortKey(kernel: Kernel): string {
  const key = kernelKey(kernel);
  return key.length > 300 ? `${key.slice(0, 300)}... with ${kernelInputs(kernel).length} operands` : key;
}
