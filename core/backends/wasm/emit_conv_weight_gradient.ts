import { type FunctionBuilder, I32, type Local, ModuleBuilder } from "../../assembler/mod.ts";
import type { ConvWeightGradientKernel } from "../../kernels/conv_weight_gradient.ts";
import type { ConvGeometry } from "../../kernels/conv.ts";
import {
  advance,
  BEGIN,
  END,
  grainOf,
  loadPointer,
  phaseFunction,
  pushScaled,
  SCRATCH,
  wasmKernel,
} from "./_phase.ts";
import { repeat } from "./_repeat.ts";
import { zerosKernel } from "./_zeros.ts";
import { blockSumsBytes, emitAddBlocks } from "./add_blocks.ts";
import { type ConvPlan, convPlan, inputRows } from "./conv_plan.ts";
import { hasHoles } from "./hole_padding.ts";
import { emitAddGradientPadding, emitSearchGradient, gradientSearchBytes } from "./hole_padding_gradient.ts";
import { emitPadRows } from "./pad_rows.ts";
import { F32_BYTES, panelColumns, tileRows } from "./register_tile.ts";
import type { Emitter, WasmKernel, WasmPhase } from "./wasm_kernel.ts";
import * as locate from "./weight_gradient_blocks.ts";
import { emitRun, RunPanels, weightRuns } from "./weight_gradient_run.ts";

/** So many bytes of block sums, or twice as many as the operands have, may be kept side by side. */
const BLOCK_SUMS_BYTES = 8 * 1024 * 1024;
/** The fewest blocks that workers share well. */
const MIN_BLOCKS = 8;
/** About how many rows of weights a slice has. */
const SLICE_ROWS = 48;

/** What both ways to share the work need. */
interface Parts {
  readonly builder: ModuleBuilder;
  readonly g: ConvGeometry;
  readonly plan: ConvPlan;
  readonly blocks: locate.GradientBlocks;
  /** Weights, and bytes of a row of them. */
  readonly length: number;
  readonly weightRow: number;
  /** Rows of weights in a run. */
  readonly rows: number;
  /** Panels of equal width: the first output channel in a group, and for each run its function. */
  readonly panels: readonly {
    readonly columns: number;
    readonly count: number;
    readonly column: number;
    readonly runs: readonly { readonly firstRow: number; readonly callee: FunctionBuilder }[];
  }[];
  readonly padRows: FunctionBuilder | undefined;
}

/**
 * Gradients of a convolution's weights: the inputs of a run of weights, which lie next to each other, times the gradient of
 * the output, summed over all positions.
 *
 * Few weights: the blocks of positions are the units, each of which writes its own sums for a second phase to add in
 * order. Many weights, whose block sums would fill too much memory: the units are slices of the weights, which go
 * through all blocks and add each to the result.
 */
export const emitConvWeightGradient: Emitter<ConvWeightGradientKernel> = ({ geometry: g }, { pages }) => {
  const builder = new ModuleBuilder(pages);
  const groupInputs = g.inputChannels / g.groups;
  const length = g.kernelHeight * g.kernelWidth * groupInputs * g.outputChannels;
  if (length === 0) return wasmKernel(builder, []);
  if (g.batch * g.outputHeight * g.outputWidth === 0) return zerosKernel(builder, 2, length);

  const plan = convPlan(g);
  const blocks = locate.gradientBlocks(g, plan);
  const runs = weightRuns(g);
  const widths = panelColumns(plan.groupOutputs);
  const functions = new RunPanels(builder);
  let column = 0;
  const panels = [...new Set(widths)].map((columns) => {
    const count = widths.filter((width) => width === columns).length;
    const first = column;
    column += count * columns;
    return {
      columns,
      count,
      column: first,
      runs: runs.map((run) => ({
        firstRow: (run.ky * g.kernelWidth + run.kx) * groupInputs,
        callee: emitRun(builder, g, plan, blocks.cut, run, columns, functions),
      })),
    };
  });
  const parts: Parts = {
    builder,
    g,
    plan,
    blocks,
    length,
    weightRow: g.outputChannels * F32_BYTES,
    rows: runs[0]!.rows,
    panels,
    padRows: plan.pad === undefined ? undefined : emitPadRows(builder, plan.pad),
  };
  const sumsBytes = blocks.count * blockSumsBytes(length);
  const operandBytes = F32_BYTES * g.batch *
    (g.inputHeight * g.inputWidth * g.inputChannels + g.outputHeight * g.outputWidth * g.outputChannels);
  if (blocks.count >= MIN_BLOCKS && sumsBytes <= Math.max(BLOCK_SUMS_BYTES, 2 * operandBytes)) {
    const phases = [
      emitBlockSums(parts),
      emitAddBlocks(builder, { blocks: blocks.count, length, result: 2, sums: 3 }),
    ];
    return finish(parts, phases, sumsBytes, blocks.inputBytes);
  }
  const phases = [emitSlices(parts)];
  if (parts.padRows === undefined) return finish(parts, phases, 0, 0);
  phases.unshift(emitPadImages(parts, parts.padRows));
  return finish(parts, phases, g.batch * plan.imageBytes, 0);
};

