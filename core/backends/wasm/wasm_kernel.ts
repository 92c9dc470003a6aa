import type { Addresses } from "../../assembler/types.ts";
import type { ModuleBuilder } from "../../assembler/module_builder.ts";
import type { Kernel } from "../../kernels/kernel.ts";

/** Bytes of a pointer in the block of arguments. */
export const POINTER_BYTES: { readonly [A in Addresses]: number } = { i32: 4, i64: 8 };

/** One step of a kernel's work: all its units may run at the same time; the next phase starts when all are done. */
export interface WasmPhase {
  /** The function `(args: address, begin: i32, end: i32, scratch: address)`, which does the units [begin, end). */
  readonly name: string;
  /** The function's place in its module: other functions there can `call` the phase. */
  readonly index: number;
  /** Number of independent units of work. No bit of the result depends on how they are split. */
  readonly units: number;
  /**
   * How many units are worth a worker of its own (about 4 microseconds of work). Less than 1 where a unit is more work
   * than that: what is planned by it must know how much.
   */
  readonly grain: number;
}

/**
 * A kernel whose functions are in a module, maybe with those of other kernels. Nothing in them depends on where its
 * operands are, so it can run any number of times, each time with another block of pointers.
 *
 * `args` is the address of a block of pointers, of 4 or 8 bytes each: the inputs in order, then the outputs, then (if
 * `temporaryBytes` is not 0) the shared temporary. `scratch` is the address of this worker's own scratch. All begin at
 * a line of 64 bytes, and 64 bytes past the end of every buffer may be read (their values are arbitrary), never written.
 */
export interface EmittedKernel {
  readonly phases: readonly WasmPhase[];
  /** Bytes of one temporary shared by all workers and phases. */
  readonly temporaryBytes: number;
  /** Bytes of scratch that each worker needs. */
  readonly scratchBytes: number;
}

/** A kernel with a module of its own. Its phases are entries: functions of four i32, see phase_entry.ts. */
export interface WasmKernel extends EmittedKernel {
  readonly module: Uint8Array<ArrayBuffer>;
  /** The instructions as text, for golden files. */
  readonly text: () => string;
}

/** What a module must know of where it will run. */
export interface EmitOptions {
  /** Pages of the shared memory. */
  readonly pages: number;
  /** How that memory is addressed. */
  readonly addresses?: Addresses;
}

/** Adds the functions of one kernel to a module. Equal kernels give equal functions. */
export type Emitter<K extends Kernel> = (kernel: K, builder: ModuleBuilder) => EmittedKernel;
