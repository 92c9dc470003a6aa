import { composition } from "../autodiff/composition.ts";
import { differentiable } from "../autodiff/differentiable.ts";
import { isTracked, withoutTapes } from "../autodiff/tape.ts";
import { mean } from "../ops/mean.ts";
import { checkInteger } from "../tensor/check.ts";
import { ones, zeros } from "../tensor/create.ts";
import { formatShape, normaliseAxes, sameShape, type Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkEpsilon, momentsOf } from "./_moments.ts";
import type { NormParams } from "./batch_norm.ts";

/** How a normalisation within each example computes. */
export interface NormOptions {
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
}

/**
 * The parameters of a normalisation: gamma 1, beta 0.
 *
 * @param shape The axes of gamma and beta: the normalised ones for `layerNorm`, [C] for `groupNorm` and `instanceNorm`.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, initNorm, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = initNorm([2]);
 * assertEquals([await params.gamma.read(), await params.beta.read()], [
 *   Float32Array.of(1, 1),
 *   Float32Array.of(0, 0),
 * ]);
 * disposeTree(params);
 * ```
 */
export function initNorm(shape: Shape): NormParams {
  return { gamma: ones(shape), beta: zeros(shape) };
}

/**
 * Shifts and scales the values along some axes to mean 0 and variance 1: u = (x - m) s with s = 1 / sqrt(v + epsilon), the
 * mean m and the population variance v = mean (x - m)^2.
 *
 * *Shapes* those of x. *Order* N5 over the axes taken as one; m first, then v from x - m.
 * *Gradient* ((g - mean g) - u mean(g u)) s.
 *
 * @throws {RangeError} if an axis does not exist or repeats, the axes are empty, or epsilon is not positive.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, standardise, tensor } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 3], [10, 10]]);
 * using u = standardise(x, 1);
 * const values = await u.read();
 * [-1, 1, 0, 0].forEach((expected, i) => assertAlmostEquals(values[i]!, expected, 1e-5));
 * ```
 */
export function standardise(
  x: Tensor,
  axes?: number | readonly number[],
  { epsilon = 1e-5 }: NormOptions = {},
): Tensor {
  const along = normaliseAxes(axes, x.rank, "standardise");
  checkEpsilon(epsilon);
  const kept = x.shape.map((length, axis) => (along.includes(axis) ? 1 : length));
  const average = (values: Tensor) => mean(values, along).reshape(kept);
  return composition(() => {
    const moments = withoutTapes(() => momentsOf(x, along, epsilon));
    return differentiable([x], () => x.sub(moments.mean).mul(moments.scale), [
      (g, u) => {
        const scale = isTracked([x]) ? momentsOf(x, along, epsilon).scale : moments.scale;
        return g.sub(average(g)).sub(u.mul(average(g.mul(u)))).mul(scale);
      },
    ]);
  }, "standardise");
}

/**
 * Layer normalisation: each example's last axes to mean 0 and variance 1, then y = gamma u + beta.
 *
 * *Shapes* x [..., D] and gamma, beta [D] -> [..., D]; with gamma of several axes, that many last axes of x are taken as
 * one. *Order* N5 over the normalised axes. *Gradient* that of `standardise`.
 * *Source* Ba, Kiros and Hinton 2016, equation 4.
 *
 * @throws {RangeError} if gamma and beta are not of the shape of x's last axes, those are empty, or epsilon is not positive.
 *
 * @example
 * ```ts
 * import { createDevice, layerNorm, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 3], [20, 10]]);
 * using gamma = tensor([1, 2]);
 * using beta = tensor([0, 5]);
 * using y = layerNorm({ gamma, beta }, x);
 * const values = await y.read();
 * [-1, 7, 1, 3].forEach((expected, i) => assertAlmostEquals(values[i]!, expected, 1e-4));
 * ```
 */
export function layerNorm({ gamma, beta }: NormParams, x: Tensor, options: NormOptions = {}): Tensor {
  const { rank } = gamma;
  const last = rank === 0 ? [] : x.shape.slice(-rank);
  if (rank === 0 || !sameShape(gamma.shape, last) || !sameShape(beta.shape, last)) {
    throw new RangeError(
      `Cannot normalise a layer: expected gamma and beta of the last axes of x, got ${
        [gamma, beta, x].map(({ shape }) => formatShape(shape)).join(", ")
      }`,
    );
  }
  const axes = last.map((_, axis) => x.rank - rank + axis);
  return composition(() => standardise(x, axes, options).mul(gamma).add(beta), "layer norm");
}

/**
 * Group normalisation: in each example, each group of neighbouring channels to mean 0 and variance 1, then
 * y = gamma u + beta by channel.
 *
 * *Shapes* x [B, ..., C] and gamma, beta [C] -> [B, ..., C]. *Order* N5 over the axes between, then the group's channels.
 * *Gradient* that of `standardise`. *Source* Wu and He 2018, equations 1, 2 and 6.
 *
 * @throws {RangeError} if the shapes do not fit, C is no multiple of the number of groups, or epsilon is not positive.
 *
 * @example Channels 1, 3 and 10, 20 by groups of two
 * ```ts
 * import { createDevice, disposeTree, groupNorm, initNorm, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = initNorm([4]);
 * using x = tensor([[[1, 3, 10, 20]]]);
 * using y = groupNorm(params, x, 2);
 * const values = await y.read();
 * [-1, 1, -1, 1].forEach((expected, i) => assertAlmostEquals(values[i]!, expected, 1e-4));
 * disposeTree(params);
 * ```
 */
export function groupNorm(
  { gamma, beta }: NormParams,
  x: Tensor,
  groups: number,
  options: NormOptions = {},
): Tensor {
  checkInteger(groups, 1, "normalise groups", "a number of groups");
  const [batch = 0] = x.shape;
  const channels = x.shape.at(-1) ?? 0;
  if (
    x.rank < 2 || channels % groups !== 0 || !sameShape(gamma.shape, [channels]) ||
    !sameShape(beta.shape, [channels])
  ) {
    throw new RangeError(
      `Cannot normalise groups: expected x [B, ..., C], gamma [C] and beta [C] with C a multiple of ${groups}, got ${
        [x, gamma, beta].map(({ shape }) => formatShape(shape)).join(", ")
      }`,
    );
  }
  const between = x.shape.slice(1, -1).reduce((product, length) => product * length, 1);
  return composition(() => {
    const grouped = x.reshape([batch, between, groups, channels / groups]);
    return standardise(grouped, [1, 3], options).reshape(x.shape).mul(gamma).add(beta);
  }, "group norm");
}

/**
 * Instance normalisation: each channel of each example to mean 0 and variance 1, then y = gamma u + beta: group
 * normalisation with as many groups as channels.
 *
 * *Shapes* x [B, ..., C] and gamma, beta [C] -> [B, ..., C]. *Source* Ulyanov, Vedaldi and Lempitsky 2016, equation 4.
 *
 * @throws {RangeError} if the shapes do not fit or epsilon is not positive.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, initNorm, instanceNorm, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = initNorm([2]);
 * using x = tensor([[[1, 10], [3, 20]]]);
 * using y = instanceNorm(params, x);
 * const values = await y.read();
 * [-1, -1, 1, 1].forEach((expected, i) => assertAlmostEquals(values[i]!, expected, 1e-4));
 * disposeTree(params);
 * ```
 */
export function instanceNorm(params: NormParams, x: Tensor, options: NormOptions = {}): Tensor {
  return groupNorm(params, x, x.shape.at(-1) ?? 1, options);
}
