import { kernelInputs, kernelKey, kernelOutputs, validateKernel } from "../../kernels/families.ts";
import type { Kernel, Slot } from "../../kernels/kernel.ts";
import { BYTES_PER_ELEMENT, type Dtype, type HostArray } from "../../numerics/dtype.ts";
import type { Backend, DeviceBuffer } from "../backend.ts";
import { emitKernel } from "./emitters.ts";
import { type Block, WasmMemory } from "./memory.ts";
import type { WasmKernel, WasmPhase } from "./wasm_kernel.ts";

/** The exported function of a phase. */
type PhaseFunction = (args: number, begin: number, end: number, scratch: number) => void;

/** A kernel that is ready to run. */
interface Compiled {
  readonly emitted: WasmKernel;
  readonly phases: readonly (WasmPhase & { readonly run: PhaseFunction })[];
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
}

/** What `WasmBackend.create` may be told. */
export interface WasmBackendOptions {
  /** Threads that compute, the caller's included. */
  readonly workers?: number;
  /** Size of the memory. Pages that are never touched cost nothing. */
  readonly bytes?: number;
}

class WasmBuffer implements DeviceBuffer {
  freed = false;
  constructor(
    readonly owner: WasmBackend,
    readonly dtype: Dtype,
    readonly length: number,
    readonly block: Block,
  ) {}
}

/** Computes with WebAssembly SIMD kernels, emitted for each shape. */
export class WasmBackend implements Backend {
  readonly name = "wasm";
  readonly workers: number;
  readonly #memory: WasmMemory;
  readonly #byKernel = new WeakMap<Kernel, Compiled>();
  readonly #byKey = new Map<string, Compiled>();
  #args: Block;
  #temporary: Block;
  #scratch: Block;
  #closed = false;

  private constructor(workers: number, bytes: number) {
    this.workers = workers;
    this.#memory = new WasmMemory(bytes);
    this.#args = this.#memory.allocate(4096);
    this.#temporary = this.#memory.allocate(64);
    this.#scratch = this.#memory.allocate(64);
  }

  /** Makes a backend with its own memory and workers. */
  static create({ workers = 1, bytes = 2 ** 30 }: WasmBackendOptions = {}): Promise<WasmBackend> {
    return Promise.resolve(new WasmBackend(workers, bytes));
  }

  allocate(dtype: Dtype, length: number): DeviceBuffer {
    this.#checkOpen();
    return new WasmBuffer(this, dtype, length, this.#memory.allocate(length * BYTES_PER_ELEMENT[dtype]));
  }

  free(buffer: DeviceBuffer): void {
    const own = this.#own(buffer);
    own.freed = true;
    this.#memory.free(own.block);
  }

  write(buffer: DeviceBuffer, values: HostArray): void {
    const { dtype, length, block } = this.#own(buffer);
    const target = this.#memory.view(dtype, block.address, length);
    if (values.constructor !== target.constructor || values.length !== length) {
      throw new RangeError(
        `Cannot write: expected ${target.constructor.name} of length ${length}, got ${values.constructor.name} of length ${values.length}`,
      );
    }
    target.set(values);
  }

  read(buffer: DeviceBuffer): Promise<HostArray> {
    const { dtype, length, block } = this.#own(buffer);
    return Promise.resolve(this.#memory.view(dtype, block.address, length).slice());
  }

  run(kernel: Kernel, inputs: readonly DeviceBuffer[], outputs: readonly DeviceBuffer[]): void {
    const compiled = this.#byKernel.get(kernel) ?? this.#compile(kernel);
    const { emitted, phases } = compiled;
    let pointer = this.#args.address;
    pointer = this.#pass(compiled.inputs, inputs, pointer, kernel);
    pointer = this.#pass(compiled.outputs, outputs, pointer, kernel);
    if (emitted.temporaryBytes > 0) {
      this.#temporary = this.#grown(this.#temporary, emitted.temporaryBytes);
      this.#memory.storePointer(pointer, this.#temporary.address);
    }
    if (emitted.scratchBytes > 0) this.#scratch = this.#grown(this.#scratch, emitted.scratchBytes);
    for (const { run, units } of phases) run(this.#args.address, 0, units, this.#scratch.address);
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #pass(
    slots: readonly Slot[],
    buffers: readonly DeviceBuffer[],
    pointer: number,
    kernel: Kernel,
  ): number {
    if (buffers.length !== slots.length) {
      throw new RangeError(
        `Cannot run ${kernel.family}: expected ${slots.length} operands or results, got ${buffers.length}`,
      );
    }
    for (let i = 0; i < slots.length; i++) {
      const { dtype, length, block } = this.#own(buffers[i]!);
      const slot = slots[i]!;
      if (dtype !== slot.dtype || length !== slot.length) {
        throw new RangeError(
          `Cannot run ${kernel.family}: expected ${slot.dtype}[${slot.length}], got ${dtype}[${length}]`,
        );
      }
      this.#memory.storePointer(pointer, block.address);
      pointer += 4;
    }
    return pointer;
  }

  #compile(kernel: Kernel): Compiled {
    const key = kernelKey(kernel);
    let compiled = this.#byKey.get(key);
    if (compiled === undefined) {
      validateKernel(kernel);
      const emitted = emitKernel(kernel, { pages: this.#memory.pages });
      const instance = new WebAssembly.Instance(new WebAssembly.Module(emitted.module), {
        env: { memory: this.#memory.memory },
      });
      compiled = {
        emitted,
        phases: emitted.phases.map((phase) => ({
          ...phase,
          run: instance.exports[phase.name] as PhaseFunction,
        })),
        inputs: kernelInputs(kernel),
        outputs: kernelOutputs(kernel),
      };
      this.#byKey.set(key, compiled);
    }
    this.#byKernel.set(kernel, compiled);
    return compiled;
  }

  #grown(block: Block, bytes: number): Block {
    if (block.bytes >= bytes + 64) return block;
    this.#memory.free(block);
    return this.#memory.allocate(bytes);
  }

  #own(buffer: DeviceBuffer): WasmBuffer {
    this.#checkOpen();
    if (!(buffer instanceof WasmBuffer) || buffer.owner !== this) {
      throw new TypeError("Cannot use a buffer: expected one of this backend");
    }
    if (buffer.freed) throw new Error("Cannot use a buffer: it was freed");
    return buffer;
  }

  #checkOpen(): void {
    if (this.#closed) throw new Error("Cannot use the backend: it was closed");
  }
}
