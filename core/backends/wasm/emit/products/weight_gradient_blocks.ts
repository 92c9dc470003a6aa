import { type FunctionBuilder, I32, type Local } from "../../../../assembler/mod.ts";
import type { ConvGeometry } from "../../../../kernels/conv.ts";
import { advance, pushScaled } from "../_phase.ts";
import { type ContractionCut, contractionCut } from "./contraction_boxes.ts";
import { type ConvPlan, inputRows } from "./conv_plan.ts";
import { paddedBytes } from "./pad_rows.ts";
import { F32_BYTES } from "./tile_shape.ts";

/** The blocks of the contraction over [batch, output height, output width]. */
export interface GradientBlocks {
  readonly cut: ContractionCut;
  readonly count: number;
  /** Terms of the longest. */
  readonly terms: number;
  /** Padded rows that one block reads, of each of its images. */
  readonly inputRows: number;
  /** Bytes of them, for all of a block's images. */
  readonly inputBytes: number;
}

export function gradientBlocks(g: ConvGeometry, plan: ConvPlan): GradientBlocks {
  const axes = [g.batch, g.outputHeight, g.outputWidth];
  const cut = contractionCut(axes);
  const outer = axes.slice(0, cut.axis).reduce((product, length) => product * length, 1);
  const inner = axes.slice(cut.axis + 1).reduce((product, length) => product * length, 1);
  const { period } = plan.rows;
  // Output rows that may begin anywhere in a period touch one period more than their number fills.
  const periods = cut.axis === 0
    ? plan.rows.classes[0]!.outputs
    : cut.axis === 1
    ? Math.floor((cut.run + period - 2) / period) + 1
    : 1;
  const rows = inputRows(plan.rows, periods);
  const images = cut.axis === 0 ? cut.run : 1;
  return {
    cut,
    count: outer * cut.blocks,
    terms: cut.run * inner,
    inputRows: rows,
    inputBytes: plan.pad === undefined
      ? 0
      : images === 1
      ? paddedBytes(plan.pad, rows)
      : images * plan.imageBytes,
  };
}

/** Locals that say which positions a block has. */
export interface BlockPosition {
  /** The first image. */
  readonly image: Local;
  /** The range of the axis that is cut. */
  readonly begin: Local;
  readonly end: Local;
  /** The output row, if columns are cut. */
  readonly row: Local;
  /** The first period of output rows. */
  readonly period: Local;
}

export function blockPosition(f: FunctionBuilder): BlockPosition {
  const [image, begin, end, row, period] = f.locals(I32);
  return { image, begin, end, row, period };
}

/** Works out the positions of a block from its number. */
export function emitLocateBlock(
  f: FunctionBuilder,
  g: ConvGeometry,
  plan: ConvPlan,
  { axis, run, blocks }: ContractionCut,
  block: Local,
  { image, begin, end, row, period }: BlockPosition,
): void {
  const length = [g.batch, g.outputHeight, g.outputWidth][axis]!;
  f.get(block).i32(blocks).op("i32.rem_u").i32(run).op("i32.mul").tee(begin).i32(run).op("i32.add").set(end);
  f.get(end).i32(length).get(end).i32(length).op("i32.lt_u").op("select").set(end);
  f.get(block).i32(blocks).op("i32.div_u").set(image);
  if (axis === 0) f.get(begin).set(image);
  else if (axis === 1) f.get(begin).i32(plan.rows.period).op("i32.div_u").set(period);
  else {
    f.get(image).i32(g.outputHeight).op("i32.rem_u").tee(row).i32(plan.rows.period).op("i32.div_u").set(
      period,
    );
    f.get(image).i32(g.outputHeight).op("i32.div_u").set(image);
  }
}

/** Sets `target` to where a block's gradient begins: its first image, and its first row unless all rows are in it. */
export function emitLocateGradient(
  f: FunctionBuilder,
  g: ConvGeometry,
  { axis }: ContractionCut,
  { image, begin, row }: BlockPosition,
  gradient: Local,
  target: Local,
): void {
  const rowBytes = g.outputWidth * g.outputChannels * F32_BYTES;
  pushScaled(f, gradient, image, g.outputHeight * rowBytes);
  f.set(target);
  if (axis === 0) return;
  pushScaled(f, target, axis === 1 ? begin : row, rowBytes);
  f.set(target);
}

/**
 * Sets `target` to what the axes' bases of a block read, in images that are all kept at `images` (padded or in
 * place).
 */
export function emitLocateInput(
  f: FunctionBuilder,
  g: ConvGeometry,
  plan: ConvPlan,
  { image, period }: BlockPosition,
  images: Local,
  target: Local,
): void {
  pushScaled(f, images, image, plan.imageBytes);
  f.set(target);
  pushScaled(f, target, period, plan.rows.step * plan.pitch);
  f.set(target);
  if (plan.pad !== undefined) return;
  advance(f, target, plan.rows.base * plan.pitch + plan.columns.base * g.inputChannels * F32_BYTES);
}
