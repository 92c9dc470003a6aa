import { composition } from "../autodiff/composition.ts";
import { formatShape } from "../tensor/shape.ts";
import { isIntegerFrom, nameOf } from "../tensor/check.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { conv2d } from "./conv2d.ts";
import { expandDims } from "./expand_dims.ts";
import { squeeze } from "./squeeze.ts";

/** How a convolution steps over a sequence. */
export interface Conv1dOptions {
  /** Steps between neighbouring outputs; default 1. */
  readonly stride?: number;
  /**
   * Steps of +0 on both sides, or [before, after], or "causal": (K - 1) dilation before, none after, so that no output
   * sees a later input; default 0.
   */
  readonly padding?: number | readonly [number, number] | "causal";
  /** Steps between neighbouring taps; default 1. */
  readonly dilation?: number;
  /** Sets of channels that do not see each other; default 1. */
  readonly groups?: number;
}

/** @throws {RangeError} unless an option along one axis is a positive integer. */
export function checkStep(value: unknown, what: string, name: string): asserts value is number {
  if (isIntegerFrom(1, value)) return;
  throw new RangeError(`Cannot ${what}: expected ${name} of at least 1, an integer, got ${nameOf(value)}`);
}

/** The padding before and after. @throws {RangeError} unless these are integers of at least 0. */
export function padding1d(value: unknown, what: string): readonly [number, number] {
  const pair = Array.isArray(value) ? value : [value, value];
  if (pair.length === 2 && pair.every((width) => isIntegerFrom(0, width))) return [pair[0], pair[1]];
  throw new RangeError(
    `Cannot ${what}: expected a padding of one or two integers of at least 0, got ${nameOf(value)}`,
  );
}

/**
 * 1-D convolution (cross-correlation) over sequences, without bias: conv2d with images of one row.
 *
 * *Shapes* x [B, T, C], w [K, C / groups, D] -> [B, (T + before + after - reach) / stride + 1, D], where the kernel's
 * reach is (K - 1) dilation + 1. *Dtypes* f32. *Order* N4 over [tap, channel in the group]; padding is a real +0 operand.
 * *Gradient* as that of `conv2d`.
 *
 * @throws {RangeError} if the shapes do not fit, the kernel reaches beyond the padded input, or an option is out of range.
 *
 * @example Differences of neighbours; a causal sum of this value and the one before
 * ```ts
 * import { conv1d, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor(Float32Array.of(1, 4, 9, 16), [1, 4, 1]);
 * using w = tensor(Float32Array.of(-1, 1), [2, 1, 1]);
 * using difference = conv1d(x, w);
 * assertEquals(await difference.read(), Float32Array.of(3, 5, 7));
 * using both = tensor(Float32Array.of(1, 1), [2, 1, 1]);
 * using causal = conv1d(x, both, { padding: "causal" });
 * assertEquals(await causal.read(), Float32Array.of(1, 5, 13, 25));
 * ```
 */
export function conv1d(x: Tensor, w: Tensor, options: Conv1dOptions = {}): Tensor {
  const what = "convolve";
  if (x.rank !== 3 || w.rank !== 3) {
    throw new RangeError(
      `Cannot convolve: expected x [B, T, C] and w [K, C / groups, D], got ${formatShape(x.shape)} and ${
        formatShape(w.shape)
      }`,
    );
  }
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  checkStep(stride, what, "a stride");
  checkStep(dilation, what, "a dilation");
  const [before, after] = padding === "causal"
    ? [Math.max(w.shape[0]! - 1, 0) * dilation, 0]
    : padding1d(padding, what);
  return composition(() =>
    squeeze(
      conv2d(expandDims(x, 1), expandDims(w, 0), {
        stride: [1, stride],
        padding: [0, 0, before, after],
        dilation: [1, dilation],
        groups,
      }),
      1,
    ), "conv");
}
