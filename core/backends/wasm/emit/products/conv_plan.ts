import type { ConvGeometry } from "../../../../kernels/conv.ts";
import { type ConvAxis, convAxis } from "./conv_axis.ts";
import { paddedBytes, paddedPitch, type PadSpec } from "./pad_rows.ts";
import { F32_BYTES } from "./tile_shape.ts";

/** The most bytes of padded rows that one unit works on: they should stay in the second cache with the weights. */
const BAND_BYTES = 256 * 1024;
/** The fewest units that a kernel should have, so that workers can share it. */
const MIN_UNITS = 16;

/** How a convolution or the gradient of its weights reads its input. */
export interface ConvPlan {
  readonly rows: ConvAxis;
  readonly columns: ConvAxis;
  /**
   * Whether each channel is convolved with its own kernel. All channels are then one group of panels, in which column
   * j of the output reads channel j alone.
   */
  readonly depthwise: boolean;
  readonly groups: number;
  /** Input channels that an output reads, output channels of a group. */
  readonly groupInputs: number;
  readonly groupOutputs: number;
  /** Bytes from one row of the input, as it is read, to the next. */
  readonly pitch: number;
  /** Bytes from one image to the next, where all of an image is kept. */
  readonly imageBytes: number;
  /** The copy with padding that is read instead of the input; absent where no output reads outside the input. */
  readonly pad?: PadSpec;
  /** The rows of the image, if a convolution leaves out the terms of kernel rows that are outside it. */
  readonly skippedHeight?: number;
}

/** The least part of all terms that kernel rows in the padding have if they are left out. */
const SKIPPED_PART = 1 / 50;
/** The fewest terms of each weight that must be left out to make up for the search for weights that are not finite. */
const SKIPPED_TERMS = 32;
/** The fewest terms of a kernel row: with less, a loop over these costs more than what is left out. */
const SKIPPED_ROW = 16;

/** Works out both axes, and whether the input can be read in place. */
export function convPlan(g: ConvGeometry): ConvPlan {
  const rows = convAxis({
    outputs: g.outputHeight,
    taps: g.kernelHeight,
    stride: g.strideHeight,
    dilation: g.dilationHeight,
    padding: g.paddingTop,
    holes: g.holesHeight,
  });
  const columns = convAxis({
    outputs: g.outputWidth,
    taps: g.kernelWidth,
    stride: g.strideWidth,
    dilation: g.dilationWidth,
    padding: g.paddingLeft,
    holes: g.holesWidth,
  });
  const depthwise = g.groups > 1 && g.inputChannels === g.groups && g.outputChannels === g.groups;
  const groups = depthwise ? 1 : g.groups;
  const shared = {
    rows,
    columns,
    depthwise,
    groups,
    groupInputs: g.inputChannels / g.groups,
    groupOutputs: g.outputChannels / groups,
  };
  const inside = (axis: ConvAxis, inputs: number) => axis.base >= 0 && axis.end <= inputs;
  if (inside(rows, g.inputHeight) && inside(columns, g.inputWidth)) {
    const pitch = g.inputWidth * g.inputChannels * F32_BYTES;
    return { ...shared, pitch, imageBytes: g.inputHeight * pitch };
  }
  const pad: PadSpec = {
    name: "pad_rows",
    inputHeight: g.inputHeight,
    inputWidth: g.inputWidth,
    channels: g.inputChannels,
    columns: [columns.base, columns.end],
  };
  const imageBytes = paddedBytes(pad, inputRows(rows, rows.classes[0]?.outputs ?? 0));
  const skips = skipsPaddedRows(g, rows, shared.depthwise);
  return {
    ...shared,
    pad,
    pitch: paddedPitch(pad),
    imageBytes,
    ...skips && { skippedHeight: g.inputHeight },
  };
}

/** Whether leaving out the kernel rows that are outside the image pays. */
function skipsPaddedRows(g: ConvGeometry, rows: ConvAxis, depthwise: boolean): boolean {
  if (depthwise || rows.tapOffset > 1) return false;
  let [outside, all] = [0, 0];
  for (const { outputs, taps, offset } of rows.classes) {
    for (let output = 0; output < outputs; output++) {
      const first = rows.base + offset + output * rows.step;
      outside += taps - Math.max(0, Math.min(first + taps, g.inputHeight) - Math.max(first, 0));
      all += taps;
    }
  }
  const skippedTerms = g.batch * g.outputWidth * outside / g.kernelHeight;
  return outside >= SKIPPED_PART * all && skippedTerms >= SKIPPED_TERMS &&
    g.kernelWidth * (g.inputChannels / g.groups) >= SKIPPED_ROW;
}

/** Rows of input that so many periods of output rows read, at most. */
export function inputRows(rows: ConvAxis, periods: number): number {
  return rows.reach === 0 ? 0 : rows.reach + (periods - 1) * rows.step;
}

/**
 * Output rows, in periods, that one unit computes.
 *
 * @param most If not infinite: no more than so many, and such that all units have the same, if that can be had.
 */
export function bandPeriods(plan: ConvPlan, batch: number, most = Infinity): number {
  const all = plan.rows.classes[0]!.outputs;
  let periods = Math.max(1, Math.min(all, Math.ceil(all * batch / MIN_UNITS)));
  if (plan.pad !== undefined) {
    while (periods > 1 && paddedBytes(plan.pad, inputRows(plan.rows, periods)) > BAND_BYTES) periods--;
  }
  if (most === Infinity) return periods;
  for (let even = Math.min(periods, Math.floor(most)); 2 * even >= periods; even--) {
    if (all % even === 0) return even;
  }
  return periods;
}
