import type { ConvGeometry } from "../../../../kernels/conv.ts";

/**
 * Some outputs along one axis that read through the same taps, as if there were no holes: output first + i * step reads
 * tap firstTap + j * tapStep at input base + i * stride + j * dilation, or padding if there is no such input.
 */
export interface AxisClass {
  readonly outputs: number;
  readonly first: number;
  readonly step: number;
  readonly taps: number;
  readonly firstTap: number;
  readonly tapStep: number;
  readonly base: number;
  readonly stride: number;
  readonly dilation: number;
}

/** The classes of outputs along an axis: one if there are no holes. */
export function axisClasses(
  outputs: number,
  taps: number,
  stride: number,
  dilation: number,
  padding: number,
  holes: number,
): AxisClass[] {
  const step = holes / divisor(stride, holes);
  const tapStep = holes / divisor(dilation, holes);
  const classes: AxisClass[] = [];
  for (let first = 0; first < Math.min(step, outputs); first++) {
    const position = (tap: number) => first * stride + tap * dilation - padding;
    let firstTap = 0;
    while (firstTap < tapStep && position(firstTap) % holes !== 0) firstTap++;
    const some = firstTap < Math.min(tapStep, taps);
    classes.push({
      outputs: Math.ceil((outputs - first) / step),
      first,
      step,
      taps: some ? Math.ceil((taps - firstTap) / tapStep) : 0,
      firstTap: some ? firstTap : taps,
      tapStep,
      base: some ? position(firstTap) / holes : 0,
      stride: step * stride / holes,
      dilation: tapStep * dilation / holes,
    });
  }
  return classes;
}

/** The classes along the rows and along the columns. */
export function convClasses(g: ConvGeometry): { readonly rows: AxisClass[]; readonly columns: AxisClass[] } {
  return {
    rows: axisClasses(
      g.outputHeight,
      g.kernelHeight,
      g.strideHeight,
      g.dilationHeight,
      g.paddingTop,
      g.holesHeight,
    ),
    columns: axisClasses(
      g.outputWidth,
      g.kernelWidth,
      g.strideWidth,
      g.dilationWidth,
      g.paddingLeft,
      g.holesWidth,
    ),
  };
}

/** All outputs along an axis and all taps, holes or not. */
export function wholeAxis(outputs: number, taps: number): AxisClass {
  return {
    outputs,
    first: 0,
    step: 1,
    taps,
    firstTap: 0,
    tapStep: 1,
    base: 0,
    stride: 0,
    dilation: 0,
  };
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
