import { sameShape, type Shape, sizeOf } from "../tensor/shape.ts";
import type { MapKernel } from "../kernels/map.ts";
import { input, type Scalar, topologicalOrder } from "../scalar/expression.ts";
import { substitute } from "../scalar/substitute.ts";
import { type Call, type Graph, resultsOf, type Value, withResults } from "./graph.ts";
import { type MapCall, mapOf, placeOf } from "./map_call.ts";

/** The most operands and results of a fused map: more pointers than registers cost more than they save. */
const MAX_SLOTS = 16;
/** The most scalar operations of a fused map. */
const MAX_OPERATIONS = 256;

/**
 * The graph with chains of maps made one: a map takes over the maps whose results it reads element by element. Each
 * value is still the result of the same operations, so no bit changes (rule N10); it just is not stored in between,
 * unless somebody else reads it too.
 */
export function fuseMaps(graph: Graph): Graph {
  const fusion = new Fusion(graph);
  return withResults(graph, fusion.run(), (value) => value);
}

function isMap(call: Call | undefined): call is MapCall {
  return call?.kernel.family === "map";
}

class Fusion {
  /** Calls that there are still; a taken call is undefined. */
  readonly #calls: (Call | undefined)[];
  readonly #place = new Map<Value, number>();
  readonly #readers = new Map<Value, Set<number>>();
  readonly #results: ReadonlySet<Value>;

  constructor(graph: Graph) {
    this.#calls = [...graph.calls];
    this.#results = new Set(resultsOf(graph));
    graph.calls.forEach((call, index) => this.#enter(call, index));
  }

  run(): Call[] {
    for (let index = 0; index < this.#calls.length; index++) {
      while (this.#absorb(index));
    }
    return this.#sorted();
  }

  #enter(call: Call, index: number): void {
    for (const value of call.outputs) this.#place.set(value, index);
    for (const value of call.inputs) {
      let readers = this.#readers.get(value);
      if (readers === undefined) this.#readers.set(value, readers = new Set());
      readers.add(index);
    }
  }

  /** Lets the map at `index` take over one of its producers; false if there is none to take. */
  #absorb(index: number): boolean {
    const call = this.#calls[index];
    if (!isMap(call)) return false;
    for (const value of call.inputs) {
      const at = this.#place.get(value);
      const producer = at === undefined ? undefined : this.#calls[at];
      if (at === undefined || !isMap(producer) || !this.#readsAsWhole(call, producer)) continue;
      if (this.#leadsThroughOthers(at, index)) continue;
      const fused = this.#fuse(call, producer, index);
      if (fused === undefined) continue;
      for (const operand of producer.inputs) this.#readers.get(operand)!.delete(at);
      for (const operand of call.inputs) this.#readers.get(operand)!.delete(index);
      for (const output of producer.outputs) this.#place.delete(output);
      this.#calls[at] = undefined;
      this.#calls[index] = fused;
      this.#enter(fused, index);
      return true;
    }
    return false;
  }

  /** Whether the call reads the producer's results element by element, under one shape. */
  #readsAsWhole({ kernel, inputs }: MapCall, producer: MapCall): boolean {
    const length = sizeOf(kernel.shape);
    if (sizeOf(producer.kernel.shape) !== length) return false;
    if (commonShape(kernel, producer.kernel) === undefined) return false;
    return inputs.every((value, i) => {
      const output = producer.outputs.indexOf(value);
      if (output < 0) return true;
      const { dtype, shape } = kernel.inputs[i]!;
      return dtype !== "u8" && sizeOf(shape) === length;
    });
  }

  /** Whether the call at `to` depends on the one at `from` through a third. */
  #leadsThroughOthers(from: number, to: number): boolean {
    const seen = new Set<number>();
    const pending: number[] = [];
    const enter = (index: number) => {
      for (const value of this.#calls[index]!.inputs) {
        const place = this.#place.get(value);
        if (place === undefined || seen.has(place) || (index === to && place === from)) continue;
        if (place === from) return true;
        seen.add(place);
        pending.push(place);
      }
      return false;
    };
    if (enter(to)) return true;
    while (pending.length > 0) if (enter(pending.pop()!)) return true;
    return false;
  }

  #fuse(call: MapCall, producer: MapCall, index: number): MapCall | undefined {
    const shape = commonShape(call.kernel, producer.kernel)!;
    const operands = producer.inputs.map((value, i) => ({
      ...operandUnder(shape, producer.kernel, i),
      value,
    }));
    const inner = producer.kernel.program.outputs;
    const scalars = call.inputs.map((value, i): Scalar => {
      const output = producer.outputs.indexOf(value);
      if (output >= 0) return inner[output]!;
      const operand = { ...operandUnder(shape, call.kernel, i), value };
      return input(call.kernel.program.inputs[i]!, placeOf(operand, operands));
    });
    // What others read of the producer is still stored.
    const kept = producer.outputs.map((_, i) => i).filter((i) => {
      const value = producer.outputs[i]!;
      const readers = this.#readers.get(value) ?? [];
      return this.#results.has(value) || [...readers].some((reader) => reader !== index);
    });
    const outputs = [...substitute(call.kernel.program.outputs, scalars), ...kept.map((i) => inner[i]!)];
    if (topologicalOrder(outputs).length > MAX_OPERATIONS) return undefined;
    const dtypes = [...call.kernel.outputs, ...kept.map((i) => producer.kernel.outputs[i]!)];
    const { kernel, inputs } = mapOf(shape, operands, outputs, dtypes);
    if (inputs.length + dtypes.length > MAX_SLOTS) return undefined;
    return { kernel, inputs, outputs: [...call.outputs, ...kept.map((i) => producer.outputs[i]!)] };
  }

  /** The calls, each behind those whose results it reads, otherwise in their order. */
  #sorted(): Call[] {
    const sorted: Call[] = [];
    const entered = new Set<number>();
    const visit = (start: number): void => {
      // Without recursion: a chain of calls may be long.
      const stack: [index: number, next: number][] = [[start, 0]];
      entered.add(start);
      while (stack.length > 0) {
        const top = stack[stack.length - 1]!;
        const call = this.#calls[top[0]]!;
        if (top[1] === call.inputs.length) {
          sorted.push(call);
          stack.pop();
          continue;
        }
        const place = this.#place.get(call.inputs[top[1]++]!);
        if (place === undefined || entered.has(place)) continue;
        entered.add(place);
        stack.push([place, 0]);
      }
    };
    this.#calls.forEach((call, index) => {
      if (call !== undefined && !entered.has(index)) visit(index);
    });
    return sorted;
  }
}

/** The shape under which both maps can be written: their own, or that of one if the other has no broadcast axes. */
function commonShape(call: MapKernel, producer: MapKernel): Shape | undefined {
  if (sameShape(call.shape, producer.shape)) return call.shape;
  if (isFlat(producer)) return call.shape;
  return isFlat(call) ? producer.shape : undefined;
}

/** Whether every operand has as many elements as the result, or one. */
function isFlat({ inputs, shape }: MapKernel): boolean {
  const length = sizeOf(shape);
  return inputs.every((operand) => sizeOf(operand.shape) === length || sizeOf(operand.shape) === 1);
}

/** An operand of a map that is written under another shape. */
function operandUnder(shape: Shape, kernel: MapKernel, index: number): MapKernel["inputs"][number] {
  const { dtype, shape: own } = kernel.inputs[index]!;
  if (sameShape(shape, kernel.shape)) return { dtype, shape: own };
  return { dtype, shape: sizeOf(own) === sizeOf(shape) ? shape : [] };
}
