/** An independent reading of the convolution's definition, for the tests of its kernels. */
import type { ConvGeometry } from "./conv.ts";

/** What one output position and group read, in the order of the contraction; undefined where a hole is. */
export interface Terms {
  readonly group: number;
  readonly values: readonly (number | undefined)[];
}

/** The terms of every output position, row-major over [batch, output row, output column, group]. */
export function* convTerms(g: ConvGeometry, x: Float32Array): Iterable<Terms> {
  /** The value at a place of the grid. */
  const at = (image: number, row: number, column: number, channel: number): number | undefined => {
    if (row < 0 || row > (g.inputHeight - 1) * g.holesHeight) return 0;
    if (column < 0 || column > (g.inputWidth - 1) * g.holesWidth) return 0;
    if (row % g.holesHeight !== 0 || column % g.holesWidth !== 0) return undefined;
    const pixel = (image * g.inputHeight + row / g.holesHeight) * g.inputWidth + column / g.holesWidth;
    return x[pixel * g.inputChannels + channel]!;
  };
  const channels = g.inputChannels / g.groups;
  for (let position = 0; position < g.batch * g.outputHeight * g.outputWidth; position++) {
    const column = position % g.outputWidth;
    const row = Math.floor(position / g.outputWidth) % g.outputHeight;
    const image = Math.floor(position / (g.outputWidth * g.outputHeight));
    for (let group = 0; group < g.groups; group++) {
      const values: (number | undefined)[] = [];
      for (let ky = 0; ky < g.kernelHeight; ky++) {
        for (let kx = 0; kx < g.kernelWidth; kx++) {
          for (let c = 0; c < channels; c++) {
            values.push(at(
              image,
              row * g.strideHeight + ky * g.dilationHeight - g.paddingTop,
              column * g.strideWidth + kx * g.dilationWidth - g.paddingLeft,
              group * channels + c,
            ));
          }
        }
      }
      yield { group, values };
    }
  }
}

/** Rule N4: each block from +0 term by term, the block sums in order; undefined terms are absent. */
export function dot(
  blocks: readonly number[],
  a: (term: number) => number | undefined,
  b: (term: number) => number,
): number {
  let total = 0;
  let term = 0;
  for (const length of blocks) {
    let sum = 0;
    for (const end = term + length; term < end; term++) {
      const value = a(term);
      if (value !== undefined) sum = Math.fround(sum + Math.fround(value * b(term)));
    }
    total = Math.fround(total + sum);
  }
  return total;
}

/** Integers from -4 to 4: sums of a few thousand products are exact in any order. */
export function smallIntegers(random: { below(bound: number): number }, length: number): Float32Array {
  return Float32Array.from({ length }, () => random.below(9) - 4);
}
