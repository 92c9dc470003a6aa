import { sameShape, type Shape, sizeOf, stridesOf } from "../tensor/shape.ts";
import type { CopyKernel } from "../kernels/copy.ts";
import { kernelKey, runReference } from "../kernels/families.ts";
import type { MapKernel } from "../kernels/map.ts";
import type { MatmulKernel } from "../kernels/matmul.ts";
import { BYTES_PER_ELEMENT, type Dtype, type HostArray, viewAs } from "../numerics/dtype.ts";
import { input, type Scalar } from "../scalar/expression.ts";
import { substitute } from "../scalar/substitute.ts";
import { constant, expanded, scalarOf } from "./constants.ts";
import { type Call, computed, type Graph, resultsOf, type Value, withResults } from "./graph.ts";
import { mapOf, type MapOperand, placeOf } from "./map_call.ts";

/** Results of at most so many elements are computed while compiling if their operands are known. */
const FOLD_ELEMENTS = 4096;

/**
 * The graph without what it need not compute (rule N10): constants go into the maps that read them, calls on nothing but
 * constants are computed once, here, equal calls become one, copies that only repeat elements are left to the maps that
 * read them and transpositions to the products, products with one column lie down, and what nobody reads is gone.
 */
export function simplify(graph: Graph): Graph {
  const simplifier = new Simplifier();
  for (const call of graph.calls) simplifier.add(call);
  return withoutDeadCalls(
    withResults(graph, simplifier.calls, (value) => simplifier.valueFor(value)),
  );
}

/** The graph without calls whose results nobody reads, and without such results of maps. */
export function withoutDeadCalls(graph: Graph): Graph {
  const live = new Set(resultsOf(graph));
  const kept: Call[] = [];
  for (const each of graph.calls.toReversed()) {
    if (!each.outputs.some((value) => live.has(value))) continue;
    const call = withLiveOutputs(each, live);
    for (const value of call.inputs) live.add(value);
    kept.push(call);
  }
  return { ...graph, calls: kept.reverse() };
}

/** A map without the results that are not live; another call as it is. */
function withLiveOutputs(call: Call, live: ReadonlySet<Value>): Call {
  const { kernel, inputs, outputs } = call;
  if (kernel.family !== "map" || outputs.every((value) => live.has(value))) return call;
  const places = outputs.map((_, i) => i).filter((i) => live.has(outputs[i]!));
  const operands = kernel.inputs.map((operand, i) => ({ ...operand, value: inputs[i]! }));
  const map = mapOf(
    kernel.shape,
    operands,
    places.map((i) => kernel.program.outputs[i]!),
    places.map((i) => kernel.outputs[i]!),
  );
  return { ...map, outputs: places.map((i) => outputs[i]!) };
}

class Simplifier {
  readonly calls: Call[] = [];
  readonly #replaced = new Map<Value, Value>();
  readonly #numbers = new Map<Value, number>();
  readonly #known = new Map<string, readonly Value[]>();
  /** Values that are matrices, or lists of them, transposed: what they transpose. */
  readonly #transposes = new Map<
    Value,
    { readonly from: Value; readonly rows: number; readonly columns: number }
  >();
  /** Values that repeat the elements of another: what they repeat, of which shape, to which shape. */
  readonly #repeats = new Map<Value, { readonly from: Value; readonly shape: Shape; readonly to: Shape }>();

  valueFor(value: Value): Value {
    return this.#replaced.get(value) ?? value;
  }

