import type { Kernel } from "../../kernels/kernel.ts";

/** One step of a kernel's work: all its units may run at the same time; the next phase starts when all are done. */
export interface WasmPhase {
  /** The exported function `(args: i32, begin: i32, end: i32, scratch: i32)`, which does the units [begin, end). */
  readonly name: string;
  /** Number of independent units of work. No bit of the result depends on how they are split. */
  readonly units: number;
  /** The fewest units worth a worker of its own (about 4 microseconds of work). */
  readonly grain: number;
}

/**
 * A kernel emitted for the wasm backend.
 *
 * `args` is the address of a block of u32 pointers: the inputs in order, then the outputs, then (if `temporaryBytes` is
 * not 0) the shared temporary. `scratch` is the address of this worker's own scratch. All are 64-byte aligned, and 64
 * bytes past the end of every buffer may be read (their values are arbitrary), never written.
 */
export interface WasmKernel {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly phases: readonly WasmPhase[];
  /** Bytes of one temporary shared by all workers and phases. */
  readonly temporaryBytes: number;
  /** Bytes of scratch that each worker needs. */
  readonly scratchBytes: number;
  /** The instructions as text, for golden files. */
  readonly text: () => string;
}

/** What an emitter must know besides the kernel. */
export interface EmitOptions {
  /** Pages of the shared memory: `new ModuleBuilder(options.pages)`. */
  readonly pages: number;
}

/** Writes the wasm code of one kernel. Equal kernels and options give equal bytes. */
export type Emitter<K extends Kernel> = (kernel: K, options: EmitOptions) => WasmKernel;
