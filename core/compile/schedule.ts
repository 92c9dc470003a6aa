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

/**
 * Cuts calls, in their order, into groups of calls that do not depend on each other. What is carried on can be written
 * over what was carried in only if no other call of the group reads that.
 */
export class Grouping {
  readonly groups: Call[][] = [];
  /** What the last group writes and reads. */
  #written = new Set<Value>();
  #read = new Set<Value>();
  readonly #before: ReadonlyMap<Value, Value>;

  constructor(carry: Graph["carry"]) {
    this.#before = new Map(carry.map(({ before, after }) => [after, before]));
  }

  /** Adds a call. */
  add(call: Call): void {
    if (this.groups.length === 0 || this.begins(call)) {
      this.groups.push([]);
      this.#written = new Set();
      this.#read = new Set();
    }
    this.groups[this.groups.length - 1]!.push(call);
    for (const value of call.outputs) this.#written.add(value);
    for (const value of call.inputs) this.#read.add(value);
  }

  /** Whether a call would begin a new group. */
  begins(call: Call): boolean {
    return this.reads(call) || this.overwrites(call);
  }

  /** Whether a call reads what the last group computes. */
  reads({ inputs }: Call): boolean {
    return inputs.some((value) => this.#written.has(value));
  }

  /** Whether a call can be written over what the last group reads. */
  overwrites({ outputs }: Call): boolean {
    return outputs.some((value) => {
      const before = this.#before.get(value);
      return before !== undefined && before !== value && this.#read.has(before);
    });
  }
}

/** The calls of a graph in groups. */
export function groupsOf({ calls, carry }: Graph): Call[][] {
  const grouping = new Grouping(carry);
  for (const call of calls) grouping.add(call);
  return grouping.groups;
}
