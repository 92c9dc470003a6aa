import type { HostArray } from "../numerics/dtype.ts";
import { checkIntegers, checkShape, checkSignedIntegers } from "./_check.ts";
import { bitsOfKey, LEAST_KEY, orderKey } from "./_order_key.ts";
import { SUM_BLOCK, sumBlock } from "./_sum_block.ts";
import type { FamilyDefinition } from "./kernel.ts";

/**
 * Windows over the rows and columns of an f32 tensor [batch, height, width, channels].
 *
 * - `max`: outputs the largest value by the order key (the first of equal keys in row-major window order) as f32, and
 *   its u32 position, row-major within the image [height, width, channels]. Padding takes no part;
 *   a window without any input is an error.
 * - `sum`: outputs the window's sum. *Order* N5 over the full window, row-major, padding as +0.
 * - `sumGradient`: input is g [batch, output height, output width, channels], output [batch, height, width,
 *   channels]: each input position adds, from +0, g of the windows that contain it, in ascending window order.
 */
export interface PoolKernel {
  /** Tells the families apart. */
  readonly family: "pool";
  /** What is computed, as above. */
  readonly operation: "max" | "sum" | "sumGradient";
  /** Images. */
  readonly batch: number;
  /** Rows of an image. */
  readonly height: number;
  /** Columns of an image. */
  readonly width: number;
  /** Pooled one by one. */
  readonly channels: number;
  /** Rows of windows. */
  readonly outputHeight: number;
  /** Columns of windows. */
  readonly outputWidth: number;
  /** Rows of a window. */
  readonly windowHeight: number;
  /** Columns of a window. */
  readonly windowWidth: number;
  /** Rows between neighbouring windows. */
  readonly strideHeight: number;
  /** Columns between neighbouring windows. */
  readonly strideWidth: number;
  /** Rows of padding above the image. */
  readonly paddingTop: number;
  /** Columns of padding left of the image. */
  readonly paddingLeft: number;
}

/** Pooling: slots, checks and the reference that defines its bits. */
export const poolFamily: FamilyDefinition<PoolKernel> = {
  key: (k) =>
    `pool:${k.operation},${k.batch},${k.height},${k.width},${k.channels},${k.outputHeight},${k.outputWidth},` +
    `${k.windowHeight},${k.windowWidth},${k.strideHeight},${k.strideWidth},${k.paddingTop},${k.paddingLeft}`,
  inputs: (k) => [{ dtype: "f32", length: k.operation === "sumGradient" ? windows(k) : positions(k) }],
  outputs(k) {
    const values = {
      dtype: "f32",
      length: k.operation === "sumGradient" ? positions(k) : windows(k),
    } as const;
    return k.operation === "max" ? [values, { dtype: "u32", length: windows(k) }] : [values];
  },
  validate: validatePool,
  reference(kernel, inputs, outputs) {
    if (kernel.operation === "max") maxReference(kernel, inputs, outputs);
    else if (kernel.operation === "sum") sumReference(kernel, inputs, outputs);
    else sumGradientReference(kernel, inputs, outputs);
  },
};

function positions({ batch, height, width, channels }: PoolKernel): number {
  return batch * height * width * channels;
}

function windows({ batch, outputHeight, outputWidth, channels }: PoolKernel): number {
  return batch * outputHeight * outputWidth * channels;
}

function validatePool(kernel: PoolKernel): void {
  const task = "pool";
  const { batch, height, width, channels, outputHeight, outputWidth } = kernel;
  const { windowHeight, windowWidth, strideHeight, strideWidth, paddingTop, paddingLeft } = kernel;
  checkIntegers(task, { batch, height, width, channels, outputHeight, outputWidth });
  checkIntegers(task, { windowHeight, windowWidth, strideHeight, strideWidth }, 1);
  checkSignedIntegers(task, { paddingTop, paddingLeft });
  checkShape(task, "the image", [batch, height, width, channels]);
  checkShape(task, "the result", [batch, outputHeight, outputWidth, channels]);
  checkShape(task, "the window", [windowHeight, windowWidth]);
  if (kernel.operation !== "max" || windows(kernel) === 0) return;
  const covered = (outputs: number, window: number, stride: number, padding: number, extent: number) =>
    window > padding && (outputs - 1) * stride - padding < extent && extent > 0;
  if (
    !covered(outputHeight, windowHeight, strideHeight, paddingTop, height) ||
    !covered(outputWidth, windowWidth, strideWidth, paddingLeft, width)
  ) {
    throw new RangeError(
      `Cannot pool: expected every window to contain an input, got windows of [${windowHeight}, ${windowWidth}], ` +
        `strides [${strideHeight}, ${strideWidth}] and padding [${paddingTop}, ${paddingLeft}] from ` +
        `[${height}, ${width}] to [${outputHeight}, ${outputWidth}]`,
    );
  }
}

