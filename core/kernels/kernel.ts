import type { ConvKernel } from "./conv.ts";
import type { ConvWeightGradientKernel } from "./conv_weight_gradient.ts";
import type { CopyKernel } from "./copy.ts";
import type { GatherKernel } from "./gather.ts";
import type { MapKernel } from "./map.ts";
import type { MapReduceKernel } from "./map_reduce.ts";
import type { MatmulKernel } from "./matmul.ts";
import type { PoolKernel } from "./pool.ts";
import type { ProductMapKernel } from "./product_map.ts";
import type { RandomKernel } from "./random.ts";
import type { ReduceKernel } from "./reduce.ts";
import type { ScanKernel } from "./scan.ts";
import type { ScatterKernel } from "./scatter.ts";
import type { SortKernel } from "./sort.ts";
import type { Dtype, HostArray } from "../numerics/dtype.ts";

/**
 * What a backend is asked to compute: one member of one family, with every shape and attribute fixed.
 *
 * A kernel is plain data. Its family's file holds the shape rule, the canonical order and the reference implementation
 * that defines its bits.
 */
export type Kernel =
  | MapKernel
  | ReduceKernel
  | MapReduceKernel
  | MatmulKernel
  | ConvKernel
  | ConvWeightGradientKernel
  | ProductMapKernel
  | PoolKernel
  | GatherKernel
  | ScatterKernel
  | CopyKernel
  | ScanKernel
  | SortKernel
  | RandomKernel;

/** The name of a kernel family. */
export type Family = Kernel["family"];

/** The kernel of a given family. */
export type KernelOf<F extends Family> = Extract<Kernel, { family: F }>;

/** One operand or result of a kernel: its element type and its number of elements, contiguous. */
export interface Slot {
  /** Type of the elements. */
  readonly dtype: Dtype;
  /** Number of elements. */
  readonly length: number;
}

/** What a family's file gives for each of its kernels. */
export interface FamilyDefinition<K extends Kernel> {
  /** A text that is equal for equal kernels and for no others; the same in every process. */
  key(kernel: K): string;
  /** Operands in order. */
  inputs(kernel: K): readonly Slot[];
  /** Results in order. */
  outputs(kernel: K): readonly Slot[];
  /** Checks a kernel. @throws {RangeError} if its shapes or attributes do not fit together. */
  validate(kernel: K): void;
  /** Computes the results into `outputs`: the definition of the bits. */
  reference(kernel: K, inputs: readonly HostArray[], outputs: readonly HostArray[]): void;
}
