import { type FunctionBuilder, I32, type Local, type ModuleBuilder } from "../../../../assembler/mod.ts";
import type { ConvWeightGradientKernel } from "../../../../kernels/conv_weight_gradient.ts";
import type { ConvGeometry } from "../../../../kernels/conv.ts";
import {
  advance,
  BEGIN,
  emittedKernel,
  END,
  grainOf,
  loadPointer,
  phaseFunction,
  phaseOf,
  pushScaled,
  SCRATCH,
} from "../_phase.ts";
import { repeat } from "../_repeat.ts";
import { zerosKernel } from "../_zeros.ts";
import { blockSumsBytes, emitAddBlocks } from "./add_blocks.ts";
import { type ConvPlan, convPlan, inputRows } from "./conv_plan.ts";
import { hasHoles } from "./hole_padding.ts";
import { emitAddGradientPadding, emitSearchGradient, gradientSearchBytes } from "./hole_padding_gradient.ts";
import { emitPadRows } from "./pad_rows.ts";
import { F32_BYTES, panelColumns, tileRows } from "./tile_shape.ts";
import type { EmittedKernel, Emitter, WasmPhase } from "../../wasm_kernel.ts";
import * as locate from "./weight_gradient_blocks.ts";
import { emitRun, RunPanels, type WeightRuns, weightRuns } from "./weight_gradient_run.ts";

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
  readonly runs: WeightRuns;
  /** Weights, and bytes from one row of them to the next. */
  readonly length: number;
  readonly weightRow: number;
  /** Bytes of the input from one column of a panel to the next. */
  readonly inputColumn: number;
  readonly padRows: FunctionBuilder | undefined;
}

/** Panels of equal width: their first output channel in a group, and the function of each run. */
interface Panels {
  readonly columns: number;
  readonly count: number;
  readonly column: number;
  readonly callees: readonly FunctionBuilder[];
}

/**
 * Gradients of a convolution's weights: the inputs of a run of weights, which lie next to each other, times the
 * gradient of the output, summed over all positions.
 *
 * Few weights: the blocks of positions are the units, each of which writes its own sums for a second phase to add in
 * order. Many weights, whose block sums would fill too much memory: the units are slices of the weights, which go
 * through all blocks and add each to the result.
 */
export const emitConvWeightGradient: Emitter<ConvWeightGradientKernel> = ({ geometry: g }, builder) => {
  const length = g.kernelHeight * g.kernelWidth * (g.inputChannels / g.groups) * g.outputChannels;
  if (length === 0) return emittedKernel([]);
  if (g.batch * g.outputHeight * g.outputWidth === 0) return zerosKernel(builder, 2, length);

  const plan = convPlan(g);
  const blocks = locate.gradientBlocks(g, plan);
  const parts: Parts = {
    builder,
    g,
    plan,
    blocks,
    runs: weightRuns(g, plan),
    length,
    weightRow: g.outputChannels * F32_BYTES,
    inputColumn: plan.depthwise ? F32_BYTES : 0,
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
): EmittedKernel {
  if (!hasHoles(g)) return emittedKernel(phases, temporaryBytes, scratchBytes);
  phases.unshift(emitSearchGradient(builder, g, temporaryBytes));
  phases.push(emitAddGradientPadding(builder, g, temporaryBytes));
  return emittedKernel(phases, temporaryBytes + gradientSearchBytes(g), scratchBytes);
}

/** Emits the functions of all runs, for the whole of a run or for so many rows as an argument tells. */
function emitPanels({ builder, g, plan, blocks, runs }: Parts, openRows: boolean): Panels[] {
  const functions = new RunPanels(builder);
  const widths = panelColumns(plan.groupOutputs);
  let next = 0;
  return [...new Set(widths)].map((columns) => {
    const count = widths.filter((width) => width === columns).length;
    const column = next;
    next += count * columns;
    const panel = { columns, inputStride: runs.inputStride, ...!openRows && { rows: runs.rows } };
    const callees = runs.runs.map((run) => emitRun(builder, g, plan, blocks.cut, run, panel, functions));
    return { columns, count, column, callees };
  });
}

/** Adds a function `(x, gradient, result, begin, end, row)`: all sums of one block. */
function emitBlock(parts: Parts): FunctionBuilder {
  const { builder, plan, runs, weightRow, inputColumn } = parts;
  const panels = emitPanels(parts, false);
  const { address } = builder;
  const f = builder.function("block", [address, address, address, I32, I32, I32]);
  const [x, gradient, result, begin, end, row] = [0, 1, 2, 3, 4, 5];
  const [panelX, panelGradient, panelResult] = f.locals(address);
  repeat(f, plan.groups, () => {
    for (const { columns, count, column, callees } of panels) {
      f.get(x).offset(column * inputColumn).set(panelX);
      f.get(gradient).offset(column * F32_BYTES).set(panelGradient);
      f.get(result).offset(column * F32_BYTES).set(panelResult);
      repeat(f, count, () => {
        callees.forEach((callee, run) => {
          f.get(panelX).get(panelGradient).get(panelResult).offset(run * runs.rows * weightRow);
          f.i32(0).get(begin).get(end).get(row).i32(0).call(callee);
        });
      }, () => {
        advance(f, panelX, columns * inputColumn);
        advance(f, panelGradient, columns * F32_BYTES);
        advance(f, panelResult, columns * F32_BYTES);
      });
    }
  }, () => {
    advance(f, x, plan.groupInputs * F32_BYTES);
    advance(f, gradient, plan.groupOutputs * F32_BYTES);
    advance(f, result, plan.groupOutputs * F32_BYTES);
  });
  return f;
}

/** Adds the phase whose units are blocks: all weights' sums of a block, to its place in the temporary. */
function emitBlockSums(parts: Parts): WasmPhase {
  const { builder, g, plan, blocks, length, padRows } = parts;
  const sumBlock = emitBlock(parts);
  const f = phaseFunction(builder, "block_sums");
  const [images, gradients] = [loadPointer(f, 0), loadPointer(f, 1)];
  const sums = loadPointer(f, 3);
  const position = locate.blockPosition(f);
  const { image, begin, end, row, period } = position;
  const [x, gradient, target] = f.locals(f.address);
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
    f.get(begin).get(end).get(row).call(sumBlock);
  });
  return phaseOf(f, blocks.count, grainOf(blocks.terms * length / 20));
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
  return phaseOf(f, g.batch, grainOf(plan.imageBytes / 20));
}

