import type { MapReduceKernel, MapReduction } from "../kernels/map_reduce.ts";
import type { ReduceKernel } from "../kernels/reduce.ts";
import { type Call, type Graph, resultsOf, type Value, withResults } from "./graph.ts";
import type { MapCall } from "./map_call.ts";

/**
 * The most elements of a block of rule N5, over all neighbouring results, that a reduction computes itself: as many as
 * stay in the second cache of a common processor until they are read.
 */
const MAX_BLOCK_ELEMENTS = 1 << 15;
const BLOCK_TERMS = 1024;

/** A sum or maximum of a map's result, seen as [outer, terms, inner]. */
interface Reduction {
  readonly call: Call;
  readonly operation: MapReduction["operation"];
  readonly of: number;
  readonly outer: number;
  readonly terms: number;
  readonly inner: number;
}

/**
 * The graph with sums and maxima of a map's results computed where the map is: what nobody else reads of it is never
 * stored. The same operations in the same order (rule N10).
 */
export function fuseReductions(graph: Graph): Graph {
  const readers = new Map<Value, Call[]>();
  for (const call of graph.calls) {
    for (const value of new Set(call.inputs)) {
      const known = readers.get(value);
      if (known === undefined) readers.set(value, [call]);
      else known.push(call);
    }
  }
  const results = new Set(resultsOf(graph));
  const taken = new Set<Call>();
  const calls: Call[] = [];
  for (const call of graph.calls) {
    if (taken.has(call)) continue;
    const fused = isMap(call) ? fuse(call, readers, results) : undefined;
    if (fused === undefined) {
      calls.push(call);
      continue;
    }
    for (const reduction of fused.reductions) taken.add(reduction.call);
    calls.push(fused.call);
  }
  return withResults({ ...graph, calls }, calls, (value) => value);
}

function isMap(call: Call): call is MapCall {
  return call.kernel.family === "map";
}

/** The reductions that can be computed with a map: all of the same axes as the first. */
function reductionsOf(call: MapCall, readers: ReadonlyMap<Value, readonly Call[]>): Reduction[] {
  const all = call.outputs.flatMap((value, of) =>
    call.kernel.outputs[of] !== "f32" ? [] : (readers.get(value) ?? []).flatMap((reader) => {
      const { kernel } = reader;
      return kernel.family === "reduce" ? reductionOf(reader, kernel, of) : [];
    })
  );
  const [first] = all;
  return all.filter(({ outer, terms, inner }) =>
    outer === first!.outer && terms === first!.terms && inner === first!.inner
  );
}

/** A reduction over neighbouring axes whose blocks are small enough, or none. */
function reductionOf(call: Call, { operation, shape, axes }: ReduceKernel, of: number): Reduction[] {
  if (operation === "argmax") return [];
  const extent = (from: number, to: number) => shape.slice(from, to).reduce((product, n) => product * n, 1);
  // Axes of one element are no gap.
  const reduced = axes.filter((axis) => shape[axis] !== 1);
  if (reduced.length === 0) return [];
  const [begin, end] = [reduced[0]!, reduced[reduced.length - 1]! + 1];
  const terms = extent(begin, end);
  if (terms !== axes.reduce((product, axis) => product * shape[axis]!, 1)) return [];
  const [outer, inner] = [extent(0, begin), extent(end, shape.length)];
  if (Math.min(terms, BLOCK_TERMS) * inner > MAX_BLOCK_ELEMENTS) return [];
  return [{ call, operation, of, outer, terms, inner }];
}

/** The map with the reductions that it can take over; undefined if there are none. */
function fuse(
  call: MapCall,
  readers: ReadonlyMap<Value, readonly Call[]>,
  results: ReadonlySet<Value>,
): { readonly call: Call; readonly reductions: readonly Reduction[] } | undefined {
  const reductions = reductionsOf(call, readers);
  if (reductions.length === 0) return undefined;
  const mine = new Set(reductions.map((reduction) => reduction.call));
  const isRead = (value: Value) =>
    results.has(value) || (readers.get(value) ?? []).some((reader) => !mine.has(reader));
  const stored = call.outputs.map((_, output) => output).filter((output) => isRead(call.outputs[output]!));
  if (stored.some((output) => call.kernel.outputs[output] === "u8")) return undefined;
  const { outer, terms, inner } = reductions[0]!;
  const kernel: MapReduceKernel = {
    family: "mapReduce",
    map: call.kernel,
    stored,
    reductions: reductions.map(({ of, operation }) => ({ of, operation })),
    outer,
    terms,
    inner,
  };
  const outputs = [
    ...stored.map((output) => call.outputs[output]!),
    ...reductions.map((reduction) => reduction.call.outputs[0]!),
  ];
  return { call: { kernel, inputs: call.inputs, outputs }, reductions };
}
