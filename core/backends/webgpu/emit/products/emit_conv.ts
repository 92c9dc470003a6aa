import type { ConvGeometry, ConvKernel } from "../../../../kernels/conv.ts";
import type { GpuFamily, GpuKernel, GpuTarget } from "../../gpu_kernel.ts";
import { blockRows } from "./block_rows.ts";
import { type AxisClass, convClasses, wholeAxis } from "./conv_axes.ts";
import { digitsOf, type ProductProblem, type ProductTexts, type Words } from "./product_problem.ts";
import { productPhases } from "./product_phases.ts";
import { productValues } from "./_product_values.ts";
import { smallGeometry } from "./_small_geometry.ts";
import { planProduct, type ProductPlan, type ProductSize, smallExtents, smallPlan } from "./tile_form.ts";

/**
 * Convolutions, as the product of the im2col matrix, which is never made, and the weights; one plane for each group.
 *
 * Where there are holes, outputs that read through the same taps are one product, without the holes.
 */
export const convGpu: GpuFamily<ConvKernel> = {
  emit: ({ geometry }, target) => emitAs(geometry, planOf(geometry, target), target),
  small({ geometry }) {
    const { rows, columns, tame } = smallExtents(sizeOf(geometry));
    const holes = hasHoles(geometry);
    const height = Math.ceil(rows / (2 * 7));
    // 3 x 2 taps of 45 channels: two blocks.
    const small = smallGeometry(holes, {
      inputHeight: height + 1,
      inputWidth: 5,
      inputChannels: 90,
      outputHeight: height * (holes ? 2 : 1),
      outputWidth: 7,
      outputChannels: 2 * columns,
    });
    const kernel: ConvKernel = { family: "conv", geometry: small };
    return {
      kernel,
      inputs: productValues(kernel, (at) => at % columns, tame),
      emit: (target) => emitAs(small, smallPlan(planOf(geometry, target)), target),
    };
  },
};

/** Whether terms can be absent. */
export function hasHoles({ holesHeight, holesWidth }: ConvGeometry): boolean {
  return holesHeight > 1 || holesWidth > 1;
}

function blocksOf({ kernelHeight, kernelWidth, inputChannels, groups }: ConvGeometry) {
  return blockRows([kernelHeight, kernelWidth, inputChannels / groups]);
}

function sizeOf(g: ConvGeometry): ProductSize {
  return {
    planes: g.groups,
    rows: g.batch * g.outputHeight * g.outputWidth,
    columns: g.outputChannels / g.groups,
    blocks: blocksOf(g).count,
  };
}

function planOf(geometry: ConvGeometry, { limits, mode }: GpuTarget): ProductPlan {
  return planProduct(sizeOf(geometry), limits, mode.contraction === "soft");
}

function emitAs(geometry: ConvGeometry, plan: ProductPlan, target: GpuTarget): GpuKernel {
  const g = geometry;
  const { rows, columns } = convClasses(g);
  return productPhases(
    {
      whole: problemOf(
        g,
        wholeAxis(g.outputHeight, g.kernelHeight),
        wholeAxis(g.outputWidth, g.kernelWidth),
        target,
      ),
      parts: rows.flatMap((row) => columns.map((column) => problemOf(g, row, column, target))),
      results: g.batch * g.outputHeight * g.outputWidth * g.outputChannels,
      finite: hasHoles(g)
        ? {
          place: target.inputs[1]!,
          length: g.kernelHeight * g.kernelWidth * (g.inputChannels / g.groups) * g.outputChannels,
        }
        : undefined,
    },
    plan,
    target,
  );
}

