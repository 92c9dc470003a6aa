import type { Key } from "../random/key.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Tree } from "../tensor/tree.ts";

/** The state of a model that keeps none. */
export type NoState = Readonly<Record<string, never>>;

/** What an architecture's `apply` is told beside its inputs. */
export interface ApplyOptions {
  /** For what is drawn at random, such as dropout. */
  readonly key: Key;
  /** Whether the model is being trained. Static: it selects what is compiled. */
  readonly train: boolean;
}

/**
 * A configured architecture: two pure functions over plain trees of tensors. `params` are trained; `state` (such as
 * running statistics) goes in and comes out; randomness comes in as a key; `train` is static. Inputs x and outputs y are
 * one tensor each, or trees of several. An architecture itself is a function from its configuration to this.
 */
export interface Model<
  P extends Tree,
  S extends Tree = NoState,
  X extends Tree = Tensor,
  Y extends Tree = Tensor,
> {
  /** Draws the parameters, and makes the state before the first step. */
  init(key: Key): { params: P; state: S };
  /** Computes the outputs y of a batch x, and the state after it. */
  apply(
    params: P,
    state: S,
    x: X,
    options: ApplyOptions,
  ): { readonly y: Y; readonly state: S };
}