function maxReference(kernel: PoolKernel, inputs: readonly HostArray[], outputs: readonly HostArray[]): void {
  const { batch, height, width, channels, outputHeight, outputWidth } = kernel;
  const x = inputs[0] as Float32Array;
  const largest = outputs[0] as Float32Array;
  const position = outputs[1] as Uint32Array;
  const bits = new Int32Array(x.buffer, x.byteOffset, x.length);
  const result = new Int32Array(largest.buffer, largest.byteOffset, largest.length);
  let to = 0;
  for (let image = 0; image < batch; image++) {
    const base = image * height * width * channels;
    for (let oy = 0; oy < outputHeight; oy++) {
      const top = oy * kernel.strideHeight - kernel.paddingTop;
      const bottom = Math.min(top + kernel.windowHeight, height);
      for (let ox = 0; ox < outputWidth; ox++) {
        const left = ox * kernel.strideWidth - kernel.paddingLeft;
        const right = Math.min(left + kernel.windowWidth, width);
        for (let channel = 0; channel < channels; channel++, to++) {
          let best = LEAST_KEY;
          let at = 0;
          for (let y = Math.max(top, 0); y < bottom; y++) {
            for (let column = Math.max(left, 0); column < right; column++) {
              const candidate = (y * width + column) * channels + channel;
              const key = orderKey(bits[base + candidate]!);
              if (key <= best) continue;
              best = key;
              at = candidate;
            }
          }
          result[to] = bitsOfKey(best);
          position[to] = at;
        }
      }
    }
  }
}

function sumReference(kernel: PoolKernel, inputs: readonly HostArray[], outputs: readonly HostArray[]): void {
  const { batch, height, width, channels, outputHeight, outputWidth, windowHeight, windowWidth } = kernel;
  const x = inputs[0] as Float32Array;
  const sums = outputs[0] as Float32Array;
  const terms = new Float32Array(windowHeight * windowWidth);
  const inOrder = Int32Array.from({ length: Math.min(terms.length, SUM_BLOCK) }, (_, i) => i);
  let to = 0;
  for (let image = 0; image < batch; image++) {
    for (let oy = 0; oy < outputHeight; oy++) {
      const top = oy * kernel.strideHeight - kernel.paddingTop;
      for (let ox = 0; ox < outputWidth; ox++) {
        const left = ox * kernel.strideWidth - kernel.paddingLeft;
        for (let channel = 0; channel < channels; channel++, to++) {
          let term = 0;
          for (let y = top; y < top + windowHeight; y++) {
            for (let column = left; column < left + windowWidth; column++) {
              const inside = y >= 0 && y < height && column >= 0 && column < width;
              terms[term++] = inside ? x[((image * height + y) * width + column) * channels + channel]! : 0;
            }
          }
          let sum = 0;
          for (let start = 0; start < terms.length; start += SUM_BLOCK) {
            const count = Math.min(SUM_BLOCK, terms.length - start);
            sum = Math.fround(sum + sumBlock(terms, start, inOrder, count));
          }
          sums[to] = sum;
        }
      }
    }
  }
}

function sumGradientReference(
  kernel: PoolKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const { batch, height, width, channels, outputHeight, outputWidth } = kernel;
  const g = inputs[0] as Float32Array;
  const gradient = outputs[0] as Float32Array;
  gradient.fill(0);
  let from = 0;
  for (let image = 0; image < batch; image++) {
    for (let oy = 0; oy < outputHeight; oy++) {
      const top = oy * kernel.strideHeight - kernel.paddingTop;
      const bottom = Math.min(top + kernel.windowHeight, height);
      for (let ox = 0; ox < outputWidth; ox++, from += channels) {
        const left = ox * kernel.strideWidth - kernel.paddingLeft;
        const right = Math.min(left + kernel.windowWidth, width);
        for (let y = Math.max(top, 0); y < bottom; y++) {
          for (let column = Math.max(left, 0); column < right; column++) {
            const to = ((image * height + y) * width + column) * channels;
            for (let channel = 0; channel < channels; channel++) {
              gradient[to + channel] = Math.fround(gradient[to + channel]! + g[from + channel]!);
            }
          }
        }
      }
    }
  }
}
