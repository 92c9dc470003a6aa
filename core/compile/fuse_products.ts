import type { ConvKernel } from "../kernels/conv.ts";
import type { MatmulKernel } from "../kernels/matmul.ts";
import { rowForms } from "../kernels/row_forms.ts";
import { sizeOf } from "../tensor/shape.ts";
import { type Call, type Graph, producersOf, resultsOf, type Value, withResults } from "./graph.ts";
import type { MapCall } from "./map_call.ts";
import { Grouping } from "./schedule.ts";

type ProductCall = Call & { readonly kernel: MatmulKernel | ConvKernel };

/** A map that follows a product needs what maps of so few elements make; these are computed before it. */
const FEW_ELEMENTS = 1024;

/**
 * The graph with maps computed where the product is whose result they read element by element: what nobody else reads of
 * it is never stored. The same operations in the same order (rule N10).
 */
export function fuseProducts(graph: Graph): Graph {
  const calls = new ProductFusion(graph).run();
  return withResults({ ...graph, calls }, calls, (value) => value);
}

function isMap(call: Call): call is MapCall {
  return call.kernel.family === "map";
}

function isProduct(call: Call | undefined): call is ProductCall {
  return call?.kernel.family === "matmul" || call?.kernel.family === "conv";
}

class ProductFusion {
  readonly #graph: Graph;
  /** The calls that there are, in the order in which they are to stand as far as can be. */
  readonly #calls: Set<Call>;
  readonly #producers: Map<Value, Call>;
  readonly #readers = new Map<Value, Set<Call>>();
  /** For a call with a product: the product, in whose place it is to stand. */
  readonly #inPlaceOf = new Map<Call, Call>();

  /** What each value that is carried on was before. */
  readonly #before: ReadonlyMap<Value, Value>;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#before = new Map(graph.carry.map(({ before, after }) => [after, before]));
    this.#calls = new Set(graph.calls);
    this.#producers = producersOf(graph.calls);
    for (const call of graph.calls) this.#enter(call);
  }

  run(): Call[] {
    const results = new Set(resultsOf(this.#graph));
    for (const call of this.#graph.calls) {
      if (!isMap(call)) continue;
      const product = this.#productOf(call);
      if (product !== undefined) this.#fuse(product, call, results);
    }
    return this.#ordered();
  }

  #enter(call: Call): void {
    for (const value of call.inputs) {
      let readers = this.#readers.get(value);
      if (readers === undefined) this.#readers.set(value, readers = new Set());
      readers.add(call);
    }
  }

  /** The last product that the map can follow. */
  #productOf(call: MapCall): ProductCall | undefined {
    let found: ProductCall | undefined;
    for (const value of call.inputs) {
      const product = this.#producers.get(value);
      if (!isProduct(product) || product === found || !this.#calls.has(product)) continue;
      if (canFollow(product, call) && !this.#leadsThroughOthers(product, call)) found = product;
    }
    return found;
  }

  /** Whether `to` depends on `from` through a third call. */
  #leadsThroughOthers(from: Call, to: Call): boolean {
    const seen = new Set<Call>();
    const pending = [to];
    while (pending.length > 0) {
      const call = pending.pop()!;
      for (const value of call.inputs) {
        const producer = this.#producers.get(value);
        if (producer === undefined || seen.has(producer) || (call === to && producer === from)) continue;
        if (producer === from) return true;
        seen.add(producer);
        pending.push(producer);
      }
    }
    return false;
  }

  #fuse(product: ProductCall, call: MapCall, results: ReadonlySet<Value>): void {
    const result = product.outputs[0]!;
    const at = call.inputs.flatMap((value, i) => value === result ? [i] : []);
    const stored = results.has(result) || this.#readers.get(result)!.size > 1;
    const fused: Call = {
      kernel: { family: "productMap", product: product.kernel, map: call.kernel, at, stored },
      inputs: [...product.inputs, ...call.inputs.filter((value) => value !== result)],
      outputs: [...stored ? [result] : [], ...call.outputs],
    };
    for (const old of [product, call]) {
      for (const value of old.inputs) this.#readers.get(value)!.delete(old);
      this.#calls.delete(old);
    }
    this.#calls.add(fused);
    this.#enter(fused);
    if (!stored) this.#producers.delete(result);
    for (const value of fused.outputs) this.#producers.set(value, fused);
    this.#inPlaceOf.set(fused, product);
  }

  /**
   * The calls, each behind those whose results it reads, otherwise in their order, but for products with maps. These
   * stand where the product was: there its operands need not be kept longer. They wait, however, until all others have
   * read what the map may write over (a layer's weights, when their gradient comes with their update), and for results
   * that are not yet there.
   */
  #ordered(): Call[] {
    const placed = new Map([...this.#inPlaceOf].map(([fused, product]) => [product, fused]));
    const order = this.#graph.calls.map((call) => placed.get(call) ?? call).filter((call) =>
      this.#calls.has(call)
    );
    const grouping = new Grouping(this.#graph.carry);
    const done = new Set<Call>();
    const waiting = new Set<Call>();
    const append = (call: Call) => {
      done.add(call);
      waiting.delete(call);
      grouping.add(call);
    };
    /** Calls behind those that they need, which are few or wait. */
    const appendAll = (call: Call): void => {
      if (done.has(call)) return;
      // Without recursion: a chain of calls may be long.
      const stack = [call];
      while (stack.length > 0) {
        const top = stack.at(-1)!;
        const missing = this.#needed(top).find((needed) => !done.has(needed));
        if (missing !== undefined) stack.push(missing);
        else {
          if (!done.has(top)) append(top);
          stack.pop();
        }
      }
    };
    for (const call of order) {
      if (done.has(call)) continue;
      const before = grouping.groups.length;
      if (this.#inPlaceOf.has(call)) {
        const missing = this.#missing(call, done);
        const read = this.#overwrittenReaders(call).every((reader) => done.has(reader));
        if (missing === undefined || !read || (grouping.overwrites(call) && !grouping.reads(call))) {
          waiting.add(call);
          continue;
        }
      }
      appendAll(call);
      if (grouping.groups.length === before) continue;
      for (const other of waiting) {
        const missing = this.#missing(other, done);
        if (missing?.length !== 0 || grouping.begins(other)) continue;
        if (this.#overwrittenReaders(other).every((reader) => done.has(reader))) append(other);
      }
    }
    for (const call of waiting) appendAll(call);
    return grouping.groups.flat();
  }

  /** The calls whose results a call reads. */
  #needed(call: Call): Call[] {
    return call.inputs.flatMap((value) => this.#producers.get(value) ?? []);
  }

  /** What must be computed before a call and is little; undefined if it is not. */
  #missing(call: Call, done: ReadonlySet<Call>): Call[] | undefined {
    const missing = new Set<Call>();
    const pending = [call];
    while (pending.length > 0) {
      for (const needed of this.#needed(pending.pop()!)) {
        if (done.has(needed) || missing.has(needed)) continue;
        if (!isMap(needed) || sizeOf(needed.kernel.shape) > FEW_ELEMENTS) return undefined;
        missing.add(needed);
        pending.push(needed);
      }
    }
    return [...missing];
  }

  /** The other calls that read what a call may be written over. */
  #overwrittenReaders(call: Call): Call[] {
    return call.outputs.flatMap((after) => {
      const before = this.#before.get(after);
      if (before === undefined || before === after) return [];
      return [...this.#readers.get(before) ?? []].filter((reader) => reader !== call);
    });
  }
}

