import { type FunctionBuilder, I32, type Local, type ModuleBuilder } from "../../../../assembler/mod.ts";
import type { ConvGeometry } from "../../../../kernels/conv.ts";
import { advance } from "../_phase.ts";
import type { ContractionCut } from "./contraction_boxes.ts";
import type { ConvAxis } from "./conv_axis.ts";
import type { ConvPlan } from "./conv_plan.ts";
import { emitPanel, type PanelSpec } from "./register_tile.ts";
import type { TermLoop } from "./term_loops.ts";
import { F32_BYTES } from "./tile_shape.ts";

/**
 * A run of rows of weights [kernel row, kernel column, input channel] whose inputs are equally far apart, at every
 * position: a whole kernel row, or, with groups, dilation or holes, the channels of one tap.
 */
export interface WeightRun {
  readonly ky: number;
  readonly kx: number;
}

/** How the weights of a geometry are cut into runs. */
export interface WeightRuns {
  /** The runs, in order; they cover the weights' rows without gaps. */
  readonly runs: readonly WeightRun[];
  /** Rows of each run. */
  readonly rows: number;
  /** Bytes from the input of one row to that of the next. */
  readonly inputStride: number;
}

/** Cuts the weights of a geometry into runs. */
export function weightRuns(g: ConvGeometry, { depthwise, groups, groupInputs }: ConvPlan): WeightRuns {
  const joined = depthwise ? g.holesWidth === 1 : groups === 1 && g.dilationWidth === 1 && g.holesWidth === 1;
  const runs: WeightRun[] = [];
  for (let ky = 0; ky < g.kernelHeight; ky++) {
    for (let kx = 0; kx < g.kernelWidth; kx += joined ? g.kernelWidth : 1) runs.push({ ky, kx });
  }
  return {
    runs,
    rows: joined ? g.kernelWidth * groupInputs : groupInputs,
    inputStride: F32_BYTES * (depthwise ? g.dilationWidth * g.inputChannels : 1),
  };
}

/** The outputs that read inputs through one tap of an axis, o = residue + period * index; none if `count` is 0. */
interface TapOutputs {
  readonly residue: number;
  readonly count: number;
  /** Where the first of them reads, counted in inputs from the axis' base. */
  readonly offset: number;
}

function tapOutputs({ classes, tapStep, tapOffset }: ConvAxis, tap: number): TapOutputs {
  for (const { residue, outputs, firstTap, taps, offset } of classes) {
    const index = (tap - firstTap) / tapStep;
    if (Number.isInteger(index) && index >= 0 && index < taps) {
      return { residue, count: outputs, offset: offset + index * tapOffset };
    }
  }
  return { residue: 0, count: 0, offset: 0 };
}

/**
 * The arguments of a run's function. A block is a range [begin, end) of the axis that rule N4 cuts: images, output
 * rows of one image, or columns of one output row.
 */
export const RUN = {
  /** The first input that the axis' base of the block's first image, or row, reads. */
  x: 0,
  /** The gradient at the start of the block's first image, or of its first row. */
  gradient: 1,
  /** The weight gradient, or its share of this block, at the run's first row. */
  result: 2,
  accumulate: 3,
  begin: 4,
  end: 5,
  /** The output row, if columns are cut. */
  row: 6,
  /** How many rows of the run, if the panel leaves them open. */
  rows: 7,
} as const;

/** Panels that runs share: equal ones are emitted once. */
export class RunPanels {
  readonly #functions = new Map<string, FunctionBuilder>();

  constructor(readonly builder: ModuleBuilder) {}

  get(spec: Omit<PanelSpec, "name">): FunctionBuilder {
    const key = JSON.stringify(spec);
    let f = this.#functions.get(key);
    if (f === undefined) {
      f = emitPanel(this.builder, { ...spec, name: `panel_${this.#functions.size}` });
      this.#functions.set(key, f);
    }
    return f;
  }
}

/**
 * Adds the function of one run and one width of panels, with the arguments of `RUN`: the sums of one block over its
 * positions, for some rows of the run and up to 16 output channels.
 *
 * The weights are the rows of a product: their inputs lie next to each other, and from one position to the next they
 * all move by a pixel.
 */
