import { checkIntegers, checkShape, checkSignedIntegers } from "./_check.ts";
import type { ConvGeometry } from "./conv.ts";

/** Where a tap falls along one axis: an input's index, or one of these. */
export const PADDING = -1;
export const HOLE = -2;

/** @throws {RangeError} if the extents, groups and steps of a convolution do not fit together. */
export function checkConvGeometry(task: string, geometry: ConvGeometry): void {
  const { groups, strideHeight, strideWidth, dilationHeight, dilationWidth, holesHeight, holesWidth } =
    geometry;
  const { batch, inputHeight, inputWidth, inputChannels, outputHeight, outputWidth, outputChannels } =
    geometry;
  const { kernelHeight, kernelWidth, paddingTop, paddingLeft } = geometry;
  checkIntegers(task, { batch, inputHeight, inputWidth, inputChannels });
  checkIntegers(task, { outputHeight, outputWidth, outputChannels, kernelHeight, kernelWidth });
  checkIntegers(task, {
    groups,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    holesHeight,
    holesWidth,
  }, 1);
  checkSignedIntegers(task, { paddingTop, paddingLeft });
  if (inputChannels % groups !== 0 || outputChannels % groups !== 0) {
    throw new RangeError(
      `Cannot ${task}: expected groups to divide the channels, got ${groups} groups of ${inputChannels} input and ` +
        `${outputChannels} output channels`,
    );
  }
  checkShape(task, "the input", [batch, inputHeight, inputWidth, inputChannels]);
  checkShape(task, "the weights", [kernelHeight, kernelWidth, inputChannels / groups, outputChannels]);
  checkShape(task, "the output", [batch, outputHeight, outputWidth, outputChannels]);
}

/** The geometry as text, for keys. */
export function convGeometryKey(g: ConvGeometry): string {
  return `${g.batch},${g.inputHeight},${g.inputWidth},${g.inputChannels},${g.outputHeight},${g.outputWidth},` +
    `${g.outputChannels},${g.kernelHeight},${g.kernelWidth},${g.groups},${g.strideHeight},${g.strideWidth},` +
    `${g.dilationHeight},${g.dilationWidth},${g.paddingTop},${g.paddingLeft},${g.holesHeight},${g.holesWidth}`;
}

/** Along one axis, [outputs, taps]: the input's index, PADDING or HOLE. */
function tapTable(
  outputs: number,
  taps: number,
  stride: number,
  dilation: number,
  padding: number,
  holes: number,
  inputs: number,
): Int32Array {
  const table = new Int32Array(outputs * taps);
  for (let o = 0; o < outputs; o++) {
    for (let k = 0; k < taps; k++) {
      const position = o * stride + k * dilation - padding;
      const off = position < 0 || position > (inputs - 1) * holes;
      table[o * taps + k] = off ? PADDING : position % holes === 0 ? position / holes : HOLE;
    }
  }
  return table;
}

/**
 * The operands that one output position of a convolution reads from x, in the order of the contraction
 * [kernel height, kernel width, input channels / groups]: a row of the im2col matrix, with padding as +0.
 */
export class PatchReader {
  /** Number of terms, absent ones included. */
  readonly terms: number;
  /** True if holes may leave terms out. */
  readonly hasHoles: boolean;
  /** After `read`: for each tap, 1 if its terms are there and 0 if they fall into a hole. */
  readonly present: Uint8Array;
  readonly #geometry: ConvGeometry;
  readonly #rows: Int32Array;
  readonly #columns: Int32Array;

  constructor(g: ConvGeometry) {
    const { kernelHeight, kernelWidth } = g;
    this.#geometry = g;
    this.terms = kernelHeight * kernelWidth * (g.inputChannels / g.groups);
    this.hasHoles = g.holesHeight > 1 || g.holesWidth > 1;
    this.present = new Uint8Array(kernelHeight * kernelWidth);
    this.#rows = tapTable(
      g.outputHeight,
      kernelHeight,
      g.strideHeight,
      g.dilationHeight,
      g.paddingTop,
      g.holesHeight,
      g.inputHeight,
    );
    this.#columns = tapTable(
      g.outputWidth,
      kernelWidth,
      g.strideWidth,
      g.dilationWidth,
      g.paddingLeft,
      g.holesWidth,
      g.inputWidth,
    );
  }

  /** Writes the patch of output position (`image`, `oy`, `ox`) for one group to `patch[at ...]`. */
  read(
    x: Float32Array,
    image: number,
    oy: number,
    ox: number,
    group: number,
    patch: Float32Array,
    at: number,
  ): void {
    const { inputHeight, inputWidth, inputChannels, kernelHeight, kernelWidth, groups } = this.#geometry;
    const channels = inputChannels / groups;
    let tap = 0;
    let to = at;
    for (let ky = 0; ky < kernelHeight; ky++) {
      const y = this.#rows[oy * kernelHeight + ky]!;
      for (let kx = 0; kx < kernelWidth; kx++) {
        const column = this.#columns[ox * kernelWidth + kx]!;
        // Off the grid along either axis is padding, whatever the other axis says.
        const inside = y >= 0 && column >= 0;
        this.present[tap++] = inside || y === PADDING || column === PADDING ? 1 : 0;
        if (inside) {
          let from = ((image * inputHeight + y) * inputWidth + column) * inputChannels + group * channels;
          for (const end = from + channels; from < end; from++) patch[to++] = x[from]!;
        } else {
          for (const end = to + channels; to < end; to++) patch[to] = 0;
        }
      }
    }
  }
}