/** Adds what holes need to the phases, and packs the kernel. */
function finish(
  { builder, g }: Parts,
  phases: WasmPhase[],
  temporaryBytes: number,
  scratchBytes: number,
): WasmKernel {
  if (!hasHoles(g)) return wasmKernel(builder, phases, temporaryBytes, scratchBytes);
  phases.unshift(emitSearchGradient(builder, g, temporaryBytes));
  phases.push(emitAddGradientPadding(builder, g, temporaryBytes));
  return wasmKernel(builder, phases, temporaryBytes + gradientSearchBytes(g), scratchBytes);
}

/** Adds the phase whose units are blocks: all weights' sums of a block, to its place in the temporary. */
function emitBlockSums(
  { builder, g, plan, blocks, length, weightRow, rows, panels, padRows }: Parts,
): WasmPhase {
  const weights = builder.function("block", [I32, I32, I32, I32, I32, I32]);
  {
    const f = weights;
    const [x, gradient, result, begin, end, row] = [0, 1, 2, 3, 4, 5];
    const [panelGradient, panelResult] = [f.local(I32), f.local(I32)];
    repeat(f, g.groups, () => {
      for (const { columns, count, column, runs } of panels) {
        f.get(gradient).i32(column * F32_BYTES).op("i32.add").set(panelGradient);
        f.get(result).i32(column * F32_BYTES).op("i32.add").set(panelResult);
        repeat(f, count, () => {
          for (const { firstRow, callee } of runs) {
            f.get(x).get(panelGradient).get(panelResult).i32(firstRow * weightRow).op("i32.add");
            f.i32(0).get(begin).get(end).get(row).i32(rows).call(callee);
          }
        }, () => {
          advance(f, panelGradient, columns * F32_BYTES);
          advance(f, panelResult, columns * F32_BYTES);
        });
      }
    }, () => {
      advance(f, x, plan.groupInputs * F32_BYTES);
      advance(f, gradient, plan.groupOutputs * F32_BYTES);
      advance(f, result, plan.groupOutputs * F32_BYTES);
    });
  }

  const f = phaseFunction(builder, "block_sums");
  const [images, gradients] = [loadPointer(f, 0), loadPointer(f, 1)];
  const sums = loadPointer(f, 3);
  const position = locate.blockPosition(f);
  const { image, begin, end, row, period } = position;
  const [x, gradient, target] = [f.local(I32), f.local(I32), f.local(I32)];
  f.forUpTo(BEGIN, END, 1, () => {
    locate.emitLocateBlock(f, g, plan, blocks.cut, BEGIN, position);
    locate.emitLocateGradient(f, g, blocks.cut, position, gradients, gradient);
    if (padRows === undefined) locate.emitLocateInput(f, g, plan, position, images, x);
    else {
      const pad = () => {
        pushScaled(f, images, image, g.inputHeight * g.inputWidth * g.inputChannels * F32_BYTES);
        f.get(period).i32(plan.rows.step).op("i32.mul").i32(plan.rows.base).op("i32.add");
        f.get(target).i32(blocks.inputRows).call(padRows);
      };
      f.get(SCRATCH).set(target);
      if (blocks.cut.axis > 0) pad();
      else {
        f.forUpTo(image, end, 1, () => {
          pad();
          advance(f, target, plan.imageBytes);
        });
      }
      f.get(SCRATCH).set(x);
    }
    f.get(x).get(gradient);
    pushScaled(f, sums, BEGIN, blockSumsBytes(length));
    f.get(begin).get(end).get(row).call(weights);
  });
  return { name: "block_sums", units: blocks.count, grain: grainOf(blocks.terms * length / 20) };
}

/** Adds the phase that copies all images with their padding to the temporary. */
function emitPadImages({ builder, g, plan }: Parts, padRows: FunctionBuilder): WasmPhase {
  const f = phaseFunction(builder, "pad_images");
  const [images, temporary] = [loadPointer(f, 0), loadPointer(f, 3)];
  f.forUpTo(BEGIN, END, 1, () => {
    pushScaled(f, images, BEGIN, g.inputHeight * g.inputWidth * g.inputChannels * F32_BYTES);
    f.i32(plan.rows.base);
    pushScaled(f, temporary, BEGIN, plan.imageBytes);
    f.i32(inputRows(plan.rows, plan.rows.classes[0]!.outputs)).call(padRows);
  });
  return { name: "pad_images", units: g.batch, grain: grainOf(plan.imageBytes / 20) };
}

