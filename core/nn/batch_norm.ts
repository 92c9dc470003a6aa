import { composition } from "../autodiff/composition.ts";
import { isTracked, record, withoutTapes } from "../autodiff/tape.ts";
import { sum } from "../ops/sum.ts";
import { ones, zeros } from "../tensor/create.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkEpsilon, momentsOf, scaleOf } from "./_moments.ts";

/** Parameters of a normalisation's affine map: gamma and beta, one of each for each channel. */
export type NormParams = { readonly gamma: Tensor; readonly beta: Tensor };

/** Running averages of a batch normalisation: mean [C], variance [C]. */
export type BatchNormState = { readonly mean: Tensor; readonly variance: Tensor };

/** How a batch normalisation computes. */
export interface BatchNormOptions {
  /** True: by the batch's own statistics, which are taken into the averages. False: by the averages. */
  readonly train: boolean;
  /** The share of the running averages that a step keeps; default 0.9. */
  readonly momentum?: number;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
}

/**
 * The parameters and the state of a batch normalisation: gamma 1, beta 0, running mean 0, running variance 1.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, initBatchNorm, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const norm = initBatchNorm(3);
 * assertEquals(await norm.params.gamma.read(), Float32Array.of(1, 1, 1));
 * assertEquals(await norm.state.mean.read(), Float32Array.of(0, 0, 0));
 * disposeTree(norm);
 * ```
 */
export function initBatchNorm(channels: number): { params: NormParams; state: BatchNormState } {
  return {
    params: { gamma: ones([channels]), beta: zeros([channels]) },
    state: { mean: zeros([channels]), variance: ones([channels]) },
  };
}

/**
 * Batch normalisation of each channel: y = gamma (x - m) s + beta with s = 1 / sqrt(v + epsilon).
 *
 * With `train`, m and v are the mean and the population variance over all axes but the last, v = mean (x - m)^2, and the
 * running averages become r <- momentum r + (1 - momentum) m, and the same of v. Without it, m and v are the running
 * averages. A constant channel gives beta.
 *
 * *Shapes* x [B, ..., C] -> [B, ..., C]. *Order* N5 over all axes but the last taken as one; m first, then v from x - m;
 * (((x - m) s) gamma) + beta, each operation rounded.
 * *Gradient* with n values in a channel and u = (x - m) s: to beta b = sum g; to gamma c = sum g u; to x, with `train`,
 * ((g - b / n) - u (c / n)) (gamma s). None to the state.
 * *Source* Ioffe and Szegedy 2015, algorithm 1; i2dl, lecture 8.
 * *Differs* from PyTorch, whose momentum is the share of the new value (0.1 for 0.9 here), and from PyTorch and the paper in
 * that the running variance is an average of v itself and not of v n / (n - 1).
 *
 * @throws {RangeError} if the shapes do not fit, the batch is empty, the momentum is outside [0, 1] or epsilon not positive.
 *
 * @example Two values become -1 and 1, whatever they were
 * ```ts
 * import { batchNorm, createDevice, disposeTree, initBatchNorm, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const { params, state } = initBatchNorm(1);
 * using x = tensor([[10], [30]]);
 * const trained = batchNorm(params, state, x, { train: true, momentum: 0.5 });
 * const [low, high] = await trained.y.read();
 * assertAlmostEquals(low!, -1, 1e-6);
 * assertAlmostEquals(high!, 1, 1e-6);
 * assertEquals(await trained.state.mean.read(), Float32Array.of(10)); // (0 + 20) / 2
 * assertEquals(await trained.state.variance.read(), Float32Array.of(50.5)); // (1 + 100) / 2
 * disposeTree([params, state, trained]);
 * ```
 */
export function batchNorm(
  params: NormParams,
  state: BatchNormState,
  x: Tensor,
  { train, momentum = 0.9, epsilon = 1e-5 }: BatchNormOptions,
): { readonly y: Tensor; readonly state: BatchNormState } {
  const shape = x.shape.slice(-1);
  for (const [name, { shape: given }] of Object.entries({ ...params, ...state })) {
    if (x.rank < 2 || given.length !== 1 || given[0] !== shape[0]) {
      throw new RangeError(
        `Cannot normalise a batch: expected x [B, ..., C] and ${name} [C], got ${formatShape(x.shape)} and ${
          formatShape(given)
        }`,
      );
    }
  }
  if (!(momentum >= 0 && momentum <= 1)) {
    throw new RangeError(`Cannot normalise a batch: expected a momentum from 0 to 1, got ${momentum}`);
  }
  checkEpsilon(epsilon);
  const { gamma, beta } = params;
  if (!train) {
    return composition(() => ({
      y: x.sub(state.mean).mul(scaleOf(state.variance, epsilon)).mul(gamma).add(beta),
      state: { mean: state.mean.reshape(shape), variance: state.variance.reshape(shape) },
    }), "batch norm");
  }
  return composition(() => {
    const axes = x.shape.slice(0, -1).map((_, axis) => axis);
    const momentsIn = () => {
      const { mean, variance, scale } = momentsOf(x, axes, epsilon);
      return { mean: mean.reshape(shape), variance: variance.reshape(shape), scale: scale.reshape(shape) };
    };
    const moments = withoutTapes(momentsIn);
    const follow = (running: Tensor, batch: Tensor) => running.mul(momentum).add(batch.mul(1 - momentum));
    return {
      y: normalised(x, gamma, beta, moments, momentsIn),
      state: withoutTapes(() =>
        composition(() => ({
          mean: follow(state.mean, moments.mean),
          variance: follow(state.variance, moments.variance),
        }))
      ),
    };
  }, "batch norm");
}

type Scaling = { readonly mean: Tensor; readonly scale: Tensor };

/**
 * gamma (x - mean) scale + beta as one operation, so that its gradient takes two sums where operation by operation it
 * would take five. `recompute` gives mean and scale again, as functions of x, where an outer derivative follows x.
 */
function normalised(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  moments: Scaling,
  recompute: () => Scaling,
): Tensor {
  const standardise = ({ mean, scale }: Scaling) => x.sub(mean).mul(scale);
  const y = withoutTapes(() => composition(() => standardise(moments).mul(gamma).add(beta)));
  const operands = [x, gamma, beta];
  if (isTracked(operands)) {
    record(operands, [y], ([g], wanted) => {
      const axes = x.shape.slice(0, -1).map((_, axis) => axis);
      const current = isTracked([x]) ? recompute() : moments;
      const u = standardise(current);
      const toBeta = sum(g!, axes);
      const toGamma = sum(g!.mul(u), axes);
      if (!wanted(0)) return [null, toGamma, toBeta];
      const n = x.size / gamma.size;
      const centred = g!.sub(toBeta.div(n)).sub(u.mul(toGamma.div(n)));
      return [centred.mul(gamma.mul(current.scale)), toGamma, toBeta];
    });
  }
  return y;
}