  add(call: Call): void {
    const inputs = call.inputs.map((value) => this.valueFor(value));
    const { kernel } = call;
    const results = kernel.family === "map" ? this.#map(kernel, inputs) : this.#constants(call, inputs) ??
      this.#call(kernel.family === "matmul" ? this.#untransposed(kernel, inputs, call) : { ...call, inputs });
    call.outputs.forEach((value, i) => this.#replaced.set(value, results[i]!));
    if (kernel.family === "copy" && inputs[0] !== undefined) {
      this.#noteRepeat(kernel, inputs[0], results[0]!);
      this.#noteTranspose(kernel, inputs[0], results[0]!);
    }
  }

  /** The results of a call, or of an equal one before it. */
  #call({ kernel, inputs, outputs }: Call): readonly Value[] {
    const key = `${kernelKey(kernel)}|${inputs.map((value) => this.#number(value))}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const fresh = outputs.map(({ dtype, length }) => computed(dtype, length));
    this.#known.set(key, fresh);
    this.calls.push({ kernel, inputs, outputs: fresh });
    return fresh;
  }

  #number(value: Value): number {
    const number = this.#numbers.get(value) ?? this.#numbers.size;
    this.#numbers.set(value, number);
    return number;
  }

  #map(kernel: MapKernel, inputs: readonly Value[]): readonly Value[] {
    const operands: MapOperand[] = [];
    const scalars = inputs.map((value, i): Scalar => {
      const operand = this.#throughRepeat({ ...kernel.inputs[i]!, value });
      const type = kernel.program.inputs[i]!;
      const constant = scalarOf(operand.value);
      if (constant !== undefined) return constant;
      return input(type, placeOf(operand, operands));
    });
    const length = sizeOf(kernel.shape);
    const outputs = substitute(kernel.program.outputs, scalars);
    const results: (Value | undefined)[] = outputs.map((node, j) =>
      resultOf(node, kernel.outputs[j]!, length, operands)
    );
    if (results.every((value) => value !== undefined)) return results;
    const merged = mapOf(kernel.shape, operands, outputs, kernel.outputs);
    const fresh = this.#call({ ...merged, outputs: kernel.outputs.map((dtype) => computed(dtype, length)) });
    outputs.forEach((node, j) => {
      if (results[j] !== undefined || node.operation !== "input") return;
      const { dtype, shape, value } = operands[node.immediate]!;
      if (dtype !== kernel.outputs[j]) return;
      this.#repeats.set(fresh[j]!, { from: value, shape, to: kernel.shape });
    });
    return results.map((value, j) => value ?? fresh[j]!);
  }

  #throughRepeat(operand: MapOperand): MapOperand {
    const repeat = this.#repeats.get(operand.value);
    if (repeat === undefined || !sameShape(repeat.to, operand.shape)) return operand;
    return { dtype: operand.dtype, shape: repeat.shape, value: repeat.from };
  }

  /** Results of a call on nothing but constants. */
  #constants({ kernel, outputs }: Call, inputs: readonly Value[]): Value[] | undefined {
    const repeated = inputs[0];
    if (kernel.family === "copy" && repeated?.origin.kind === "constant" && inputs.length === 1) {
      const { values } = repeated.origin;
      const covered = kernel.regions.length === 1 && sizeOf(kernel.regions[0]!.shape) === kernel.length;
      if (values.length === 1 && covered) return [constant(kernel.dtype, kernel.length, values)];
    }
    if (inputs.length === 0 || !outputs.every(({ length }) => length <= FOLD_ELEMENTS)) return undefined;
    const operands: HostArray[] = [];
    for (const { origin, length } of inputs) {
      if (origin.kind !== "constant" || length > FOLD_ELEMENTS) return undefined;
      operands.push(expanded(origin.values, length));
    }
    const results = outputs.map(({ dtype, length }) =>
      viewAs(dtype, new ArrayBuffer(length * BYTES_PER_ELEMENT[dtype]), 0, length)
    );
    runReference(kernel, operands, results);
    return outputs.map(({ dtype, length }, i) => constant(dtype, length, results[i]!));
  }

  /** The product of what its operands transpose. */
  #untransposed(kernel: MatmulKernel, inputs: readonly Value[], { outputs }: Call): Call {
    const { m, k, n, transposeA, transposeB } = kernel;
    const sourceOf = (value: Value, rows: number, columns: number) => {
      const known = this.#transposes.get(value);
      return known?.rows === rows && known.columns === columns ? known.from : undefined;
    };
    const a = transposeA ? sourceOf(inputs[0]!, k, m) : sourceOf(inputs[0]!, m, k);
    const b = transposeB ? sourceOf(inputs[1]!, n, k) : sourceOf(inputs[1]!, k, n);
    return lyingDown({
      kernel: {
        ...kernel,
        transposeA: transposeA !== (a !== undefined),
        transposeB: transposeB !== (b !== undefined),
      },
      inputs: [a ?? inputs[0]!, b ?? inputs[1]!],
      outputs,
    });
  }

  #noteTranspose({ regions, length }: CopyKernel, from: Value, to: Value): void {
    const [region] = regions;
    if (region === undefined || regions.length !== 1 || region.shape.length < 2) return;
    const { shape, inputStrides, outputStrides } = region;
    if (region.inputOffset !== 0 || region.outputOffset !== 0 || sizeOf(shape) !== length) return;
    const strides = stridesOf(shape);
    if (!sameShape(outputStrides, strides)) return;
    const [rows, columns] = shape.slice(-2) as [number, number];
    const expected = [...strides.slice(0, -2), 1, rows];
    if (sameShape(inputStrides, expected)) this.#transposes.set(to, { from, rows, columns });
  }

  #noteRepeat({ regions, inputs, length }: CopyKernel, from: Value, to: Value): void {
    const [region] = regions;
    if (region === undefined || regions.length !== 1) return;
    if (region.inputOffset !== 0 || region.outputOffset !== 0 || sizeOf(region.shape) !== length) return;
    if (!sameShape(region.outputStrides, stridesOf(region.shape))) return;
    const shape = region.shape.map((extent, axis) => region.inputStrides[axis] === 0 ? 1 : extent);
    const strides = stridesOf(shape);
    const contiguous = shape.every((extent, axis) =>
      extent === 1 || region.inputStrides[axis] === strides[axis]
    );
    if (contiguous && sizeOf(shape) === inputs[0]) this.#repeats.set(to, { from, shape, to: region.shape });
  }
}

/**
 * A product with one column as a product with one row, of the operands in the other order: the same products of the same
 * numbers in the same order, whose results lie side by side as the lanes of a vector do.
 */
function lyingDown(call: Call & { readonly kernel: MatmulKernel }): Call {
  const { kernel, inputs, outputs } = call;
  const { m, n, transposeA } = kernel;
  if (n !== 1 || m === 1) return call;
  return {
    kernel: { ...kernel, m: 1, n: m, transposeA: false, transposeB: !transposeA },
    inputs: [inputs[1]!, inputs[0]!],
    outputs,
  };
}

/** What a map's output is without computing it: a constant, or an operand as it is. */
function resultOf(
  node: Scalar,
  dtype: Dtype,
  length: number,
  operands: readonly MapOperand[],
): Value | undefined {
  if (node.operation === "input") {
    const { value } = operands[node.immediate]!;
    return value.dtype === dtype && value.length === length ? value : undefined;
  }
  if (node.operation !== "constant" || dtype === "u8") return undefined;
  return constant(dtype, length, viewAs(dtype, Uint32Array.of(node.immediate).buffer, 0, 1));
}
