import type { ConvGeometry } from "../kernels/conv.ts";
import type { Kernel } from "../kernels/kernel.ts";
import type { ApplyOptions, Model } from "./model.ts";
import { Key } from "../random/key.ts";
import { Device, setDefaultDevice } from "../tensor/device.ts";
import { scope } from "../tensor/scope.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Storage, Tensor } from "../tensor/tensor.ts";
import { type Observer, withTracing } from "../tensor/tracing.ts";
import { type Tree, treeLeaves } from "../tensor/tree.ts";
import { TraceBackend } from "../compile/trace_backend.ts";

/** One thing that a model does to its inputs, as a person would name it. */
export interface OutlineNode {
  /** "conv 5x5", "relu", "max-pool 2x2"; "input" for what the model is given. */
  readonly operation: string;
  /** Shape of the last of its results. */
  readonly shape: Shape;
  /** Which nodes' results it reads, ascending; none for an input. */
  readonly from: readonly number[];
  /** Shape under which it reads the first of them. */
  readonly seen: Shape;
  /** Paths of the parameters that it reads, in the order of reading. */
  readonly parameters: readonly string[];
}

/**
 * What a model does to inputs of given shapes while it is trained, as a list of nodes in the order of computation. It is
 * applied dry: nothing is computed. What depends on parameters alone, or on nothing, is no node of its own.
 *
 * @param inputs makes the inputs; called while nothing is computed.
 * @param options by default `train` is true.
 *
 * @example
 * ```ts
 * import { dense, initDense, kaimingUniform, type Model, outline, relu, zeros } from "@verbatim/core";
 * import type { DenseParams } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const model: Model<{ hidden: DenseParams }> = {
 *   init: (key) => ({ params: { hidden: initDense(key, 3, 2, kaimingUniform) }, state: {} }),
 *   apply: (params, state, x) => ({ y: relu(dense(params.hidden, x)), state }),
 * };
 * assertEquals(outline(model, () => zeros([7, 3])).map(({ operation, shape }) => [operation, shape]), [
 *   ["input", [7, 3]],
 *   ["dense", [7, 2]],
 *   ["relu", [7, 2]],
 * ]);
 * ```
 */
export function outline<P extends Tree, S extends Tree, X extends Tree, Y extends Tree>(
  model: Model<P, S, X, Y>,
  inputs: () => X,
  options: Partial<ApplyOptions> = {},
): OutlineNode[] {
  const recorder = new Recorder();
  const backend = new TraceBackend(1, recorder);
  const before = setDefaultDevice(new Device(backend));
  try {
    withTracing(backend, () =>
      scope(() => {
        const { params, state } = model.init(Key.from(1));
        for (const [path, { storage }] of treeLeaves(params)) {
          recorder.known.set(storage, { parameters: [path] });
        }
        const x = inputs();
        for (const [path, tensor] of treeLeaves(x)) recorder.input(path, tensor);
        recorder.active = true;
        model.apply(params, state, x, { key: Key.from(2), train: true, ...options });
      }));
  } finally {
    setDefaultDevice(before);
    void backend.close();
  }
  return recorder.nodes;
}

/** Where the values of an array come from: a node, or parameters and constants alone. */
type Source = { readonly node: number } | { readonly parameters: readonly string[] };

interface Reading {
  readonly from: Set<number>;
  readonly parameters: Set<string>;
  readonly written: Set<Storage>;
  seen: Shape | undefined;
  detail: string | undefined;
  last: Tensor | undefined;
}

class Recorder implements Observer {
  readonly nodes: OutlineNode[] = [];
  readonly known = new Map<Storage, Source>();
  active = false;
  #open: Reading | undefined;

  input(path: string, tensor: Tensor): void {
    this.known.set(tensor.storage, { node: this.nodes.length });
    const operation = path === "" ? "input" : `input ${path}`;
    this.nodes.push({ operation, shape: tensor.shape, from: [], seen: tensor.shape, parameters: [] });
  }

