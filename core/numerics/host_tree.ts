import type { Dtype, HostArray } from "./dtype.ts";

/** A tensor's value on the host. */
export interface HostTensor {
  /** Type of the values. */
  readonly dtype: Dtype;
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  /** Row-major, as many as the product of the shape. */
  readonly values: HostArray;
}

/** The leaves of a tree of tensors on the host, by path ("hidden1/w"), in sorted path order. */
export type HostTree = Readonly<Record<string, HostTensor>>;