/** Adds the phase whose units are slices of the weights: some rows of a run and one panel of output channels. */
function emitSlices(parts: Parts): WasmPhase {
  const { builder, g, plan, runs: { runs, rows, inputStride }, weightRow, inputColumn, padRows } = parts;
  const panels = emitPanels(parts, true);
  const height = tileRows(panels[0]!.columns);
  const sliceRows = Math.min(rows, height * Math.floor(SLICE_ROWS / height));
  const slicesPerRun = Math.ceil(rows / sliceRows);
  const panelsPerGroup = panels.reduce((sum, { count }) => sum + count, 0);

  const f = phaseFunction(builder, "slices");
  const [images, gradients] = [loadPointer(f, padRows === undefined ? 0 : 3), loadPointer(f, 1)];
  const results = loadPointer(f, 2);
  const [slice, run, panel, group] = f.locals(I32);
  const count = f.local(I32);
  const [x, gradient, result] = f.locals(f.address);
  const split = (value: Local, divisor: number, quotient: Local, remainder: Local) => {
    f.get(value).i32(divisor).op("i32.rem_u");
    f.get(value).i32(divisor).op("i32.div_u").set(quotient).set(remainder);
  };
  f.forUpTo(BEGIN, END, 1, () => {
    split(BEGIN, slicesPerRun, run, slice);
    split(run, runs.length, panel, run);
    split(panel, panelsPerGroup, group, panel);
    f.get(slice).i32(sliceRows).op("i32.mul").set(slice);
    f.i32(rows).get(slice).op("i32.sub").tee(count).i32(sliceRows);
    f.get(count).i32(sliceRows).op("i32.lt_u").op("select").set(count);
    for (const { columns, count: width, column, callees } of panels) {
      // `panel` counts from the first of these; as an unsigned number it is large for the ones before.
      f.get(panel).i32(width).op("i32.lt_u").if(() => {
        // In each buffer: the group, then the panel, then the first row of the slice.
        const locate = (buffer: Local, groupBytes: number, columnBytes: number, rowBytes: number) => {
          pushScaled(f, buffer, group, groupBytes);
          f.get(panel).scale(columns * columnBytes).addressOp("add");
          f.get(slice).scale(rowBytes).addressOp("add");
          f.offset(column * columnBytes);
        };
        locate(images, plan.groupInputs * F32_BYTES, inputColumn, inputStride);
        f.set(x);
        locate(gradients, plan.groupOutputs * F32_BYTES, F32_BYTES, 0);
        f.set(gradient);
        locate(results, plan.groupOutputs * F32_BYTES, F32_BYTES, weightRow);
        f.set(result);
        callees.forEach((callee, index) => {
          f.get(run).i32(index).op("i32.eq").if(() => {
            f.get(x).get(gradient).get(result).offset(index * rows * weightRow).get(count);
            f.call(emitAllBlocks(parts, callee));
          });
        });
      });
      f.get(panel).i32(width).op("i32.sub").set(panel);
    }
  });
  const positions = g.batch * g.outputHeight * g.outputWidth;
  const units = plan.groups * panelsPerGroup * runs.length * slicesPerRun;
  return phaseOf(f, units, grainOf(positions * sliceRows * Math.min(16, plan.groupOutputs) / 20));
}

/** A function `(images, gradients, result, rows)`: one run's function for all blocks, which it adds up in order. */
function emitAllBlocks({ builder, g, plan, blocks }: Parts, callee: FunctionBuilder): FunctionBuilder {
  const { address } = builder;
  const f = builder.function(`all_blocks_of_${callee.name}`, [address, address, address, I32]);
  const [images, gradients, result, rows] = [0, 1, 2, 3];
  const position = locate.blockPosition(f);
  const block = f.local(I32);
  const [x, gradient] = f.locals(address);
  f.forUpTo(block, { constant: blocks.count }, 1, () => {
    locate.emitLocateBlock(f, g, plan, blocks.cut, block, position);
    locate.emitLocateGradient(f, g, blocks.cut, position, gradients, gradient);
    locate.emitLocateInput(f, g, plan, position, images, x);
    f.get(x).get(gradient).get(result).get(block);
    f.get(position.begin).get(position.end).get(position.row).get(rows).call(callee);
  });
  return f;
}
