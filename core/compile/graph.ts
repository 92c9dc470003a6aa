import type { Kernel, Slot } from "../kernels/kernel.ts";
import type { Dtype, HostArray } from "../numerics/dtype.ts";
import type { Storage } from "../tensor/tensor.ts";

/** Where a value of a graph comes from. */
export type Origin =
  /** A result of a call of this graph. */
  | { readonly kind: "computed" }
  /** Given at each run; parameters are counted from 0. */
  | { readonly kind: "parameter"; readonly index: number }
  /** What the program carries from run to run. */
  | { readonly kind: "carry"; readonly index: number }
  /** Memory that was there before the trace began. */
  | { readonly kind: "captured"; readonly storage: Storage }
  /** Known while tracing. One element stands for all where they are equal. */
  | { readonly kind: "constant"; readonly values: HostArray };

/** An array of a graph, written once. */
export interface Value extends Slot {
  readonly origin: Origin;
}

/** A kernel applied to values. */
export interface Call {
  readonly kernel: Kernel;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** What a traced function computes. Every call stands behind those whose results it reads. */
export interface Graph {
  readonly calls: readonly Call[];
  /** Computed anew at each run and kept until the next. */
  readonly outputs: readonly Value[];
  /** What the program carries, and what it is after a run. */
  readonly carry: readonly { readonly before: Value; readonly after: Value }[];
}

/** A value that a call computes. */
export function computed(dtype: Dtype, length: number): Value {
  return { dtype, length, origin: { kind: "computed" } };
}

/** The values that must be there at the end of a run. */
export function resultsOf(graph: Graph): Value[] {
  return [...graph.outputs, ...graph.carry.map(({ after }) => after)];
}

/** The call that computes each value. */
export function producersOf(calls: readonly Call[]): Map<Value, Call> {
  return new Map(calls.flatMap((call) => call.outputs.map((value) => [value, call] as const)));
}

/** The graph with other calls in place of values: `replace` says what stands for a value. */
export function withResults(graph: Graph, calls: readonly Call[], replace: (value: Value) => Value): Graph {
  return {
    calls,
    outputs: graph.outputs.map(replace),
    carry: graph.carry.map(({ before, after }) => ({ before, after: replace(after) })),
  };
}
