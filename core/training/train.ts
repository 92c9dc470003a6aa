import { compile, type StepInputs } from "../compile/compile.ts";
import type { StepResult } from "../compile/trace.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { disposeTree, type Tree } from "../tensor/tree.ts";
import { LossReader } from "./_loss_reader.ts";
import type { TrainingMonitor } from "./monitor.ts";
import { readTree, writeTree } from "./read_tree.ts";

/** What goes from step to step: parameters, model state, optimiser state. */
export type Carry<P extends Tree = Tree, S extends Tree = Tree, O extends Tree = Tree> = {
  readonly params: P;
  readonly state: S;
  readonly optimiser: O;
};

/** One training run. */
export interface TrainOptions<C extends Carry, I> {
  /** Makes the carry of step 0. */
  init(): C;
  /** Number of steps. */
  readonly steps: number;
  /**
   * What a step is given, counted from 0: batch, learning rate, key. A pure function of the step, so that resuming is
   * free. Its tensors are disposed after use.
   */
  inputs(step: number): Promise<StepInputs<NoInfer<I>>>;
  /** One step: the next carry, and the loss (0-d) before the update. It is compiled: see `compile` for what it may do. */
  step(carry: C, inputs: I): StepResult<C, { readonly loss: Tensor }>;
  /** Called after every `every` steps and after the last. The carry belongs to the run. */
  readonly evaluation?: { readonly every: number; run(carry: C, stepsDone: number): Promise<void> };
  /** Keeps history and checkpoints. */
  readonly monitor: TrainingMonitor;
}

/** Losses are told to the monitor in groups of this many steps. */
const LOSS_GROUP = 64;

/**
 * Trains for a number of steps and returns the last carry, which the caller disposes.
 *
 * Every step is a pure function of the carry and of its inputs, and the monitor keeps checkpoints: an interrupted run
 * that is started again gives the same bits.
 *
 * @example Each step halves the distance of w to 4, the minimum of (w - 4)^2
 * ```ts
 * import {
 *   createDevice,
 *   disposeTree,
 *   setDefaultDevice,
 *   sgd,
 *   silentMonitor,
 *   type Tensor,
 *   tensor,
 *   train,
 *   valueAndGrad,
 * } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const losses: number[] = [];
 * const carry = await train({
 *   init: () => ({ params: { w: tensor(0) }, state: {}, optimiser: {} }),
 *   steps: 3,
 *   inputs: () => Promise.resolve({ rate: 0.25 }),
 *   step(carry, { rate }: { rate: Tensor }) {
 *     const [loss, gradient] = valueAndGrad(({ w }: { w: Tensor }) => w.sub(4).mul(w.sub(4)))(carry.params);
 *     const { params } = sgd.update(carry.params, gradient, {}, rate);
 *     return { carry: { ...carry, params }, out: { loss } };
 *   },
 *   monitor: { ...silentMonitor, losses: (_first, values) => void losses.push(...values) },
 * });
 * assertEquals(losses, [16, 4, 1]);
 * assertEquals(await carry.params.w.item(), 3.5);
 * disposeTree(carry);
 * ```
 */
export async function train<C extends Carry, I>(options: TrainOptions<C, I>): Promise<C> {
  const { steps, monitor, evaluation } = options;
  const checkpoint = await monitor.resume();
  const start = scope(() => {
    const fresh = options.init();
    return checkpoint === undefined ? fresh : writeTree(fresh, checkpoint.carry);
  });
  using program = compile(options.step, start);
  disposeTree(start);
  const { carry } = program;
  let done = checkpoint?.step ?? 0;
  if (checkpoint === undefined) monitor.milestone({ step: 0, parameters: await readTree(carry.params) });

  using losses = new LossReader();
  const flush = async () => {
    const first = done - losses.length;
    if (losses.length > 0) monitor.losses(first, await losses.take());
  };

  while (done < steps) {
    const inputs = await options.inputs(done);
    const { loss } = program.step(inputs);
    disposeTree(inputs);
    await losses.add(loss);
    done++;
    const last = done === steps;
    if (losses.length === LOSS_GROUP || last) {
      await flush();
      monitor.progress(done, steps, "training");
    }
    if (last || monitor.wantsMilestone(done, steps)) {
      await flush();
      monitor.milestone({ step: done, parameters: await readTree(carry.params) });
    }
    if (evaluation !== undefined && (last || done % evaluation.every === 0)) {
      await flush();
      await evaluation.run(carry, done);
    }
    if (last || monitor.wantsCheckpoint(done)) {
      await flush();
      await monitor.saveCheckpoint({ step: done, carry: await readTree(carry) });
    }
  }
  return program.snapshot();
}
