import { composition } from "../autodiff/composition.ts";
import { mean } from "../ops/mean.ts";
import { rsqrt } from "../ops/rsqrt.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** The statistics that normalisation divides by; the reduced axes stay, with length 1. */
export interface Moments {
  readonly mean: Tensor;
  /** The population variance, mean (x - mean)^2. */
  readonly variance: Tensor;
  /** 1 / sqrt(variance + epsilon). */
  readonly scale: Tensor;
}

/** Mean, population variance and scale over some axes, in two passes, as operations that can be differentiated. */
export function momentsOf(x: Tensor, axes: readonly number[], epsilon: number): Moments {
  return composition(() => {
    const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const average = mean(x, axes).reshape(kept);
    const centred = x.sub(average);
    const variance = mean(centred.mul(centred), axes).reshape(kept);
    return { mean: average, variance, scale: scaleOf(variance, epsilon) };
  });
}

/** 1 / sqrt(variance + epsilon). */
export function scaleOf(variance: Tensor, epsilon: number): Tensor {
  return composition(() => rsqrt(variance.add(epsilon)));
}

/** @throws {RangeError} unless epsilon is a positive number. */
export function checkEpsilon(epsilon: number): void {
  if (!(epsilon > 0 && Number.isFinite(epsilon))) {
    throw new RangeError(`Cannot normalise: expected a positive epsilon, got ${epsilon}`);
  }
}
