import { I32, type ModuleBuilder } from "../../../../assembler/mod.ts";
import type { ConvGeometry, ConvKernel } from "../../../../kernels/conv.ts";
import type { MatmulKernel } from "../../../../kernels/matmul.ts";
import {
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
import { zerosKernel } from "../_zeros.ts";
import { emitConvClass, PanelFunctions } from "./conv_class.ts";
import { bandPeriods, convPlan, inputRows } from "./conv_plan.ts";
import { convWeights, emitPackWeights } from "./conv_weights.ts";
import { emitProduct, type EmittedProduct } from "./emit_matmul.ts";
import { emitAddPaddingTerms, emitPaddingTerms, hasHoles, holePaddingBytes } from "./hole_padding.ts";
import { emitPadRows, paddedBytes } from "./pad_rows.ts";
import { F32_BYTES } from "./tile_shape.ts";
import type { Emitter, WasmPhase } from "../../wasm_kernel.ts";

/**
 * Convolutions, computed directly: the pixels of an output row are the rows of a product with the weights, and an
 * output's terms are runs of memory in the input, one for each kernel row. Nothing is gathered.
 *
 * A unit is a band of output rows of one image. Where outputs read outside the image, the band's input rows are first
 * copied to scratch with their padding, so that no inner loop has a branch; where many kernel rows are outside the
 * image these are left out. Holes split the outputs into classes of equal remainders, each of which is a convolution
 * with fewer taps.
 */
export const emitConv: Emitter<ConvKernel> = (kernel, builder) => emitConvolution(kernel, builder).emitted;

/**
 * A convolution.
 *
 * @param unitBytes The most bytes of outputs that a unit should have; if there are more, bands are cut evenly.
 */
export function emitConvolution(
  { geometry: g }: ConvKernel,
  builder: ModuleBuilder,
  unitBytes = Infinity,
): EmittedProduct {
  const outputs = g.batch * g.outputHeight * g.outputWidth * g.outputChannels;
  const terms = g.kernelHeight * g.kernelWidth * (g.inputChannels / g.groups);
  if (outputs === 0) return { emitted: emittedKernel([]) };
  if (terms === 0) return { emitted: zerosKernel(builder, 2, outputs) };
  const matmul = asMatmul(g);
  if (matmul !== undefined) return emitProduct(matmul, builder);

  const phases: WasmPhase[] = [];
  const plan = convPlan(g);
  const leavesOut = hasHoles(g) || plan.skippedHeight !== undefined;
  if (leavesOut) phases.push(emitPaddingTerms(builder, g));
  const packedAt = leavesOut ? Math.ceil(holePaddingBytes(g) / 64) * 64 : 0;
  const weights = convWeights(g, plan);
  if (weights.packed) phases.push(emitPackWeights(builder, g, plan, weights, packedAt));
  const outputRow = g.outputWidth * g.outputChannels * F32_BYTES;
  const functions = new PanelFunctions(builder, g, plan);
  const classes = plan.rows.classes.flatMap((rows) =>
    plan.columns.classes.map((columns) => ({
      rows,
      offset: rows.residue * outputRow + columns.residue * g.outputChannels * F32_BYTES,
      callee: emitConvClass(builder, g, plan, weights, [rows, columns], functions),
    }))
  );

  // A period of output rows is one row of each class.
  const periods = bandPeriods(plan, g.batch, unitBytes / (plan.rows.period * outputRow));
  const bands = Math.ceil(plan.rows.classes[0]!.outputs / periods);
  const bandRows = inputRows(plan.rows, periods);
  const padRows = plan.pad === undefined ? undefined : emitPadRows(builder, plan.pad);
  const f = phaseFunction(builder, "conv");
  const [x, y] = [loadPointer(f, 0), loadPointer(f, 2)];
  const w = loadPointer(f, weights.packed ? 3 : 1);
  if (weights.packed) f.get(w).offset(packedAt).set(w);
  const [image, first, count] = f.locals(I32);
  const [source, target] = f.locals(f.address);
  f.forUpTo(BEGIN, END, 1, () => {
    f.get(BEGIN).i32(bands).op("i32.div_u").set(image);
    f.get(BEGIN).get(image).i32(bands).op("i32.mul").op("i32.sub").i32(periods).op("i32.mul").set(first);
    pushScaled(f, x, image, g.inputHeight * g.inputWidth * g.inputChannels * F32_BYTES);
    f.set(source);
    pushScaled(f, y, image, g.outputHeight * outputRow);
    f.set(target);
    pushScaled(f, target, first, plan.rows.period * outputRow);
    f.set(target);
    if (padRows === undefined) {
      pushScaled(f, source, first, plan.rows.step * plan.pitch);
      f.offset(plan.rows.base * plan.pitch + plan.columns.base * g.inputChannels * F32_BYTES);
    } else {
      f.get(source).get(first).i32(plan.rows.step).op("i32.mul").i32(plan.rows.base).op("i32.add");
      f.get(SCRATCH).i32(bandRows).call(padRows).get(SCRATCH);
    }
    f.set(source);
    for (const { rows, offset, callee } of classes) {
      // The last band may be short, and in it one class may have a row less than another.
      f.i32(rows.outputs).get(first).op("i32.sub").tee(count).i32(periods);
      f.get(count).i32(periods).op("i32.lt_s").op("select").set(count);
      f.get(source).get(w).get(target).offset(offset).get(count);
      f.get(first).i32(plan.rows.step).op("i32.mul").i32(plan.rows.base).op("i32.add").call(callee);
    }
  });
  const nanoseconds = periods * plan.rows.period * g.outputWidth * g.outputChannels * terms / 20;
  phases.push(phaseOf(f, g.batch * bands, grainOf(nanoseconds)));
  if (leavesOut) phases.push(emitAddPaddingTerms(builder, g));
  const scratchBytes = plan.pad === undefined ? 0 : paddedBytes(plan.pad, bandRows);
  const temporaryBytes = packedAt + weights.bytes;
  const even = bands === 1 || plan.rows.classes[0]!.outputs % periods === 0;
  return {
    emitted: emittedKernel(phases, temporaryBytes, scratchBytes),
    elementsPerUnit: leavesOut || !even || plan.rows.period > 1
      ? undefined
      : Math.min(periods, g.outputHeight) * outputRow / F32_BYTES,
  };
}

/** A 1 x 1 convolution that reads each pixel once is a matrix product over the channels, with the same blocks. */
export function asMatmul(g: ConvGeometry): MatmulKernel | undefined {
  if (!isPointwise(g)) return undefined;
  const m = g.batch * g.outputHeight * g.outputWidth;
  const size = { batch: 1, m, k: g.inputChannels, n: g.outputChannels };
  return { family: "matmul", ...size, transposeA: false, transposeB: false };
}

function isPointwise(g: ConvGeometry): boolean {
  return g.kernelHeight === 1 && g.kernelWidth === 1 && g.groups === 1 && g.strideHeight === 1 &&
    g.strideWidth === 1 && g.paddingTop === 0 && g.paddingLeft === 0 && g.holesHeight === 1 &&
    g.holesWidth === 1 && g.inputHeight === g.outputHeight && g.inputWidth === g.outputWidth;
}
