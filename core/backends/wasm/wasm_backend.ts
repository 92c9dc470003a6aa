import { kernelInputs, kernelKey, kernelOutputs, validateKernel } from "../../kernels/families.ts";
import type { Kernel, Slot } from "../../kernels/kernel.ts";
import { BYTES_PER_ELEMENT, type Dtype, type HostArray } from "../../numerics/dtype.ts";
import type { Backend, DeviceBuffer, KernelCall, KernelProgram } from "../backend.ts";
import { checkAllocate, checkProgram, checkRun, checkView, checkWrite } from "../check_run.ts";
import { emitKernel } from "./emit/emitters.ts";
import { ALIGNMENT, type Block, SLACK } from "../allocator.ts";
import { WasmMemory } from "./memory.ts";
import { type LoadedKernel, WorkerPool } from "./pool.ts";
import { type ProgramHost, WasmProgram } from "./program/wasm_program.ts";

/** 1 GiB. */
const DEFAULT_BYTES = 0x4000_0000;

/** Kernels count elements and units of work in 32 bits, whatever their addresses. */
const MAX_LENGTH = 0xffff_ffff;

/** What `WasmBackend.create` may be told. */
export interface WasmBackendOptions {
  /** Threads that compute, the caller's included. Default: as many as the machine has processors. */
  readonly workers?: number;
  /** Size of the memory, at most 16 GiB. Pages that are never touched cost nothing. Default: 1 GiB. */
  readonly bytes?: number;
  /** Bits of its addresses, for tests that no result depends on them. Default: 64 above 4 GiB less 64 KiB. */
  readonly addresses?: "i32" | "i64";
  /** Shares even the smallest kernels among the workers: for tests that no bit depends on how work is split. */
  readonly shareAll?: boolean;
}

/** A kernel that is ready to run, with what its buffers must be. */
interface Prepared {
  readonly loaded: LoadedKernel;
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
}

/** All that a backend lets go of when it is closed. */
interface Engine {
  readonly memory: WasmMemory;
  readonly pool: WorkerPool;
  readonly byKernel: WeakMap<Kernel, Prepared>;
  readonly byKey: Map<string, Prepared>;
  /** The block of pointers of the running kernel. */
  args: Block;
  /** Shared by the threads while a kernel runs. */
  temporary: Block;
  /** The threads' own, one behind the other. */
  scratch: Block;
  scratchStride: number;
}

class WasmBuffer implements DeviceBuffer {
  #freed = false;
  constructor(
    readonly owner: WasmBackend,
    readonly dtype: Dtype,
    readonly length: number,
    readonly address: number,
    /** What the buffer has to itself; a part of another has none. */
    readonly block: Block | undefined,
    readonly whole?: WasmBuffer,
  ) {}

  get freed(): boolean {
    return this.#freed || (this.whole?.freed ?? false);
  }

  free(): void {
    this.#freed = true;
  }
}

/**
 * Computes with WebAssembly SIMD kernels that are emitted for each shape, on threads that share one memory.
 *
 * Kernels run at once: `run` returns when the results are there. The workers do not keep a process alive.
 *
 * @example
 * ```ts
 * import { WasmBackend } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const backend = await WasmBackend.create({ workers: 2 });
 * const key = backend.allocate("u32", 4);
 * const draw = backend.allocate("u32", 4);
 * backend.write(key, new Uint32Array(4));
 * backend.run({ family: "random", distribution: "bits", length: 4 }, [key], [draw]);
 * assertEquals(await backend.read(draw), Uint32Array.of(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
 * await backend.close();
 * ```
 */
export class WasmBackend implements Backend {
  readonly name = "wasm";
  readonly workers: number;
  readonly alignment: number = ALIGNMENT;
  readonly readsWait: boolean = false;
  readonly #shareAll: boolean;
  #engine: Engine | undefined;

