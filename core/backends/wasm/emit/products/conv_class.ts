import { type FunctionBuilder, I32, type Local, type ModuleBuilder } from "../../../../assembler/mod.ts";
import type { ConvGeometry } from "../../../../kernels/conv.ts";
import { advance, pushScaled } from "../_phase.ts";
import { repeat } from "../_repeat.ts";
import { contractionBoxes } from "./contraction_boxes.ts";
import { type OutputClass, tapsWithin } from "./conv_axis.ts";
import type { ConvPlan } from "./conv_plan.ts";
import type { ConvWeights } from "./conv_weights.ts";
import { emitPanel, type PanelSpec } from "./register_tile.ts";
import { F32_BYTES } from "./tile_shape.ts";

/**
 * Functions `(a, b, c, accumulate, rows)` for one panel over several output rows; equal ones are emitted once. Those
 * that skip kernel rows in the padding take one argument more: the row of the input that the first kernel row of the
 * first output row reads, which may be outside the image.
 */
export class PanelFunctions {
  readonly #functions = new Map<string, FunctionBuilder>();
  readonly #aNext: number;
  readonly #cNext: number;

  constructor(readonly builder: ModuleBuilder, g: ConvGeometry, readonly plan: ConvPlan) {
    this.#aNext = plan.rows.step * plan.pitch;
    this.#cNext = plan.rows.period * g.outputWidth * g.outputChannels * F32_BYTES;
  }

