import { composition } from "../autodiff/composition.ts";
import { less } from "../ops/compare.ts";
import { select } from "../ops/select.ts";
import { uniform } from "../ops/uniform.ts";
import type { Key } from "../random/key.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** How dropout computes. */
export interface DropoutOptions {
  /** The share of values that is dropped, from 0 to below 1. */
  readonly rate: number;
  /** False: the identity. */
  readonly train: boolean;
}

/**
 * Inverted dropout: each value is replaced by +0 with probability `rate`, else divided by k = fround(1 - rate), so that
 * its expectation stays and nothing is left to do when `train` is false: then this is the identity.
 *
 * Element i is kept where element i of the key's uniform draw is below k (rule N7). Fold the key by layer and step.
 *
 * *Gradient* g / k where kept, +0 elsewhere.
 * *Source* Srivastava et al. 2014; i2dl, lecture 8.
 * *Differs* from the paper, which scales the weights at test time instead.
 *
 * @throws {RangeError} if the rate is not from 0 to below 1.
 *
 * @example
 * ```ts
 * import { createDevice, dropout, Key, ones, setDefaultDevice } from "@verbatim/core";
 * import { assert, assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = ones([1000]);
 * using y = dropout(Key.from(1), x, { rate: 0.5, train: true });
 * const values = await y.read();
 * assert(values.every((value) => value === 0 || value === 2));
 * const kept = values.filter((value) => value === 2).length;
 * assert(kept > 400 && kept < 600);
 * using same = dropout(Key.from(1), x, { rate: 0.5, train: false });
 * assertEquals(await same.read(), await x.read());
 * ```
 */
export function dropout(key: Key, x: Tensor, { rate, train }: DropoutOptions): Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw new RangeError(`Cannot drop out: expected a rate from 0 to below 1, got ${rate}`);
  }
  if (!train || rate === 0) return x.reshape(x.shape);
  return composition(() => {
    const keep = Math.fround(1 - rate);
    return select(less(uniform(key, x.shape), keep), x.div(keep), 0);
  }, "dropout");
}
