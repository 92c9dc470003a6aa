import { Device, setDefaultDevice } from "../tensor/device.ts";
import { scope } from "../tensor/scope.ts";
import { formatShape, sameShape, type Shape, sizeOf } from "../tensor/shape.ts";
import { Storage, Tensor } from "../tensor/tensor.ts";
import { withTracing } from "../tensor/tracing.ts";
import { mapTree, treeLeaves } from "../tensor/tree.ts";
import type { Dtype } from "../numerics/dtype.ts";
import { Key, type KeyDerivation } from "../random/key.ts";
import type { Graph } from "./graph.ts";
import type { InputLeaf } from "./signature.ts";
import { TraceBackend } from "./trace_backend.ts";

/** Dtype and shape of an array, and where it stands in its tree. */
export interface ArrayType {
  readonly path: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
}

/** What a step returns. */
export interface StepResult<C, O> {
  /** What is carried on: the same tree, dtypes and shapes as what was carried in. */
  readonly carry: C;
  /** What is there to read until the next step. */
  readonly out: O;
}

/** What a function did while it was traced. */
export interface Trace<O> {
  readonly graph: Graph;
  /** For each parameter of the graph, in order: the input's leaf, or how a key comes from one. */
  readonly parameters: readonly TraceParameter[];
  /** What the function returned to be read; its tensors, which are disposed, stand for the graph's outputs. */
  readonly out: O;
  /** The type of each output, in the order of the tree's leaves. */
  readonly outTypes: readonly ArrayType[];
}

/** Where the values of a parameter come from. */
export interface TraceParameter {
  /** Which leaf of the inputs. */
  readonly leaf: number;
  readonly dtype: Dtype;
  readonly length: number;
  /** For a key: which of the keys that come from it. */
  readonly derivation?: KeyDerivation;
}

/**
 * Runs a step once on stand-ins for its tensors, and returns what it did.
 *
 * @throws {TypeError} if the step reads a value, returns a promise, or returns another carry than it got.
 */
export function trace<C, O>(
  step: (carry: C, inputs: never) => StepResult<C, O>,
  carry: C,
  inputs: unknown,
  leaves: readonly InputLeaf[],
  workers: number,
): Trace<O> {
  const backend = new TraceBackend(workers);
  const before = setDefaultDevice(new Device(backend));
  let traced: Trace<O> | undefined;
  try {
    // Nothing is returned from the scope: the tensors of the trace live no longer than it.
    withTracing(backend, () => scope(() => void (traced = run(backend, step, carry, inputs, leaves))));
    return traced!;
  } finally {
    setDefaultDevice(before);
    void backend.close();
  }
}

function run<C, O>(
  backend: TraceBackend,
  step: (carry: C, inputs: never) => StepResult<C, O>,
  carry: C,
  inputs: unknown,
  leaves: readonly InputLeaf[],
): Trace<O> {
  const carried = treeLeaves(carry).map(([, { dtype, shape, size }], index) =>
    new Tensor(dtype, shape, new Storage(backend, backend.carried(dtype, size, index)))
  );
  let next = 0;
  const carryIn = mapTree(carry, () => carried[next++]!);
  const given = standInsFor(backend, leaves);
  const result: unknown = step(carryIn, withLeaves(inputs, leaves, given.values) as never);
  const { carry: carryOut, out } = checkResult<C, O>(result);
  const after = checkCarry(carry, carryOut);
  const outLeaves = treeLeaves(out);
  const ofKeys = backend.keys.map(({ key }): TraceParameter => {
    const derivation = key.derivation!;
    const leaf = given.roots.get(derivation.root);
    if (leaf === undefined) throw new TypeError("Cannot compile: expected a key of this step, got another's");
    return { leaf, dtype: "u32", length: 4, derivation };
  });
  const valueOf = ({ storage }: Tensor) =>
    backend.valueOf(storage.backend === backend ? storage.buffer : backend.capture(storage));
  return {
    graph: {
      calls: backend.calls,
      outputs: outLeaves.map(([, tensor]) => valueOf(tensor)),
      carry: after.map((tensor, i) => ({ before: valueOf(carried[i]!), after: valueOf(tensor) })),
    },
    parameters: [...given.parameters, ...ofKeys],
    out,
    outTypes: outLeaves.map(([path, { dtype, shape }]) => ({ path, dtype, shape })),
  };
}

/** What the step gets for each leaf of its inputs; tensors and numbers are the first parameters. */
function standInsFor(backend: TraceBackend, leaves: readonly InputLeaf[]) {
  const parameters: TraceParameter[] = [];
  const roots = new Map<object, number>();
  const values = leaves.map((leaf, index): unknown => {
    if (leaf.kind === "static") return leaf.value;
    if (leaf.kind === "key") {
      const root = {};
      roots.set(root, index);
      return Key.placeholder(root);
    }
    const shape = leaf.kind === "number" ? [] : leaf.shape;
    const dtype = leaf.kind === "number" ? "f32" : leaf.dtype;
    const length = sizeOf(shape);
    parameters.push({ leaf: index, dtype, length });
    return new Tensor(dtype, shape, new Storage(backend, backend.parameter(dtype, length)));
  });
  return { values, parameters, roots };
}

/** The inputs with other leaves. */
function withLeaves(inputs: unknown, leaves: readonly InputLeaf[], values: readonly unknown[]): unknown {
  const replaced = new Map(leaves.map((leaf, i) => [leaf.path.join("/"), values[i]]));
  const walk = (value: unknown, path: readonly string[]): unknown => {
    const name = path.join("/");
    if (replaced.has(name)) return replaced.get(name);
    if (Array.isArray(value)) return value.map((child, i) => walk(child, [...path, String(i)]));
    return Object.fromEntries(
      Object.entries(value as object).map(([key, child]) => [key, walk(child, [...path, key])]),
    );
  };
  return walk(inputs, []);
}

function checkResult<C, O>(result: unknown): StepResult<C, O> {
  if (result instanceof Promise) {
    throw new TypeError("Cannot compile: expected a synchronous function, got one that returns a promise");
  }
  if (typeof result !== "object" || result === null || !("carry" in result) || !("out" in result)) {
    throw new TypeError("Cannot compile: expected a function that returns { carry, out }");
  }
  return result as StepResult<C, O>;
}

/** The tensors that are carried on, which must be of the kind of those that were carried in. */
function checkCarry(before: unknown, after: unknown): Tensor[] {
  const wanted = treeLeaves(before);
  const given = treeLeaves(after);
  for (let i = 0; i < Math.max(wanted.length, given.length); i++) {
    const [path, tensor] = wanted[i] ?? ["nothing", undefined];
    const [gotPath, got] = given[i] ?? ["nothing", undefined];
    const describe = (name: string, t: Tensor | undefined) =>
      t === undefined
        ? "nothing"
        : `${name === "" ? "a tensor" : name} of ${t.dtype} ${formatShape(t.shape)}`;
    if (
      tensor === undefined || got === undefined || path !== gotPath || tensor.dtype !== got.dtype ||
      !sameShape(tensor.shape, got.shape)
    ) {
      throw new TypeError(
        `Cannot compile: expected the step to carry on ${describe(path, tensor)}, got ${
          describe(gotPath, got)
        }`,
      );
    }
  }
  return given.map(([, tensor]) => tensor);
}