function problemOf(
  g: ConvGeometry,
  rows: AxisClass,
  columns: AxisClass,
  { inputs }: GpuTarget,
): ProductProblem {
  return {
    planes: g.groups,
    rows: g.batch * rows.outputs * columns.outputs,
    columns: g.outputChannels / g.groups,
    blocks: blocksOf(g),
    planesInside: true,
    texts: (words) => {
      const [x, w] = [inputs[0]!, inputs[1]!];
      const [height, width] = [words.word(g.inputHeight), words.word(g.inputWidth)];
      const [all, channels] = [words.word(g.inputChannels), words.word(g.inputChannels / g.groups)];
      const [outAll, outChannels] = [words.word(g.outputChannels), words.word(g.outputChannels / g.groups)];
      const kernelWidth = words.word(g.kernelWidth);
      const [outHeight, outWidth] = [words.word(g.outputHeight), words.word(g.outputWidth)];
      const [down, across] = [axisWords(words, rows), axisWords(words, columns)];

      /** Declares the image and the output's place in its class. */
      const place = (row: string, suffix: string) =>
        `let across${suffix} = ${row} % ${across.outputs};
let rest${suffix} = ${row} / ${across.outputs};
let down${suffix} = rest${suffix} % ${down.outputs};
let image${suffix} = rest${suffix} / ${down.outputs};`;
      const digits = digitsOf(words, g.inputChannels / g.groups, columns.taps);
      return {
        left: {
          place: x,
          alongTerms: true,
          lane: (row, suffix) =>
            `${place(row, suffix)}
let y${suffix} = ${down.base} + down${suffix} * ${down.stride};
let x${suffix} = ${across.base} + across${suffix} * ${across.stride};
let start${suffix} = ((image${suffix} * ${height} + y${suffix}) * ${width} + x${suffix}) * ${all} + plane * ${channels};`,
          digits,
          term: `let left_y = digit2 * ${down.dilation};
let left_x = digit1 * ${across.dilation};
let left_t = (left_y * ${width} + left_x) * ${all} + digit0;`,
          inside: (suffix) => `(y${suffix} + left_y < ${height}) && (x${suffix} + left_x < ${width})`,
          index: (suffix) => `start${suffix} + left_t`,
        },
        right: {
          place: w,
          alongTerms: false,
          lane: (column, suffix) => `let start${suffix} = plane * ${outChannels} + ${column};`,
          digits: hasHoles(g) ? digits : undefined,
          term: hasHoles(g)
            ? `let right_row = ${down.firstTap} + digit2 * ${down.tapStep};
let right_column = ${across.firstTap} + digit1 * ${across.tapStep};
let right_t = ((right_row * ${kernelWidth} + right_column) * ${channels} + digit0) * ${outAll};`
            : `let right_t = t * ${outAll};`,
          index: (suffix) => `start${suffix} + right_t`,
        },
        dense: hasHoles(g) ? (t) => `dense_terms(${t})` : undefined,
        declarations: hasHoles(g)
          ? `fn taps_before(tap: u32, first: u32, step: u32) -> u32 {
return select((tap - first + step - 1u) / step, 0u, tap <= first);
}
fn is_tap(tap: u32, first: u32, step: u32) -> bool {
return (tap >= first) & ((tap - first) % step == 0u);
}
fn dense_terms(t: u32) -> u32 {
let tap = t / ${channels};
let down = tap / ${kernelWidth};
let across = tap % ${kernelWidth};
let channel = select(0u, t % ${channels}, is_tap(across, ${across.firstTap}, ${across.tapStep}));
let before = taps_before(across, ${across.firstTap}, ${across.tapStep}) * ${channels} + channel;
return taps_before(down, ${down.firstTap}, ${down.tapStep}) * ${across.taps} * ${channels} +
select(0u, before, is_tap(down, ${down.firstTap}, ${down.tapStep}));
}`
          : undefined,
        outputRow: `${place("row", "")}
let row_start = ((image * ${outHeight} + ${down.first} + down * ${down.step}) * ${outWidth} + ${across.first} + across * ${across.step}) * ${outAll} + plane * ${outChannels};`,
        output: "row_start + column",
        walk: walkOf(),
      };

      function walkOf(): ProductTexts["walk"] {
        const [strideHeight, strideWidth] = [words.word(g.strideHeight), words.word(g.strideWidth)];
        const [dilationHeight, dilationWidth] = [words.word(g.dilationHeight), words.word(g.dilationWidth)];
        const [top, left] = [words.word(g.paddingTop), words.word(g.paddingLeft)];
        const grid = gridTexts(g, words);
        return {
          setup: `${place("row", "")}
let top = (${down.first} + down * ${down.step}) * ${strideHeight} - ${top};
let left = (${across.first} + across * ${across.step}) * ${strideWidth} - ${left};
let x_start = plane * ${channels};
let y_start = plane * ${outChannels} + column;`,
          begin: `var channel = t % ${channels};
var tap_down = (t / ${channels}) / ${kernelWidth};
var tap_across = (t / ${channels}) % ${kernelWidth};`,
          operands: `let y_at = top + tap_down * ${dilationHeight};
let x_at = left + tap_across * ${dilationWidth};
${grid.test}
var x = 0u;
if (inside) {
x = ${x.at(`(((image * ${height} + ${grid.y}) * ${width} + ${grid.x}) * ${all} + x_start + channel)`)};
}
let y = ${w.at(`(t * ${outAll} + y_start)`)};`,
          advance: `channel += 1u;
if (channel == ${channels}) {
channel = 0u;
tap_across += 1u;
if (tap_across == ${kernelWidth}) {
tap_across = 0u;
tap_down += 1u;
}
}`,
          mayBeAbsent: hasHoles(g),
        };
      }
    },
  };
}

function axisWords(words: Words, axis: AxisClass): { readonly [K in keyof AxisClass]: string } {
  return {
    outputs: words.word(axis.outputs),
    first: words.word(axis.first),
    step: words.word(axis.step),
    taps: words.word(axis.taps),
    firstTap: words.word(axis.firstTap),
    tapStep: words.word(axis.tapStep),
    base: words.word(axis.base),
    stride: words.word(axis.stride),
    dilation: words.word(axis.dilation),
  };
}

/**
 * Texts about the place (`y_at`, `x_at`) on the grid on which the inputs stand: statements that declare whether an input
 * stands there, `inside`, and whether its term is there, `present`, if it can be absent; and the input's row and column.
 */
export function gridTexts(
  g: ConvGeometry,
  words: Words,
): { readonly test: string; readonly y: string; readonly x: string } {
  const [height, width] = [words.word(g.inputHeight), words.word(g.inputWidth)];
  if (!hasHoles(g)) {
    return { test: `let inside = (y_at < ${height}) && (x_at < ${width});`, y: "y_at", x: "x_at" };
  }
  const [down, across] = [words.word(g.holesHeight), words.word(g.holesWidth)];
  const rows = words.word(Math.max(0, (g.inputHeight - 1) * g.holesHeight + 1));
  const columns = words.word(Math.max(0, (g.inputWidth - 1) * g.holesWidth + 1));
  return {
    test: `let on_grid = (y_at < ${rows}) && (x_at < ${columns});
let inside = on_grid && (y_at % ${down} == 0u) && (x_at % ${across} == 0u);
let present = inside || !on_grid;`,
    y: `(y_at / ${down})`,
    x: `(x_at / ${across})`,
  };
}
