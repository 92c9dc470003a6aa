import { withoutTapes } from "../autodiff/tape.ts";
import type { Key } from "../random/key.ts";
import { f32 } from "../scalar/expression.ts";
import { less, select } from "../scalar/notation.ts";
import { scope } from "../tensor/scope.ts";
import { formatShape, sameShape, type Shape } from "../tensor/shape.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { draw } from "./_draw.ts";
import { asTensor, MapOperation } from "./elementwise.ts";

const below = new MapOperation(
  "draw",
  ["f32", "f32"],
  ["f32"],
  (u, p) => [select(less(u, p), f32(1), f32(0))],
);

/**
 * Draws of 1 with probability p and of 0 otherwise, as f32: element i is 1 where element i of the key's uniform draw is
 * below p (rule N7), so that its probability is p rounded up to a multiple of 2^-24.
 *
 * *Shapes* p broadcasts to the shape. A p of a tensor that is 0 or less, or NaN, gives 0, one of 1 or more gives 1.
 * *Gradient* none, to p neither.
 *
 * @throws {RangeError} if the shape is not one, p does not broadcast to it, or p is a number that is no probability.
 *
 * @example
 * ```ts
 * import { bernoulli, createDevice, Key, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assert, assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using coins = bernoulli(Key.from(1), 0.5, [1000]);
 * using heads = coins.sum();
 * assert(Math.abs(await heads.item() - 500) < 60);
 * using certain = tensor([0, 1]);
 * using y = bernoulli(Key.from(2), certain, [3, 2]);
 * assertEquals(await y.read(), Float32Array.of(0, 1, 0, 1, 0, 1));
 * ```
 */
export function bernoulli(key: Key, p: TensorLike, shape: Shape): Tensor {
  if (typeof p === "number" && !(p >= 0 && p <= 1)) {
    throw new RangeError(`Cannot draw: expected a probability from 0 to 1, got ${p}`);
  }
  return scope(() =>
    withoutTapes(() => {
      const result = below.run([draw("uniform", key, shape), asTensor(p, "draw")])[0]!;
      if (sameShape(result.shape, shape)) return result;
      throw new RangeError(
        `Cannot draw: expected probabilities that broadcast to ${formatShape(shape)}, got ${
          formatShape(asTensor(p).shape)
        }`,
      );
    })
  );
}
