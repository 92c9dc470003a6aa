import type { ModuleBuilder } from "../../assembler/module_builder.ts";
import type { Kernel } from "../../kernels/kernel.ts";

/** One step of a kernel's work: all its units may run at the same time; the next phase starts when all are done. */
export interface WasmPhase {
  /** The exported function `(args: i32, begin: i32, end: i32, scratch: i32)`, which does the units [begin, end). */
  readonly name: string;
  /** The function's place in its module: other functions there can `call` the phase. */
  readonly index: number;
  /** Number of independent units of work. No bit of the result depends on how they are split. */
  readonly units: number;
  /** The fewest units worth a worker of its own (about 4 microseconds of work). */
  readonly grain: number;
}

/**
 * A kernel whose functions are in a module, maybe with those of other kernels. Nothing in them depends on where its
 * operands are, so it can run any number of times, each time with another block of pointers.
 *
 * `args` is the address of a block of u32 pointers: the inputs in order, then the outputs, then (if `temporaryBytes` is
 * not 0) the shared temporary. `scratch` is the address of this worker's own scratch. All are 64-byte aligned, and 64
 * bytes past the end of every buffer may be read (their values are arbitrary), never written.
 */
export interface EmittedKernel {
  readonly phases: readonly WasmPhase[];
  /** Bytes of one temporary shared by all workers and phases. */
  readonly temporaryBytes: number;
  /** Bytes of scratch that each worker needs. */
  readonly scratchBytes: number;
}

/** A kernel with a module of its own. */
export interface WasmKernel extends EmittedKernel {
  readonly module: Uint8Array<ArrayBuffer>;
  /** The instructions as text, for golden files. */
  readonly text: () => string;
}

/** What a module must know of where it will run. */
export interface EmitOptions {
  /** Pages of the shared memory. */
  readonly pages: number;
}

/** Adds the functions of one kernel to a module. Equal kernels give equal functions. */
export type Emitter<K extends Kernel> = (kernel: K, builder: ModuleBuilder) => EmittedKernel;
