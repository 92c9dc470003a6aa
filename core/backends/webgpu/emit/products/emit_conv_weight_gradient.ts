import type { ConvGeometry } from "../../../../kernels/conv.ts";
import type { ConvWeightGradientKernel } from "../../../../kernels/conv_weight_gradient.ts";
import type { GpuFamily, GpuKernel, GpuTarget } from "../../gpu_kernel.ts";
import { blockRows } from "./block_rows.ts";
import { gridTexts, hasHoles } from "./emit_conv.ts";
import { digitsOf, type ProductProblem } from "./product_problem.ts";
import { productPhases } from "./product_phases.ts";
import { productValues } from "./_product_values.ts";
import { smallGeometry } from "./_small_geometry.ts";
import { planProduct, type ProductPlan, type ProductSize, smallExtents, smallPlan } from "./tile_form.ts";

/**
 * Gradients of weights, as the product of the transposed im2col matrix, which is never made, and the gradient of the
 * output; one plane for each group.
 */
export const convWeightGradientGpu: GpuFamily<ConvWeightGradientKernel> = {
  emit: ({ geometry }, target) => emitAs(geometry, planOf(geometry, target), target),
  small({ geometry }) {
    const { rows, columns, tame } = smallExtents(sizeOf(geometry));
    // 2 images of 10 x 13 outputs: two blocks.
    const small = smallGeometry(hasHoles(geometry), {
      inputHeight: 11,
      inputWidth: 12,
      inputChannels: 2 * Math.ceil(rows / 6),
      outputHeight: 10,
      outputWidth: 13,
      outputChannels: 2 * columns,
    });
    const kernel: ConvWeightGradientKernel = { family: "convWeightGradient", geometry: small };
    return {
      kernel,
      inputs: productValues(kernel, (at) => at % columns, tame),
      emit: (target) => emitAs(small, smallPlan(planOf(geometry, target)), target),
    };
  },
};

function blocksOf({ batch, outputHeight, outputWidth }: ConvGeometry) {
  return blockRows([batch, outputHeight, outputWidth]);
}

function sizeOf(g: ConvGeometry): ProductSize {
  return {
    planes: g.groups,
    rows: g.kernelHeight * g.kernelWidth * (g.inputChannels / g.groups),
    columns: g.outputChannels / g.groups,
    blocks: blocksOf(g).count,
  };
}

function planOf(geometry: ConvGeometry, { limits, mode }: GpuTarget): ProductPlan {
  return planProduct(sizeOf(geometry), limits, mode.contraction === "soft");
}

function emitAs(g: ConvGeometry, plan: ProductPlan, target: GpuTarget): GpuKernel {
  const problem = problemOf(g, target);
  return productPhases(
    {
      whole: problem,
      parts: [problem],
      results: g.kernelHeight * g.kernelWidth * (g.inputChannels / g.groups) * g.outputChannels,
      finite: hasHoles(g)
        ? { place: target.inputs[1]!, length: g.batch * g.outputHeight * g.outputWidth * g.outputChannels }
        : undefined,
    },
    plan,
    target,
  );
}

function problemOf(g: ConvGeometry, { inputs }: GpuTarget): ProductProblem {
  const { planes, rows, columns } = sizeOf(g);
  return {
    planes,
    rows,
    columns,
    blocks: blocksOf(g),
    planesInside: true,
    texts(words) {
      const [x, gradient] = [inputs[0]!, inputs[1]!];
      const [height, width] = [words.word(g.inputHeight), words.word(g.inputWidth)];
      const [all, channels] = [words.word(g.inputChannels), words.word(g.inputChannels / g.groups)];
      const [outAll, outChannels] = [words.word(g.outputChannels), words.word(g.outputChannels / g.groups)];
      const [outHeight, outWidth] = [words.word(g.outputHeight), words.word(g.outputWidth)];
      const [strideHeight, strideWidth] = [words.word(g.strideHeight), words.word(g.strideWidth)];
      const [dilationHeight, dilationWidth] = [words.word(g.dilationHeight), words.word(g.dilationWidth)];
      const [top, left] = [words.word(g.paddingTop), words.word(g.paddingLeft)];
      const kernelWidth = words.word(g.kernelWidth);
      const grid = gridTexts(g, words);
      const holes = hasHoles(g);
      /** Declares where a weight's tap lies for the output at (0, 0), and its channel among all. */
      const place = (row: string, suffix: string) =>
        `let tap${suffix} = ${row} / ${channels};
let y${suffix} = (tap${suffix} / ${kernelWidth}) * ${dilationHeight} - ${top};
let x${suffix} = (tap${suffix} % ${kernelWidth}) * ${dilationWidth} - ${left};
let channel${suffix} = plane * ${channels} + ${row} % ${channels};`;
      const at = (suffix: string, y: string, x: string) =>
        `((image * ${height} + ${y}) * ${width} + ${x}) * ${all} + channel${suffix}`;
      return {
        left: {
          place: x,
          alongTerms: false,
          lane: (row, suffix) =>
            `${place(row, suffix)}
${holes ? "" : `let start${suffix} = (y${suffix} * ${width} + x${suffix}) * ${all} + channel${suffix};`}`,
          digits: digitsOf(words, g.outputWidth, g.outputHeight),
          term: `let left_x = digit0 * ${strideWidth};
let left_y = digit1 * ${strideHeight};
let image = digit2;
${holes ? "" : `let left_t = ((image * ${height} + left_y) * ${width} + left_x) * ${all};`}`,
          inside: (suffix) =>
            holes
              ? `is_input(y${suffix} + left_y, x${suffix} + left_x)`
              : `(y${suffix} + left_y < ${height}) && (x${suffix} + left_x < ${width})`,
          index: (suffix) =>
            holes
              ? at(
                suffix,
                grid.y.replace("y_at", `(y${suffix} + left_y)`),
                grid.x.replace("x_at", `(x${suffix} + left_x)`),
              )
              : `start${suffix} + left_t`,
        },
        right: {
          place: gradient,
          alongTerms: false,
          lane: (column, suffix) => `let start${suffix} = plane * ${outChannels} + ${column};`,
          term: `let right_t = t * ${outAll};`,
          index: (suffix) => `start${suffix} + right_t`,
        },
        declarations: holes
          ? `fn is_input(y_at: u32, x_at: u32) -> bool {
${grid.test}
return inside;
}`
          : undefined,
        output: `row * ${outAll} + plane * ${outChannels} + column`,
        walk: {
          setup: `${place("row", "_")}
let y_start = plane * ${outChannels} + column;`,
          begin: `var out_x = t % ${outWidth};
var out_y = (t / ${outWidth}) % ${outHeight};
var image = t / ${outWidth} / ${outHeight};`,
          operands: `let y_at = y_ + out_y * ${strideHeight};
let x_at = x_ + out_x * ${strideWidth};
${grid.test}
var x = 0u;
if (inside) { x = ${x.at(`(${at("_", grid.y, grid.x)})`)}; }
let y = ${gradient.at(`(t * ${outAll} + y_start)`)};`,
          advance: `out_x += 1u;
if (out_x == ${outWidth}) {
out_x = 0u;
out_y += 1u;
if (out_y == ${outHeight}) {
out_y = 0u;
image += 1u;
}
}`,
          mayBeAbsent: holes,
        },
      };
    },
  };
}
