import type { Key } from "../random/key.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Tree } from "../tensor/tree.ts";

/** The state of a model that keeps none. */
export type NoState = Readonly<Record<string, never>>;

/**
 * A configured architecture: two pure functions over plain trees of tensors. `params` are trained; `state` (such as
 * running statistics) goes in and comes out; randomness comes in as a key; `train` is static. An architecture itself is a
 * function from its configuration to this.
 */
export interface Model<P extends Tree, S extends Tree = NoState> {
  /** Draws the parameters, and makes the state before the first step. */
  init(key: Key): { params: P; state: S };
  /** Computes the outputs y of a batch x, and the state after it. */
  apply(
    params: P,
    state: S,
    x: Tensor,
    options: { readonly key: Key; readonly train: boolean },
  ): { readonly y: Tensor; readonly state: S };
}
