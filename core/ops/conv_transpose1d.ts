import { composition } from "../autodiff/composition.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkStep, padding1d } from "./conv1d.ts";
import { convTranspose2d } from "./conv_transpose2d.ts";
import { expandDims } from "./expand_dims.ts";
import { squeeze } from "./squeeze.ts";

/** The 1-D convolution whose transpose is taken, and how far the result reaches. */
export interface ConvTranspose1dOptions {
  /** Steps between neighbouring inputs in the result; default 1. */
  readonly stride?: number;
  /** Steps cut off on both sides, or [before, after]; default 0. */
  readonly padding?: number | readonly [number, number];
  /** Steps between neighbouring taps; default 1. */
  readonly dilation?: number;
  /** Sets of channels that do not see each other; default 1. */
  readonly groups?: number;
  /** Steps more at the end, fewer than the stride or the dilation; default 0. */
  readonly outputPadding?: number;
}

/**
 * 1-D transposed convolution without bias: `convTranspose2d` with images of one row.
 *
 * *Shapes* x [B, T, C], w [K, D / groups, C] -> [B, (T - 1) stride - before - after + reach + outputPadding, D], where
 * the kernel's reach is (K - 1) dilation + 1. *Dtypes* f32. *Order* and *Gradient* those of `convTranspose2d`.
 *
 * @throws {RangeError} if the shapes do not fit, nothing is left of the result, or an option is no integer in its range.
 *
 * @example
 * ```ts
 * import { convTranspose1d, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor(Float32Array.of(1, 10), [1, 2, 1]);
 * using w = tensor(Float32Array.of(1, 2, 3), [3, 1, 1]);
 * using y = convTranspose1d(x, w, { stride: 2 });
 * assertEquals(await y.read(), Float32Array.of(1, 2, 13, 20, 30));
 * ```
 */
export function convTranspose1d(x: Tensor, w: Tensor, options: ConvTranspose1dOptions = {}): Tensor {
  const what = "convolve";
  if (x.rank !== 3 || w.rank !== 3) {
    throw new RangeError(
      `Cannot convolve: expected x [B, T, C] and w [K, D / groups, C], got ${formatShape(x.shape)} and ${
        formatShape(w.shape)
      }`,
    );
  }
  const { stride = 1, padding = 0, dilation = 1, groups = 1, outputPadding = 0 } = options;
  checkStep(stride, what, "a stride");
  checkStep(dilation, what, "a dilation");
  const [before, after] = padding1d(padding, what);
  return composition(() =>
    squeeze(
      convTranspose2d(expandDims(x, 1), expandDims(w, 0), {
        stride: [1, stride],
        padding: [0, 0, before, after],
        dilation: [1, dilation],
        groups,
        outputPadding: [0, outputPadding],
      }),
      1,
    )
  );
}