  private constructor(memory: WasmMemory, pool: WorkerPool, shareAll: boolean) {
    this.#shareAll = shareAll;
    this.workers = pool.threads;
    this.#engine = {
      memory,
      pool,
      byKernel: new WeakMap(),
      byKey: new Map(),
      args: memory.allocate(0),
      temporary: memory.allocate(0),
      scratch: memory.allocate(0),
      scratchStride: 0,
    };
  }

  /**
   * Makes a backend with its own memory and workers.
   *
   * @throws {RangeError} if `workers` is not a positive integer or `bytes` is out of range.
   * @throws {OutOfMemoryError} if the machine has no room for so many bytes.
   */
  // deno-lint-ignore require-await -- an error is a rejection, as on every other backend
  static async create(
    { workers = navigator.hardwareConcurrency, bytes = DEFAULT_BYTES, addresses, shareAll = false }:
      WasmBackendOptions = {},
  ): Promise<WasmBackend> {
    if (!Number.isInteger(workers) || workers < 1) {
      throw new RangeError(
        `Cannot make a wasm backend: expected a positive number of workers, got ${workers}`,
      );
    }
    const memory = new WasmMemory(bytes, addresses);
    return new WasmBackend(memory, new WorkerPool(memory, workers, shareAll), shareAll);
  }

  /** Bytes of the memory that are taken, by buffers and by the backend itself. */
  get bytesInUse(): number {
    return this.#engine?.memory.bytesInUse ?? 0;
  }

  allocate(dtype: Dtype, length: number): DeviceBuffer {
    const { memory } = this.#open("allocate");
    checkAllocate(dtype, length);
    const block = memory.allocate(length * BYTES_PER_ELEMENT[dtype]);
    if (length > MAX_LENGTH) {
      memory.free(block);
      throw new RangeError(
        `Cannot allocate ${dtype}[${length}]: expected at most ${MAX_LENGTH} elements, which have 32-bit indices`,
      );
    }
    return new WasmBuffer(this, dtype, length, block.address, block);
  }

  free(buffer: DeviceBuffer): void {
    const { memory } = this.#open("free");
    const own = this.#own(buffer, "free");
    own.free();
    if (own.block !== undefined) memory.free(own.block);
  }

  write(buffer: DeviceBuffer, values: HostArray): void {
    const { memory } = this.#open("write");
    const { dtype, length, address } = this.#own(buffer, "write");
    checkWrite(buffer, values);
    // Numbers and keys are written at every step.
    if (values instanceof Float32Array || values instanceof Uint32Array) memory.store(address, values);
    else memory.view(dtype, address, length).set(values);
  }

  async read(buffer: DeviceBuffer): Promise<HostArray> {
    const { memory, pool } = this.#open("read");
    const { dtype, length, address } = this.#own(buffer, "read");
    const values = memory.copy(dtype, address, length);
    if (pool.starting) await pool.yieldToStart();
    return values;
  }

  run(kernel: Kernel, inputs: readonly DeviceBuffer[], outputs: readonly DeviceBuffer[]): void {
    const engine = this.#open("run");
    const prepared = engine.byKernel.get(kernel) ?? this.#prepare(engine, kernel);
    if (!fits(prepared.inputs, inputs) || !fits(prepared.outputs, outputs) || overlap(inputs, outputs)) {
      checkRun(kernel, inputs, outputs);
    }
    const { memory, pool, args, temporary, scratch, scratchStride } = engine;
    let pointer = args.address;
    for (const buffers of [inputs, outputs]) {
      for (const buffer of buffers) {
        memory.storePointer(pointer, this.#own(buffer, "run").address);
        pointer += memory.pointerBytes;
      }
    }
    memory.storePointer(pointer, temporary.address);
    const argument = (address: number) => memory.phaseArgument(address);
    pool.run(prepared.loaded, argument(args.address), argument(scratch.address), argument(scratchStride));
  }

  view(whole: DeviceBuffer, offset: number, dtype: Dtype, length: number): DeviceBuffer {
    this.#open("view");
    const own = this.#own(whole, "view");
    checkView(whole, offset, dtype, length, this.alignment);
    return new WasmBuffer(this, dtype, length, own.address + offset, undefined, own);
  }

  prepare(groups: readonly (readonly KernelCall[])[], parameters: readonly Slot[]): KernelProgram {
    const { memory, pool } = this.#open("prepare");
    checkProgram(groups, parameters);
    const host: ProgramHost = {
      memory,
      pool,
      shareAll: this.#shareAll,
      addressOf: (buffer) => this.#own(buffer, "run").address,
      reserveScratch: (bytes) => this.#reserveScratch(this.#open("prepare"), bytes),
      run: (kernel, args) => {
        const { scratch, scratchStride } = this.#open("run");
        pool.run(kernel, args, memory.phaseArgument(scratch.address), memory.phaseArgument(scratchStride));
      },
    };
    return new WasmProgram(host, groups, parameters.length);
  }

  /** Ends the workers and gives the memory back. Closing twice does nothing. */
  async close(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.pool.close();
  }

  /** Emits and loads a kernel, unless an equal one was, and makes room for what it needs. */
  #prepare(engine: Engine, kernel: Kernel): Prepared {
    const { memory, pool, byKernel, byKey } = engine;
    const key = kernelKey(kernel);
    let prepared = byKey.get(key);
    if (prepared === undefined) {
      validateKernel(kernel);
      const emitted = emitKernel(kernel, memory);
      const inputs = kernelInputs(kernel);
      const outputs = kernelOutputs(kernel);
      engine.args = grown(memory, engine.args, memory.pointerBytes * (inputs.length + outputs.length + 1));
      engine.temporary = grown(memory, engine.temporary, emitted.temporaryBytes);
      this.#reserveScratch(engine, emitted.scratchBytes);
      const name = key.length > 200 ? `${key.slice(0, 200)}...` : key;
      prepared = { loaded: pool.load(name, emitted), inputs, outputs };
      byKey.set(key, prepared);
    }
    byKernel.set(kernel, prepared);
    return prepared;
  }

  /** Makes room for so much scratch for each thread. */
  #reserveScratch(engine: Engine, bytes: number): void {
    const stride = Math.ceil((bytes + SLACK) / ALIGNMENT) * ALIGNMENT;
    if (stride <= engine.scratchStride) return;
    engine.scratch = grown(engine.memory, engine.scratch, stride * this.workers);
    engine.scratchStride = stride;
  }

  #open(task: string): Engine {
    if (this.#engine === undefined) {
      throw new TypeError(`Cannot ${task}: expected the wasm backend open, got it closed`);
    }
    return this.#engine;
  }

  #own(buffer: DeviceBuffer, task: string): WasmBuffer {
    if (!(buffer instanceof WasmBuffer) || buffer.owner !== this) {
      throw new TypeError(`Cannot ${task}: expected a buffer of this backend, got one of another`);
    }
    if (buffer.freed) {
      throw new TypeError(
        `Cannot ${task}: expected a buffer that is in use, got ${buffer.dtype}[${buffer.length}] after free`,
      );
    }
    return buffer;
  }
}

/** The block, or a larger one in its place: nothing in it is needed between runs. */
function grown(memory: WasmMemory, block: Block, bytes: number): Block {
  if (bytes + SLACK <= block.bytes) return block;
  const larger = memory.allocate(bytes);
  memory.free(block);
  return larger;
}

/** Whether the buffers are what the slots ask for: the quick form of `checkRun`, which explains what is wrong. */
function fits(slots: readonly Slot[], buffers: readonly DeviceBuffer[]): boolean {
  if (slots.length !== buffers.length) return false;
  for (let i = 0; i < slots.length; i++) {
    if (slots[i]!.dtype !== buffers[i]!.dtype || slots[i]!.length !== buffers[i]!.length) return false;
  }
  return true;
}

/** Whether an output is an input or another output. */
function overlap(inputs: readonly DeviceBuffer[], outputs: readonly DeviceBuffer[]): boolean {
  for (let i = 0; i < outputs.length; i++) {
    if (inputs.includes(outputs[i]!) || outputs.indexOf(outputs[i]!) !== i) return true;
  }
  return false;
}
