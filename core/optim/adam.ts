import { MapOperation } from "../ops/elementwise.ts";
import { apply, type F32, f32 } from "../scalar/expression.ts";
import { zeros } from "../tensor/create.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Tree } from "../tensor/tree.ts";
import { updateTrees, zerosLike } from "./_update.ts";
import type { Optimiser } from "./optimiser.ts";

/** Hyper-parameters of Adam. */
export interface AdamOptions {
  /** Decay of the first moment; default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment; default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the second moment; default 1e-8. */
  readonly epsilon?: number;
}

/** Adam's state: both moments, and the bias corrections 1 - beta^t, kept as 0-d tensors without host powers. */
export type AdamState = {
  readonly first: Tree;
  readonly second: Tree;
  readonly correction1: Tensor;
  readonly correction2: Tensor;
};

// fl(fl(beta a) + fl((1 - beta) x)), with the factor 1 - beta rounded to f32 once
const decay = (beta: number, a: F32, x: F32): F32 =>
  apply("add", apply("multiply", f32(beta), a), apply("multiply", f32(1 - beta), x));

/**
 * Adam: m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g^2, c <- b c + (1 - b),
 * p <- p - rate (m / c1) / (sqrt(v / c2) + epsilon).
 *
 * *Source* Kingma and Ba 2015, algorithm 1; i2dl, lecture 5.
 * *Differs* from i2dl, which prints epsilon inside the root: for g = 1e-6 that step is a hundred times smaller.
 *
 * @throws {RangeError} if a decay is not in [0, 1) or epsilon is not positive.
 *
 * @example The first step has the size of the rate, whatever the gradient's
 * ```ts
 * import { adam, createDevice, disposeTree, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const optimiser = adam();
 * const params = { w: tensor([1, 1]) };
 * const gradient = { w: tensor([1000, -0.001]) };
 * const state = optimiser.init(params);
 * const next = optimiser.update(params, gradient, state, 0.25);
 * const [w0, w1] = await next.params.w.read();
 * assertAlmostEquals(w0!, 0.75, 1e-5);
 * assertAlmostEquals(w1!, 1.25, 1e-5);
 * disposeTree([params, gradient, state, next]);
 * ```
 */
export function adam(options: AdamOptions = {}): Optimiser<AdamState> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  if (![beta1, beta2].every((beta) => beta >= 0 && beta < 1) || !(epsilon > 0)) {
    throw new RangeError(
      `Cannot make Adam: expected decays in [0, 1) and a positive epsilon, got ${beta1}, ${beta2} and ${epsilon}`,
    );
  }
  const correct = new MapOperation("correct", ["f32", "f32"], ["f32", "f32"], (c1, c2) => [
    decay(beta1, c1, f32(1)),
    decay(beta2, c2, f32(1)),
  ]);
  const step = new MapOperation(
    "step",
    ["f32", "f32", "f32", "f32", "f32", "f32", "f32"],
    ["f32", "f32", "f32"],
    (p, g, m, v, rate, c1, c2) => {
      const first = decay(beta1, m, g);
      const second = decay(beta2, v, apply("multiply", g, g));
      const root = apply("squareRoot", apply("divide", second, c2));
      const direction = apply("divide", apply("divide", first, c1), apply("add", root, f32(epsilon)));
      return [apply("subtract", p, apply("multiply", rate, direction)), first, second];
    },
  );
  return {
    init: (params) => ({
      first: zerosLike(params, zeros),
      second: zerosLike(params, zeros),
      correction1: zeros([]),
      correction2: zeros([]),
    }),
    update: (params, gradient, state, learningRate) =>
      scope(() => {
        const [correction1, correction2] = correct.run([state.correction1, state.correction2]) as [
          Tensor,
          Tensor,
        ];
        const [updated, first, second] = updateTrees(
          step,
          [params, gradient, state.first, state.second],
          [learningRate, correction1, correction2],
        );
        return { params: updated!, state: { first: first!, second: second!, correction1, correction2 } };
      }),
  };
}
