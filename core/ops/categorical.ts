import { withoutTapes } from "../autodiff/tape.ts";
import type { Key } from "../random/key.ts";
import { f32 } from "../scalar/expression.ts";
import { less, multiply, select } from "../scalar/notation.ts";
import { scope } from "../tensor/scope.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { argmax } from "./argmax.ts";
import { cumulativeSum } from "./cumulative_sum.ts";
import { draw } from "./_draw.ts";
import { MapOperation } from "./elementwise.ts";
import { exp } from "./exp.ts";
import { max } from "./max.ts";

/** What the numbers from which `categorical` draws are. */
export interface CategoricalOptions {
  /** Whether they are logarithms of the weights (the default), or the weights. */
  readonly of?: "logits" | "weights";
}

// u total < sum so far
const passed = new MapOperation(
  "draw",
  ["f32", "f32", "f32"],
  ["f32"],
  (sum, u, total) => [select(less(multiply(u, total), sum), f32(1), f32(0))],
);

/**
 * Draws one class from each row of logits or weights, as u32: class c with probability w_c / sum w, where the weights w
 * are e^(x - max x) of logits x, or x / max x of weights x.
 *
 * The method is inversion. With the row's cumulative sums s_c (rule N5a) and u the row's element of the key's uniform
 * draw (rule N7), rows counted row-major, it is the first class for which s_c > fl(u s_last). As u takes the multiples of
 * 2^-24, probabilities are resolved to that. A class of weight 0 is never drawn: its sum is that of the class before. A
 * row with NaN or +infinity, or in which all weights are 0, gives 0. Weights must not be negative.
 *
 * *Shapes* [..., C] -> [...]. *Gradient* none.
 *
 * @throws {RangeError} if there is no axis of classes or it is empty. @throws {TypeError} if the numbers are not f32.
 *
 * @example
 * ```ts
 * import { categorical, createDevice, Key, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using logits = tensor([[0, -Infinity, -Infinity], [-200, 0, -200]]);
 * using classes = categorical(Key.from(1), logits);
 * assertEquals(await classes.read(), Uint32Array.of(0, 1));
 * using weights = tensor([0, 0, 3, 0]);
 * using one = categorical(Key.from(1), weights, { of: "weights" });
 * assertEquals(await one.item(), 2);
 * ```
 */
export function categorical(key: Key, x: Tensor, { of = "logits" }: CategoricalOptions = {}): Tensor {
  if (x.dtype !== "f32") throw new TypeError(`Cannot draw classes: expected f32, got ${x.dtype}`);
  const classes = x.shape.at(-1);
  if (classes === undefined || classes === 0) {
    throw new RangeError(`Cannot draw classes: expected a last axis of classes, got ${formatShape(x.shape)}`);
  }
  return scope(() =>
    withoutTapes(() => {
      const kept = [...x.shape.slice(0, -1), 1];
      const largest = max(x, -1).reshape(kept);
      // so the sums are from 1 to C, and u s_last is below s_last even when rounded
      const weights = of === "weights" ? x.div(largest) : exp(x.sub(largest));
      const sums = cumulativeSum(weights);
      const starts = x.shape.map((_, axis) => axis === x.rank - 1 ? classes - 1 : 0);
      const total = sums.slice(starts, x.shape);
      return argmax(passed.run([sums, draw("uniform", key, kept), total])[0]!, -1);
    })
  );
}