  get(spec: Omit<PanelSpec, "name">): FunctionBuilder {
    const key = JSON.stringify(spec);
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const number = this.#functions.size;
    const { address } = this.builder;
    const skips = this.plan.skippedHeight !== undefined;
    const panel = emitPanel(this.builder, { ...spec, name: `panel_${number}`, openTurns: skips });
    const counts = new Array<typeof I32>(skips ? 3 : 2).fill(I32);
    const f = this.builder.function(`rows_${number}`, [address, address, address, ...counts]);
    this.#functions.set(key, f);
    const [a, b, c, accumulate, rows, position] = [0, 1, 2, 3, 4, 5];
    const [skipped, turns] = f.locals(I32);
    f.loop(() => {
      if (this.plan.skippedHeight === undefined) f.get(a).get(b).get(c).get(accumulate).call(panel);
      else {
        const { count, aStride, bStride } = spec.terms[0]!;
        emitRowsInside(f, this.plan.skippedHeight, count, position, skipped, turns);
        // Without terms the first block stores +0, and the others leave what there is.
        f.get(turns).get(accumulate).op("i32.eqz").op("i32.or").if(() => {
          pushScaled(f, a, skipped, aStride);
          pushScaled(f, b, skipped, bStride);
          f.get(c).get(accumulate).get(turns).call(panel);
        });
        advance(f, position, this.plan.rows.step);
      }
      advance(f, a, this.#aNext);
      advance(f, c, this.#cNext);
      f.get(rows).i32(1).op("i32.sub").tee(rows).brIf(0);
    });
    return f;
  }
}

/**
 * Sets `skipped` to how many of `count` rows from row `position` on are above the image, which has `height` rows, and
 * `turns` to how many are inside.
 */
function emitRowsInside(
  f: FunctionBuilder,
  height: number,
  count: number,
  position: Local,
  skipped: Local,
  turns: Local,
): void {
  f.i32(0).i32(0).get(position).op("i32.sub").get(position).i32(0).op("i32.ge_s").op("select").set(skipped);
  f.i32(height).get(position).op("i32.sub").tee(turns);
  f.i32(count).get(turns).i32(count).op("i32.lt_s").op("select").get(skipped).op("i32.sub").tee(turns);
  f.i32(0).get(turns).i32(0).op("i32.gt_s").op("select").set(turns);
}

/**
 * The blocks of the contraction of one class of outputs, without those that have no term: where the first term lies
 * in the input (rows from the axis' base, and bytes) and in the weights (terms), and the loops over the rest.
 */
function classBlocks(g: ConvGeometry, plan: ConvPlan, rows: OutputClass, columns: OutputClass) {
  const pixel = g.inputChannels * F32_BYTES;
  const { groupInputs, pitch } = plan;
  const blocks = contractionBoxes([g.kernelHeight, g.kernelWidth, groupInputs]).map((box) => {
    const [channel, channelEnd] = box[2]!;
    const y = tapsWithin(plan.rows, rows, box[0]!);
    const x = tapsWithin(plan.columns, columns, box[1]!);
    return {
      row: y.offset,
      aOffset: y.offset * pitch + x.offset * pixel + channel * F32_BYTES,
      firstTerm: (y.firstTap * g.kernelWidth + x.firstTap) * groupInputs + channel,
      loops: [
        {
          count: y.taps,
          aStride: plan.rows.tapOffset * pitch,
          terms: plan.rows.tapStep * g.kernelWidth * groupInputs,
        },
        { count: x.taps, aStride: plan.columns.tapOffset * pixel, terms: plan.columns.tapStep * groupInputs },
        { count: channelEnd - channel, aStride: F32_BYTES, terms: 1 },
      ],
    };
  });
  const present = blocks.filter(({ loops }) => loops.every(({ count }) => count > 0));
  // If every tap falls into a hole one empty block remains: it stores +0.
  return present.length > 0 ? present : blocks.slice(0, 1);
}

/**
 * Adds a function `(input, weights, output, rows, first)`: so many output rows of one class, for all groups, panels of
 * output channels and blocks. If kernel rows are skipped, `first` is the row of the image that is at the axis' base for
 * the first of them.
 *
 * The rows are the innermost loop, so that the block of the weights' panel stays in the first cache; the sums of
 * earlier blocks wait in the output.
 */
export function emitConvClass(
  builder: ModuleBuilder,
  g: ConvGeometry,
  plan: ConvPlan,
  { panels, group }: ConvWeights,
  [rows, columns]: readonly [OutputClass, OutputClass],
  functions: PanelFunctions,
): FunctionBuilder {
  const { address } = builder;
  const name = `class_${rows.residue}_${columns.residue}`;
  const f = builder.function(name, [address, address, address, I32, I32]);
  const [input, weights, output, count, first] = [0, 1, 2, 3, 4];
  const [panelInput, panelWeights, panelOutput] = f.locals(address);
  /** Bytes of the input from a column to the next. */
  const inputColumn = plan.depthwise ? F32_BYTES : 0;
  const pixel = g.inputChannels * F32_BYTES;
  const cPixel = g.outputChannels * F32_BYTES;
  const blocks = classBlocks(g, plan, rows, columns);

  const emitGroup = () => {
    for (const { columns: width, count: panelCount, column, offset, next, term } of panels) {
      f.get(input).offset(column * inputColumn).set(panelInput);
      f.get(weights).offset(offset).set(panelWeights);
      f.get(output).offset(column * F32_BYTES).set(panelOutput);
      repeat(f, panelCount, () =>
        blocks.forEach(({ row, aOffset, firstTerm, loops }, block) => {
          const callee = functions.get({
            columns: width,
            rows: columns.outputs,
            aRowStride: plan.columns.step * pixel,
            cRowStride: plan.columns.period * cPixel,
            paired: plan.depthwise,
            terms: loops.map(({ count, aStride, terms }) => ({ count, aStride, bStride: terms * term })),
          });
          f.get(panelInput).offset(aOffset);
          f.get(panelWeights).offset(firstTerm * term);
          f.get(panelOutput).i32(block === 0 ? 0 : 1).get(count);
          if (plan.skippedHeight !== undefined) f.get(first).i32(row).op("i32.add");
          f.call(callee);
        }), () => {
        advance(f, panelInput, width * inputColumn);
        advance(f, panelWeights, next);
        advance(f, panelOutput, width * F32_BYTES);
      });
    }
  };
  f.block(() => {
    f.get(count).i32(0).op("i32.le_s").brIf(0);
    repeat(f, plan.groups, emitGroup, () => {
      advance(f, input, plan.groupInputs * F32_BYTES);
      advance(f, weights, group);
      advance(f, output, plan.groupOutputs * F32_BYTES);
    });
  });
  return f;
}