  named<T>(name: string, f: () => T): T {
    if (!this.active || this.#open !== undefined) return f();
    const reading = newReading();
    this.#open = reading;
    try {
      const result = f();
      const results = treeLeaves(result).map(([, tensor]) => tensor);
      this.#close(reading, name, results);
      return result;
    } finally {
      this.#open = undefined;
    }
  }

  launched(kernel: Kernel, inputs: readonly Tensor[], results: readonly Tensor[]): void {
    if (!this.active) return;
    const reading = this.#open ?? newReading();
    for (const { storage, shape } of inputs) {
      if (reading.written.has(storage)) continue;
      const source = this.known.get(storage);
      if (source === undefined) continue;
      if ("node" in source) {
        reading.seen ??= shape;
        reading.from.add(source.node);
      } else for (const path of source.parameters) reading.parameters.add(path);
    }
    for (const result of results) {
      reading.written.add(result.storage);
      reading.last = result;
    }
    reading.detail ??= detailOf(kernel);
    if (this.#open === undefined) this.#close(reading, nameOf(kernel), results);
  }

  #close(reading: Reading, name: string, results: readonly Tensor[]): void {
    const { from, parameters, written, seen, detail } = reading;
    if (written.size === 0) return;
    if (from.size === 0) {
      for (const storage of written) this.known.set(storage, { parameters: [...parameters] });
      return;
    }
    const source = { node: this.nodes.length };
    for (const storage of written) this.known.set(storage, source);
    this.nodes.push({
      operation: detail === undefined ? wordFor(name) : `${wordFor(name)} ${detail}`,
      shape: (results.at(-1) ?? reading.last!).shape,
      from: [...from].sort((a, b) => a - b),
      seen: seen!,
      parameters: [...parameters],
    });
  }
}

function newReading(): Reading {
  return {
    from: new Set(),
    parameters: new Set(),
    written: new Set(),
    seen: undefined,
    detail: undefined,
    last: undefined,
  };
}

/** What operations that errors call by a verb are called in a diagram. */
const WORDS: Readonly<Record<string, string>> = {
  rectify: "relu",
  add: "+",
  subtract: "−",
  multiply: "×",
  divide: "÷",
  exponentiate: "exp",
  "take the maximum": "maximum",
  "take the logarithm": "log",
};

function wordFor(name: string): string {
  return WORDS[name] ?? name.replace(/^take (?:the )?/, "");
}

function nameOf(kernel: Kernel): string {
  switch (kernel.family) {
    case "pool":
      return kernel.operation === "max" ? "max-pool" : "sum-pool";
    case "reduce":
      return kernel.operation;
    case "map":
      return "elementwise";
    case "copy":
      return "rearrange";
    case "scan":
      return "cumulative sum";
    case "random":
      return "draw";
    default:
      return kernel.family;
  }
}

/** Size, stride and padding of a convolution or pooling, as far as they are not the usual ones. */
function detailOf(kernel: Kernel): string | undefined {
  if (kernel.family === "pool") {
    const { windowHeight, windowWidth, strideHeight, strideWidth, paddingTop, paddingLeft } = kernel;
    return [
      `${windowHeight}x${windowWidth}`,
      ...(strideHeight === windowHeight && strideWidth === windowWidth
        ? []
        : [`stride ${pair(strideHeight, strideWidth)}`]),
      ...padding(paddingTop, paddingLeft),
    ].join(", ");
  }
  if (kernel.family !== "conv") return undefined;
  const g = kernel.geometry;
  if (g.inputHeight === 1 && g.kernelHeight === 1 && g.kernelWidth > 1) return sequenceDetailOf(g);
  return [
    `${g.kernelHeight}x${g.kernelWidth}`,
    ...(g.strideHeight === 1 && g.strideWidth === 1 ? [] : [`stride ${pair(g.strideHeight, g.strideWidth)}`]),
    ...(g.dilationHeight === 1 && g.dilationWidth === 1
      ? []
      : [`dilation ${pair(g.dilationHeight, g.dilationWidth)}`]),
    ...padding(g.paddingTop, g.paddingLeft),
    ...(g.groups === 1 ? [] : [`${g.groups} groups`]),
  ].join(", ");
}

/** The same of images of one row: sequences. Causal is what pads before the first step alone, by all that the taps reach. */
function sequenceDetailOf(g: ConvGeometry): string {
  const reach = (g.kernelWidth - 1) * g.dilationWidth;
  const causal = g.strideWidth === 1 && g.paddingLeft === reach && g.outputWidth === g.inputWidth;
  return [
    `${g.kernelWidth}`,
    ...(g.strideWidth === 1 ? [] : [`stride ${g.strideWidth}`]),
    ...(g.dilationWidth === 1 ? [] : [`dilation ${g.dilationWidth}`]),
    ...(causal ? ["causal"] : g.paddingLeft === 0 ? [] : [`padding ${g.paddingLeft}`]),
    ...(g.groups === 1 ? [] : [`${g.groups} groups`]),
  ].join(", ");
}

function pair(rows: number, columns: number): string {
  return rows === columns ? `${rows}` : `${rows}x${columns}`;
}

function padding(top: number, left: number): string[] {
  return top === 0 && left === 0 ? [] : [`padding ${pair(top, left)}`];
}
