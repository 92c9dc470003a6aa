import type { Dtype, HostArray } from "./dtype.ts";

/** A tensor's value on the host. */
export interface HostTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly values: HostArray;
}

/** The leaves of a tree of tensors on the host, by path ("hidden1/w"), in sorted path order. */
export type HostTree = Readonly<Record<string, HostTensor>>;
