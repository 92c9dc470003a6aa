import type { TensorLike } from "../tensor/tensor.ts";
import type { Tree } from "../tensor/tree.ts";

/**
 * An update rule, as two pure functions: the state at the start, and a step.
 *
 * Parameters, gradients and the state's trees have the same form. The learning rate is a number (rounded to f32 once) or
 * a 0-d tensor. Updates are not differentiable.
 */
export interface Optimiser<S extends Tree> {
  /** The state before the first step. */
  init<P extends Tree>(params: P): S;
  /** The parameters and the state after one step. */
  update<P extends Tree>(
    params: P,
    gradient: P,
    state: S,
    learningRate: TensorLike,
  ): { params: P; state: S };
}