/** Adds the phase whose units are slices of the weights: some rows of a run and one panel of output channels. */
function emitSlices(
  { builder, g, plan, blocks, length, weightRow, rows, panels, padRows }: Parts,
): WasmPhase {
  const height = tileRows(panels[0]!.columns);
  const sliceRows = Math.min(rows, height * Math.floor(SLICE_ROWS / height));
  const slicesPerRun = Math.ceil(rows / sliceRows);
  const runs = panels[0]!.runs.length;
  const panelsPerGroup = panels.reduce((sum, { count }) => sum + count, 0);

  const f = phaseFunction(builder, "slices");
  const [images, gradients] = [loadPointer(f, padRows === undefined ? 0 : 3), loadPointer(f, 1)];
  const results = loadPointer(f, 2);
  const [slice, run, panel, group] = [f.local(I32), f.local(I32), f.local(I32), f.local(I32)];
  const [x, gradient, result, count] = [f.local(I32), f.local(I32), f.local(I32), f.local(I32)];
  const split = (value: Local, divisor: number, quotient: Local, remainder: Local) => {
    f.get(value).i32(divisor).op("i32.div_u").set(quotient);
    f.get(value).get(quotient).i32(divisor).op("i32.mul").op("i32.sub").set(remainder);
  };
  f.forUpTo(BEGIN, END, 1, () => {
    split(BEGIN, slicesPerRun, run, slice);
    split(run, runs, panel, run);
    split(panel, panelsPerGroup, group, panel);
    f.get(slice).i32(sliceRows).op("i32.mul").set(slice);
    f.i32(rows).get(slice).op("i32.sub").tee(count).i32(sliceRows);
    f.get(count).i32(sliceRows).op("i32.lt_u").op("select").set(count);
    // The inputs of the slice's weights are next to each other, its weights are rows apart.
    pushScaled(f, images, slice, F32_BYTES);
    f.get(group).i32(plan.groupInputs * F32_BYTES).op("i32.mul").op("i32.add").set(x);
    for (const { columns, count: width, column, runs } of panels) {
      f.get(panel).i32(width).op("i32.lt_u").if(() => {
        const channel = (pointer: Local) => {
          pushScaled(f, pointer, group, plan.groupOutputs * F32_BYTES);
          f.get(panel).i32(columns * F32_BYTES).op("i32.mul").op("i32.add");
          f.i32(column * F32_BYTES).op("i32.add");
        };
        channel(gradients);
        f.set(gradient);
        channel(results);
        f.get(slice).i32(weightRow).op("i32.mul").op("i32.add").set(result);
        runs.forEach(({ firstRow, callee }, index) => {
          f.get(run).i32(index).op("i32.eq").if(() => {
            f.get(x).get(gradient).get(result).i32(firstRow * weightRow).op("i32.add").get(count);
            f.call(emitAllBlocks(builder, { g, plan, blocks }, callee));
          });
        });
      });
      f.get(panel).i32(width).op("i32.sub").set(panel);
    }
  });
  const positions = g.batch * g.outputHeight * g.outputWidth;
  return {
    name: "slices",
    units: g.groups * panelsPerGroup * runs * slicesPerRun,
    grain: grainOf(positions * sliceRows * Math.min(16, length / g.groups) / 20),
  };
}

/** A function `(images, gradients, result, rows)`: one run's function for all blocks, which it adds up in order. */
function emitAllBlocks(
  builder: ModuleBuilder,
  { g, plan, blocks }: Pick<Parts, "g" | "plan" | "blocks">,
  callee: FunctionBuilder,
): FunctionBuilder {
  const f = builder.function(`all_blocks_of_${callee.name}`, [I32, I32, I32, I32]);
  const [images, gradients, result, rows] = [0, 1, 2, 3];
  const position = locate.blockPosition(f);
  const [block, x, gradient] = [f.local(I32), f.local(I32), f.local(I32)];
  f.forUpTo(block, { constant: blocks.count }, 1, () => {
    locate.emitLocateBlock(f, g, plan, blocks.cut, block, position);
    locate.emitLocateGradient(f, g, blocks.cut, position, gradients, gradient);
    locate.emitLocateInput(f, g, plan, position, images, x);
    f.get(x).get(gradient).get(result).get(block);
    f.get(position.begin).get(position.end).get(position.row).get(rows).call(callee);
  });
  return f;
}