export function emitRun(
  builder: ModuleBuilder,
  g: ConvGeometry,
  plan: ConvPlan,
  cut: ContractionCut,
  { ky, kx }: WeightRun,
  panel: { readonly columns: number; readonly rows?: number; readonly inputStride: number },
  panels: RunPanels,
): FunctionBuilder {
  const name = `run_${ky}_${kx}_${panel.columns}_columns`;
  const { address } = builder;
  const f = builder.function(name, [address, address, address, I32, I32, I32, I32, I32]);
  const pixel = g.inputChannels * F32_BYTES;
  const gradientPixel = g.outputChannels * F32_BYTES;
  const gradientRow = g.outputWidth * gradientPixel;
  const rows = tapOutputs(plan.rows, ky);
  const columnOutputs = tapOutputs(plan.columns, kx);
  const [a, b] = f.locals(address);
  const turns = f.local(I32);
  f.get(RUN.x).offset(rows.offset * plan.pitch + columnOutputs.offset * pixel).set(a);
  f.get(RUN.gradient).set(b);

  const rowLoop: TermLoop = {
    count: rows.count,
    aStride: plan.rows.step * plan.pitch,
    bStride: plan.rows.period * gradientRow,
  };
  const columnLoop: TermLoop = {
    count: columnOutputs.count,
    aStride: plan.columns.step * pixel,
    bStride: plan.columns.period * gradientPixel,
  };
  const imageLoop: TermLoop = {
    count: g.batch,
    aStride: plan.imageBytes,
    bStride: g.outputHeight * gradientRow,
  };
  let terms: TermLoop[];
  if (cut.axis === 0) {
    terms = [imageLoop, rowLoop, columnLoop];
    f.get(RUN.end).get(RUN.begin).op("i32.sub").set(turns);
    advance(f, b, rows.residue * gradientRow + columnOutputs.residue * gradientPixel);
  } else if (cut.axis === 1) {
    terms = [rowLoop, columnLoop];
    // The block's x begins at the period of its first row, its gradient at that row.
    emitRange(f, plan.rows, rows, { a, b, turns }, {
      aStep: plan.rows.step * plan.pitch,
      bStep: gradientRow,
      fromPeriod: true,
    });
    advance(f, b, columnOutputs.residue * gradientPixel);
  } else {
    terms = [columnLoop];
    emitRange(f, plan.columns, columnOutputs, { a, b, turns }, {
      aStep: plan.columns.step * pixel,
      bStep: gradientPixel,
      fromPeriod: false,
    });
    const { period } = plan.rows;
    if (rows.count === 0) f.i32(0).set(turns);
    else if (period > 1) {
      f.get(turns).i32(0).get(RUN.row).i32(period).op("i32.rem_u").i32(rows.residue).op("i32.eq");
      f.op("select").set(turns);
    }
  }
  const callee = panels.get({
    columns: panel.columns,
    ...panel.rows !== undefined && { rows: panel.rows },
    aRowStride: panel.inputStride,
    cRowStride: gradientPixel,
    terms,
    openTurns: true,
    paired: plan.depthwise,
  });
  f.get(a).get(b).get(RUN.result).get(RUN.accumulate);
  if (panel.rows === undefined) f.get(RUN.rows);
  f.get(turns).call(callee);
  return f;
}

/**
 * The outputs of a tap within [begin, end): sets `turns` to their number, and moves the pointers to the first of
 * them.
 *
 * @param fromPeriod Whether `a` and `b` are at output `begin`, `a` at the start of its period, or else at output 0.
 */
function emitRange(
  f: FunctionBuilder,
  { period }: ConvAxis,
  { residue, count }: TapOutputs,
  { a, b, turns }: { a: Local; b: Local; turns: Local },
  { aStep, bStep, fromPeriod }: { aStep: number; bStep: number; fromPeriod: boolean },
): void {
  if (count === 0) {
    f.i32(0).set(turns);
    return;
  }
  const first = f.local(I32);
  // The index of the first output o = residue + period * index that is not below a bound.
  const pushIndex = (bound: Local) => {
    f.get(bound);
    if (period > 1) f.i32(period - 1 - residue).op("i32.add").i32(period).op("i32.div_u");
    return f;
  };
  pushIndex(RUN.begin).set(first);
  pushIndex(RUN.end).get(first).op("i32.sub").set(turns);
  // Indices, and outputs, from where the pointers are.
  const pushFrom = (divisor: number) => {
    if (!fromPeriod) return f;
    f.get(RUN.begin);
    if (divisor > 1) f.i32(divisor).op("i32.div_u");
    return f.op("i32.sub");
  };
  f.get(a).get(first);
  pushFrom(period).scale(aStep).addressOp("add").set(a);
  f.get(b).get(first).i32(period).op("i32.mul").i32(residue).op("i32.add");
  pushFrom(1).scale(bStep).addressOp("add").set(b);
}
