import { type FunctionBuilder, I32, type ModuleBuilder } from "../../../../assembler/mod.ts";
import type { ConvGeometry } from "../../../../kernels/conv.ts";
import { advance } from "../_phase.ts";
import { repeat } from "../_repeat.ts";
import { contractionBoxes } from "./contraction_boxes.ts";
import { type OutputClass, tapsWithin } from "./conv_axis.ts";
import type { ConvPlan } from "./conv_plan.ts";
import type { ConvWeights } from "./conv_weights.ts";
import { emitPanel, F32_BYTES, type PanelSpec } from "./register_tile.ts";

/** Functions `(a, b, c, accumulate, rows)` for one panel over several output rows; equal ones are emitted once. */
export class PanelFunctions {
  readonly #functions = new Map<string, FunctionBuilder>();

  /**
   * @param aNext Bytes of the input from an output row to the next.
   * @param cNext Bytes of the output from a row to the next.
   */
  constructor(readonly builder: ModuleBuilder, readonly aNext: number, readonly cNext: number) {}

  get(spec: Omit<PanelSpec, "name">): FunctionBuilder {
    const key = JSON.stringify(spec);
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const number = this.#functions.size;
    const { address } = this.builder;
    const panel = emitPanel(this.builder, { ...spec, name: `panel_${number}` });
    const f = this.builder.function(`rows_${number}`, [address, address, address, I32, I32]);
    this.#functions.set(key, f);
    const [a, b, c, accumulate, rows] = [0, 1, 2, 3, 4];
    f.loop(() => {
      f.get(a).get(b).get(c).get(accumulate).call(panel);
      advance(f, a, this.aNext);
      advance(f, c, this.cNext);
      f.get(rows).i32(1).op("i32.sub").tee(rows).brIf(0);
    });
    return f;
  }
}

/**
 * The blocks of the contraction of one class of outputs, without those that have no term: where the first term lies
 * in the input (bytes) and in the weights (terms), and the loops over the rest.
 */
function classBlocks(g: ConvGeometry, plan: ConvPlan, rows: OutputClass, columns: OutputClass) {
  const pixel = g.inputChannels * F32_BYTES;
  const { groupInputs, pitch } = plan;
  const blocks = contractionBoxes([g.kernelHeight, g.kernelWidth, groupInputs]).map((box) => {
    const [channel, channelEnd] = box[2]!;
    const y = tapsWithin(plan.rows, rows, box[0]!);
    const x = tapsWithin(plan.columns, columns, box[1]!);
    return {
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
 * Adds a function `(input, weights, output, rows)`: so many output rows of one class, for all groups, panels of
 * output channels and blocks.
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
  const f = builder.function(`class_${rows.residue}_${columns.residue}`, [address, address, address, I32]);
  const [input, weights, output, count] = [0, 1, 2, 3];
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
        blocks.forEach(({ aOffset, firstTerm, loops }, block) => {
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
          f.get(panelOutput).i32(block === 0 ? 0 : 1).get(count).call(callee);
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
