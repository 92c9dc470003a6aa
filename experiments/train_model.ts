import {
  disposeTree,
  type Key,
  type Model,
  type Optimiser,
  type Schedule,
  type Tensor,
  train,
  type TrainingMonitor,
  type Tree,
  valueAndGrad,
} from "@verbatim/core";

/** What of a trained model is used: its parameters, and its state. */
export type Trained<P extends Tree, S extends Tree> = { readonly params: P; readonly state: S };

/** A model and how it is trained. */
export interface ModelTraining<
  P extends Tree,
  S extends Tree,
  X extends Tree,
  Y extends Tree,
  B,
  O extends Tree,
> {
  readonly model: Model<P, S, X, Y>;
  readonly optimiser: Optimiser<O>;
  readonly learningRate: Schedule;
  /** Number of steps. */
  readonly steps: number;
  /** Of the seed: parameters are drawn from `key.fold("init")`, and `apply` draws from `key.fold("step").fold(step)`. */
  readonly key: Key;
  /** What a step learns from: the inputs x and whatever the loss asks for, tensors that are disposed after use. */
  batch(step: number): Promise<B>;
  /** The loss of the model's outputs, 0-d f32. */
  loss(y: Y, batch: B): Tensor;
  /** Called after every `every` steps and after the last: for curves. What it is given belongs to the training. */
  readonly evaluation?: { readonly every: number; run(trained: Trained<P, S>, done: number): Promise<void> };
  readonly monitor: TrainingMonitor;
}

/**
 * Trains a model by the gradient of a loss of its outputs, with `train: true`, and returns its parameters and its state,
 * which the caller disposes. What is trained in another way calls `train` itself.
 *
 * @example The line y = 2 x: each step halves the distance of w to 2
 * ```ts
 * import { constantRate, createDevice, dense, type DenseParams, disposeTree, glorotUniform } from "@verbatim/core";
 * import { initDense, Key, type Model, setDefaultDevice, sgd, silentMonitor, square, tensor } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 * import { trainModel } from "./train_model.ts";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const line: Model<DenseParams> = {
 *   init: (key) => ({ params: initDense(key, 1, 1, glorotUniform), state: {} }),
 *   apply: (params, state, x) => ({ y: dense(params, x), state }),
 * };
 * const { params, state } = await trainModel({
 *   model: line,
 *   optimiser: sgd,
 *   learningRate: constantRate(0.25),
 *   steps: 20,
 *   key: Key.from(1),
 *   batch: () => Promise.resolve({ x: tensor([[-1], [1]]), y: tensor([[-2], [2]]) }),
 *   loss: (y, batch) => square(y.sub(batch.y)).mean(),
 *   monitor: silentMonitor,
 * });
 * assertAlmostEquals(await params.w.item(), 2, 1e-5);
 * disposeTree([params, state]);
 * ```
 */
export async function trainModel<
  P extends Tree,
  S extends Tree,
  X extends Tree,
  Y extends Tree,
  B extends { readonly x: X },
  O extends Tree,
>(options: ModelTraining<P, S, X, Y, B, O>): Promise<Trained<P, S>> {
  const { model, optimiser, learningRate, steps, key, loss: lossOf, evaluation, monitor } = options;
  const init = () => {
    const { params, state } = model.init(key.fold("init"));
    return { params, state, optimiser: optimiser.init(params) };
  };
  type Running = ReturnType<typeof init>;
  // The batch is of a type of its own, which `StepInputs` could not follow.
  type Inputs = { readonly batch: unknown; readonly key: Key; readonly rate: Tensor };
  const { params, state, optimiser: memory } = await train<Running, Inputs>({
    init,
    steps,
    inputs: async (step) => ({
      batch: await options.batch(step),
      key: key.fold("step").fold(step),
      rate: learningRate(step),
    }),
    step(carry, inputs) {
      const batch = inputs.batch as B;
      const [{ loss, state }, gradient] = valueAndGrad((params: P) => {
        const out = model.apply(params, carry.state, batch.x, { key: inputs.key, train: true });
        return { loss: lossOf(out.y, batch), state: out.state };
      })(carry.params);
      const next = optimiser.update(carry.params, gradient, carry.optimiser, inputs.rate);
      return { carry: { params: next.params, state, optimiser: next.state }, out: { loss } };
    },
    ...(evaluation === undefined ? {} : { evaluation }),
    monitor,
  });
  disposeTree(memory);
  return { params, state };
}
