import type { DeviceBuffer } from "../backends/backend.ts";
import type { Key } from "../random/key.ts";
import { defaultDevice } from "../tensor/device.ts";
import { outsideScopes } from "../tensor/scope.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { activeTracing } from "../tensor/tracing.ts";
import { treeLeaves } from "../tensor/tree.ts";
import { copyTree } from "./copy_tree.ts";
import { PreparedStep } from "./prepared_step.ts";
import { identityKernel } from "./schedule.ts";
import { signatureOf } from "./signature.ts";
import { type StepResult, trace } from "./trace.ts";

/** What a step is given: where the step reads a tensor, a number may be given, which becomes a 0-d f32 tensor. */
export type StepInputs<I> = I extends Tensor ? Tensor | number
  : I extends Key | string | number | boolean | null | undefined ? I
  : { readonly [K in keyof I]: StepInputs<I[K]> };

/**
 * A step made ready to run many times. It owns what is carried from step to step; see `compile`.
 */
export class Program<C, I, O> {
  readonly #step: (carry: C, inputs: I) => StepResult<C, O>;
  readonly #carry: C;
  readonly #tensors: readonly Tensor[];
  readonly #prepared: PreparedStep<O>[] = [];
  readonly #device = defaultDevice();
  #disposed = false;

  /** Use `compile`. */
  constructor(step: (carry: C, inputs: I) => StepResult<C, O>, carry: C) {
    checkNotTracing("compile");
    this.#step = step;
    // The carried arrays are written over, so they are copies.
    this.#carry = outsideScopes(() => copyTree(carry));
    this.#tensors = treeLeaves(this.#carry).map(([, tensor]) => tensor);
  }

  /** What is carried now. The tensors are the program's own, and the next step writes over them. */
  get carry(): C {
    this.#checkOpen();
    return this.#carry;
  }

  /** How often the step was traced: once for each set of shapes and static inputs. */
  get traces(): number {
    return this.#prepared.length;
  }

  /**
   * Runs one step. What it returns is the same tree of tensors at every step for inputs of these shapes: read it before
   * the next step writes over it.
   *
   * @throws {TypeError} if the step can't be traced, or an input lives on another device.
   * @throws {OutOfMemoryError} if there is no room for the step's values; the program is as it was.
   */
  step(inputs: StepInputs<NoInfer<I>>): O {
    this.#checkOpen();
    checkNotTracing("run a step");
    const prepared = this.#find(inputs) ?? this.#prepare(inputs);
    prepared.run();
    return prepared.out;
  }

  /** Copies of what is carried now, which belong to the caller. */
  snapshot(): C {
    this.#checkOpen();
    return copyTree(this.#carry);
  }

  /** Carries on from another state. @throws {RangeError} if it is not of the same names, dtypes and shapes. */
  restore(carry: C): void {
    this.#checkOpen();
    const leaves = treeLeaves(carry);
    const own = treeLeaves(this.#carry);
    own.forEach(([path, { dtype, shape }], i) => {
      const [name, given] = leaves[i] ?? ["nothing", undefined];
      if (name === path && given?.dtype === dtype && sameShape(given.shape, shape)) return;
      throw new RangeError(
        `Cannot restore a program: expected ${path} of ${dtype} ${formatShape(shape)}, got ${name}${
          given === undefined ? "" : ` of ${given.dtype} ${formatShape(given.shape)}`
        }`,
      );
    });
    const { backend } = this.#device;
    own.forEach(([, { dtype, size, storage }], i) =>
      backend.run(identityKernel(dtype, size), [leaves[i]![1].storage.buffer], [storage.buffer])
    );
  }

  /** Gives all memory back. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const prepared of this.#prepared.splice(0)) prepared.dispose();
    for (const tensor of this.#tensors) tensor.dispose();
  }

  /** For `using`: disposes. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The prepared step for such inputs, which it has taken; the last one used stands first. */
  #find(inputs: unknown): PreparedStep<O> | undefined {
    const list = this.#prepared;
    for (let i = 0; i < list.length; i++) {
      const prepared = list[i]!;
      if (!prepared.take(inputs)) continue;
      for (let later = i; later > 0; later--) list[later] = list[later - 1]!;
      list[0] = prepared;
      return prepared;
    }
    return undefined;
  }

  #prepare(inputs: unknown): PreparedStep<O> {
    const signature = signatureOf(inputs);
    const { backend } = this.#device;
    const traced = trace<C, O>(this.#step, this.#carry, inputs, signature.leaves, backend.workers);
    const buffers: DeviceBuffer[] = this.#tensors.map(({ storage }) => storage.buffer);
    const prepared = new PreparedStep(backend, signature, traced, buffers);
    prepared.take(inputs);
    this.#prepared.unshift(prepared);
    return prepared;
  }

  #checkOpen(): void {
    if (this.#disposed) throw new TypeError("Cannot use a program: expected it open, got it disposed");
  }
}

/**
 * Makes a step ready to run many times: it is traced once for each set of shapes, its kernels are simplified and fused,
 * all memory is planned, and the whole runs as one program. The bits are those of running it operation by operation.
 *
 * The step takes what is carried and inputs, and returns what is carried on and what is to be read. Tensors, numbers and
 * keys among the inputs may change from step to step; strings and booleans select a program of their own. A number, a
 * key or a tensor that the step takes from elsewhere is a constant of the program. A step may not look at values: it is
 * synchronous, and what it does may depend on shapes only.
 *
 * A step takes no memory of the device and, once the engine has optimised its code, makes no objects on the host: what
 * the caller makes for it is all. A key folded for each step is about 550 bytes.
 *
 * The carry is copied: the program owns its copy and writes over it. Dispose of the program, or declare it with `using`.
 *
 * @throws {TypeError} from the first step, if the function can't be traced.
 * @throws {OutOfMemoryError} if there is no room for a copy of the carry.
 *
 * @example Gradient descent on (w x - y)^2
 * ```ts
 * import { compile, createDevice, setDefaultDevice, tensor, valueAndGrad } from "@verbatim/core";
 * import type { Tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * await using device = await createDevice({ workers: 1 });
 * setDefaultDevice(device);
 * using start = tensor(0);
 * using program = compile((w: Tensor, { x, y, rate }: { x: Tensor; y: Tensor; rate: Tensor }) => {
 *   const [loss, gradient] = valueAndGrad((w: Tensor) => {
 *     const error = w.mul(x).sub(y);
 *     return error.mul(error);
 *   })(w);
 *   return { carry: w.sub(gradient.mul(rate)), out: { loss } };
 * }, start);
 * const losses: number[] = [];
 * for (let step = 0; step < 3; step++) {
 *   const { loss } = program.step({ x: 1, y: 4, rate: 0.25 });
 *   losses.push(await loss.item());
 * }
 * assertEquals(losses, [16, 4, 1]);
 * assertEquals(await program.carry.item(), 3.5);
 * ```
 */
export function compile<C, I, O>(
  step: (carry: C, inputs: I) => StepResult<C, O>,
  carry: C,
): Program<C, I, O> {
  return new Program(step, carry);
}

function checkNotTracing(what: string): void {
  if (activeTracing() === undefined) return;
  throw new TypeError(`Cannot ${what} inside a function that is being compiled`);
}
