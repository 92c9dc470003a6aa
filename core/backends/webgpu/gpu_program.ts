import type { DeviceBuffer, KernelProgram } from "../backend.ts";
import { type BoundKernel, enqueue, type Rooms } from "./bound_kernel.ts";
import type { GpuBlock, GpuBuffer } from "./gpu_memory.ts";
import type { GpuQueue } from "./gpu_queue.ts";
import type { LoadedKernel } from "./kernel_loader.ts";
import type { GpuCall } from "./split_product_map.ts";
import type { SlotPattern } from "./slot_pattern.ts";

/** What a program needs of its backend. */
export interface GpuProgramHost {
  /** @throws {TypeError} if it is not a buffer in use. */
  own(buffer: DeviceBuffer): GpuBuffer;
  allocate(bytes: number): GpuBlock;
  free(block: GpuBlock): void;
  load(
    call: GpuCall,
    inputs: readonly GpuBuffer[],
    outputs: readonly GpuBuffer[],
  ): { readonly loaded: LoadedKernel; readonly pattern: SlotPattern };
  bind(
    loaded: LoadedKernel,
    pattern: SlotPattern,
    inputs: readonly GpuBuffer[],
    outputs: readonly GpuBuffer[],
    temporary: Rooms["temporary"],
  ): BoundKernel;
  queue(): GpuQueue;
}

interface Step {
  readonly call: GpuCall;
  /** The indices of the parameters among its operands. */
  readonly parameters: readonly number[];
  bound: BoundKernel | undefined;
  /** The buffers of its parameters when it was bound. */
  last: readonly DeviceBuffer[];
}

/**
 * Kernels whose buffers are bound once. A kernel that reads a parameter is bound again when the parameter's buffer is
 * another than at the run before.
 */
export class GpuProgram implements KernelProgram {
  readonly #host: GpuProgramHost;
  readonly #steps: readonly Step[];
  readonly #blocks: GpuBlock[] = [];

  constructor(host: GpuProgramHost, calls: readonly GpuCall[]) {
    this.#host = host;
    this.#steps = calls.map((call): Step => {
      const parameters = call.inputs.filter((input) => typeof input === "number");
      return { call, parameters: [...new Set(parameters)], bound: undefined, last: [] };
    });
    try {
      for (const step of this.#steps) {
        if (step.parameters.length === 0) step.bound = this.#bind(step.call, []);
      }
    } catch (error) {
      this.release();
      throw error;
    }
  }

  run(parameters: readonly DeviceBuffer[]): void {
    const queue = this.#host.queue();
    for (const step of this.#steps) {
      const { bound, last, parameters: read } = step;
      if (bound === undefined || read.some((index, i) => parameters[index] !== last[i])) {
        step.bound = this.#bind(step.call, parameters);
        step.last = read.map((index) => parameters[index]!);
      } else for (const index of read) this.#host.own(parameters[index]!);
      enqueue(queue, step.bound!);
    }
  }

  release(): void {
    for (const block of this.#blocks) this.#host.free(block);
    this.#blocks.length = 0;
  }

  #bind(call: GpuCall, parameters: readonly DeviceBuffer[]): BoundKernel {
    const host = this.#host;
    const inputs = call.inputs.map((input) =>
      host.own(typeof input === "number" ? parameters[input]! : input)
    );
    const outputs = call.outputs.map((output) => host.own(output));
    const { loaded, pattern } = host.load(call, inputs, outputs);
    return host.bind(loaded, pattern, inputs, outputs, this.#temporary(loaded.temporaryBytes));
  }

  /** Kernels run one after the other, so one temporary serves all. */
  #temporary(bytes: number): GpuBlock | undefined {
    if (bytes === 0) return undefined;
    const latest = this.#blocks.at(-1);
    if (latest !== undefined && latest.size >= bytes) return latest;
    const block = this.#host.allocate(bytes);
    this.#blocks.push(block);
    return block;
  }
}
