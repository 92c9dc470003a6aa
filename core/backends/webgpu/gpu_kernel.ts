import type { Kernel } from "../../kernels/kernel.ts";
import type { HostArray } from "../../numerics/dtype.ts";
import type { WgslHelper } from "../../scalar/mod.ts";

/** How this adapter is made exact; see probe.ts. */
export interface ExactMode {
  /**
   * The cheapest form of `sum = sum + a * b` that is exact in a loop: with opaque products, with opaque products and
   * sums, or in integers. `plain` is for those who allow inexact results.
   */
  readonly contraction: "plain" | "product" | "both" | "soft";
  /** For what is not such a loop, where every operation counts: maps, scatters, sums. */
  readonly elementwise: "plain" | "both" | "detect" | "soft";
  /** Whether the driver takes subnormals for zeros: floats are then exact only where no subnormal occurs. */
  readonly flushes: boolean;
}

/** What emitters may use of the adapter. */
export interface GpuLimits {
  /** Threads of a workgroup. */
  readonly invocations: number;
  /** Bytes that the threads of a workgroup share. */
  readonly sharedBytes: number;
}

/** An operand, a result or the temporary, as the text of a phase sees it: words of 32 bits. */
export interface Place {
  /** The variable of the module. Slots with the same buffer have the same. */
  readonly variable: string;
  /** The text of the word with an index, given as text. Four elements of u8 are one word, the first the lowest byte. */
  at(index: string): string;
}

/** What an emitter is given besides the kernel. */
export interface GpuTarget {
  readonly mode: ExactMode;
  readonly limits: GpuLimits;
  /** One for each operand; two are the same variable if they have the same buffer. */
  readonly inputs: readonly Place[];
  /** One for each result; one is the variable of an operand only where `canOverwrite` says so. */
  readonly outputs: readonly Place[];
  /** Memory that lasts from the kernel's first phase to its last. */
  readonly temporary: Place;
  /** The text of the phase's parameter with an index, a u32 that is the same for all threads. */
  word(index: number): string;
}

/** One dispatch: all its workgroups may run at the same time; the next phase starts when all are done. */
export interface GpuPhase {
  /**
   * The statements of each thread. `group` is the number of its workgroup, `local` its own in the workgroup, and `index`
   * is group * size + local; all are u32. There may be more threads than needed, but there are no more workgroups.
   */
  readonly body: string;
  /** Functions and workgroup variables that the body needs. */
  readonly declarations?: string;
  /** Helpers of the scalar language that it calls. */
  readonly helpers?: Iterable<WgslHelper>;
  /** Operands, results and temporary that it reads or writes. */
  readonly uses: readonly Place[];
  /** Types of the elements of variables that are not arrays of u32. */
  readonly types?: Readonly<Record<string, "atomic<u32>" | "vec4u">>;
  /** Threads of a workgroup. */
  readonly size: number;
  /** Number of workgroups; nothing is dispatched if there is none. */
  readonly groups: number;
  /** What differs between kernels that share this text: numbers below 2^32. */
  readonly parameters: readonly number[];
}

/** A kernel as dispatches. */
export interface GpuKernel {
  readonly phases: readonly GpuPhase[];
  /** Bytes of the temporary. */
  readonly temporaryBytes?: number;
}

/** A kernel with operands, small enough to be computed on the host in a moment. */
export interface SmallCase<K extends Kernel> {
  readonly kernel: K;
  readonly inputs: readonly HostArray[];
  /** Writes its phases, if the family would choose other texts for a kernel so small. */
  readonly emit?: (target: GpuTarget) => GpuKernel;
}

/** What a family's file gives. */
export interface GpuFamily<K extends Kernel> {
  /**
   * Writes a kernel as phases. Sizes go to the parameters wherever that costs nothing, so that kernels of many shapes
   * share pipelines.
   */
  emit(kernel: K, target: GpuTarget): GpuKernel;
  /**
   * A small kernel that has exactly the texts of this one, with hard operands: each pipeline is compared with the
   * reference on it before its results are seen.
   */
  small(kernel: K): SmallCase<K>;
}

/** Threads of a workgroup for phases in which each thread does its own work. */
export const GROUP_SIZE = 256;