/** Whether a map reads all of a product's result, in a way in which it pays to follow the product part by part. */
function canFollow({ kernel, outputs: [result] }: ProductCall, call: MapCall): boolean {
  const { shape, inputs } = call.kernel;
  const length = sizeOf(shape);
  if (length < LEAST_ELEMENTS || length !== result!.length) return false;
  if (!call.inputs.every((value, i) => value !== result || sizeOf(inputs[i]!.shape) === length)) return false;
  if (kernel.family === "matmul") return matmulPays(kernel, call, result!);
  const { kernelHeight, kernelWidth, inputChannels, outputChannels, groups, holesHeight, holesWidth } =
    kernel.geometry;
  if (kernelHeight * kernelWidth * groups === 1) {
    return matmulPays({ m: length / outputChannels, k: inputChannels, n: outputChannels }, call, result!);
  }
  return holesHeight === 1 && holesWidth === 1;
}

/** Smaller results are in the first cache anyway, and what is computed with them costs more calls than it saves. */
const LEAST_ELEMENTS = 2048;
/** Products of so few columns are computed row by row. */
const FEW_COLUMNS = 16;
/** Products with so many rows, no more terms and no more columns are as fast in blocks of rows. */
const MANY_ROWS = 256;
const BLOCK_TERMS = 256;
const BLOCK_COLUMNS = 1024;
/** As many elements as stay in a second cache. */
const NEAR_ELEMENTS = 1 << 16;

/**
 * Whether a map should follow a matrix product.
 *
 * A large result is followed in blocks of rows, in the order of memory. A small one is followed a few columns at a time,
 * if the map's other operands are one for each column, row or all: with whole ones it would step from row to row through
 * memory that is not in a near cache (an LSTM's products of [32, 128] by [128, 512], and what is added to them: 43.4 us
 * instead of 42.4; its step lost 4%).
 */
function matmulPays(
  { batch = 1, m, k, n }: Pick<MatmulKernel, "m" | "k" | "n"> & { readonly batch?: number },
  call: MapCall,
  result: Value,
): boolean {
  if (k === 0) return false;
  if (n <= FEW_COLUMNS) return true;
  const forms = rowForms(call.kernel, n);
  if (forms === undefined) return false;
  if (result.length > NEAR_ELEMENTS) return batch * m >= MANY_ROWS && k <= BLOCK_TERMS && n <= BLOCK_COLUMNS;
  return forms.every(({ columns, rows }, i) => call.inputs[i] === result || !columns || rows.length === 0);
}
