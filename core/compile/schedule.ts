import type { Dtype } from "../numerics/dtype.ts";
import type { CopyKernel } from "../kernels/copy.ts";
import { type Call, computed, type Graph, type Value } from "./graph.ts";

/** The kernel that copies an array as it is. */
export function identityKernel(dtype: Dtype, length: number): CopyKernel {
  const whole = {
    input: 0,
    shape: [length],
    inputOffset: 0,
    inputStrides: [1],
    outputOffset: 0,
    outputStrides: [1],
  };
  return { family: "copy", dtype, inputs: [length], length, regions: [whole] };
}

/**
 * The graph with a value of its own for each output and for each array that is carried on: what is returned as it came,
 * or twice, is copied.
 */
export function separateResults(graph: Graph): Graph {
  const calls = [...graph.calls];
  const taken = new Set<Value>();
  const own = (value: Value): Value => {
    if (value.origin.kind === "computed" && !taken.has(value)) {
      taken.add(value);
      return value;
    }
    const copy = computed(value.dtype, value.length);
    calls.push({ kernel: identityKernel(value.dtype, value.length), inputs: [value], outputs: [copy] });
    return copy;
  };
  // What is carried comes first: it may then be written in its place.
  const carry = graph.carry.map(({ before, after }) => ({
    before,
    after: before === after ? after : own(after),
  }));
  return { calls, carry, outputs: graph.outputs.map(own) };
}

/** Cuts the calls, in their order, into groups of calls that do not depend on each other. */
export function groupsOf(calls: readonly Call[]): Call[][] {
  const groups: Call[][] = [];
  let written = new Set<Value>();
  for (const call of calls) {
    if (groups.length === 0 || call.inputs.some((value) => written.has(value))) {
      groups.push([]);
      written = new Set();
    }
    groups[groups.length - 1]!.push(call);
    for (const value of call.outputs) written.add(value);
  }
  return groups;
}
