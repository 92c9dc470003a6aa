import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { disposeTree, type Tree, treeLeaves } from "../tensor/tree.ts";
import { readTree, writeTree } from "./read_tree.ts";
import type { TrainingMonitor } from "./monitor.ts";

/** What goes from step to step: parameters, model state, optimiser state. */
export type Carry<P extends Tree = Tree, S extends Tree = Tree, O extends Tree = Tree> = {
  readonly params: P;
  readonly state: S;
  readonly optimiser: O;
};

/** One training run. */
export interface TrainOptions<C extends Carry, B extends Tree> {
  /** Makes the carry of step 0. */
  init(): C;
  /** Number of steps. */
  readonly steps: number;
  /** The batch of a step, counted from 0: a pure function of the step, so that resuming is free. Disposed after use. */
  batch(step: number): Promise<B>;
  /** One step, inside a scope: the next carry, and the loss (0-d) before the update. */
  step(carry: C, batch: B, step: number): { readonly carry: C; readonly loss: Tensor };
  /** Called after every `every` steps and after the last. */
  readonly evaluation?: { readonly every: number; run(carry: C, stepsDone: number): Promise<void> };
  /** Keeps history and checkpoints. */
  readonly monitor: TrainingMonitor;
}

/** Losses are read from the device in groups of this many steps. */
const LOSS_GROUP = 64;

/**
 * Trains for a number of steps and returns the last carry, which the caller disposes.
 *
 * Every step is a pure function of the carry and of its batch, and the monitor keeps checkpoints: an interrupted run that
 * is started again gives the same bits.
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
 *   batch: () => Promise.resolve({}),
 *   step(carry) {
 *     const [loss, gradient] = valueAndGrad(({ w }: { w: Tensor }) => w.sub(4).mul(w.sub(4)))(carry.params);
 *     const { params } = sgd.update(carry.params, gradient, {}, 0.25);
 *     return { carry: { ...carry, params }, loss };
 *   },
 *   monitor: { ...silentMonitor, losses: (_first, values) => void losses.push(...values) },
 * });
 * assertEquals(losses, [16, 4, 1]);
 * assertEquals(await carry.params.w.item(), 3.5);
 * disposeTree(carry);
 * ```
 */
export async function train<C extends Carry, B extends Tree>(options: TrainOptions<C, B>): Promise<C> {
  const { steps, monitor, evaluation } = options;
  const checkpoint = await monitor.resume();
  let carry = scope(options.init);
  let done = 0;
  if (checkpoint === undefined) {
    monitor.milestone({ step: 0, parameters: await readTree(carry.params) });
  } else {
    const fresh = carry;
    carry = scope(() => writeTree(fresh, checkpoint.carry));
    disposeTree(fresh);
    done = checkpoint.step;
  }

  let pending: Tensor[] = [];
  const flush = async () => {
    const losses = new Float32Array(pending.length);
    for (const [i, loss] of pending.entries()) losses[i] = await loss.item();
    if (losses.length > 0) monitor.losses(done - losses.length, losses);
    for (const loss of pending) loss.dispose();
    pending = [];
  };

  while (done < steps) {
    const batch = await options.batch(done);
    const before = carry;
    const next = scope(() => options.step(before, batch, done));
    carry = next.carry;
    pending.push(next.loss);
    disposeTree(batch);
    disposeReplaced(before, carry);
    done++;
    const last = done === steps;
    if (pending.length === LOSS_GROUP || last) {
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
  return carry;
}

/** Frees what the next carry does not take over. */
function disposeReplaced(before: Tree, after: Tree): void {
  const kept = new Set(treeLeaves(after).map(([, leaf]) => leaf));
  for (const [, leaf] of treeLeaves(before)) if (!kept.has(leaf)) leaf.dispose();
}
