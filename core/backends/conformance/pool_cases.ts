import type { PoolKernel } from "../../kernels/pool.ts";
import { type ConformanceCase, patternCase } from "./conformance_case.ts";
import type { Pattern } from "./values.ts";

/** A pool in short; the output extents follow from the others. */
interface Pool {
  /** [batch, height, width, channels]. */
  readonly x: readonly [number, number, number, number];
  readonly window: readonly [number, number];
  readonly stride?: readonly [number, number];
  /** [top, bottom, left, right]. */
  readonly padding?: readonly [number, number, number, number];
}

const POOLS: Readonly<Record<string, Pool>> = {
  "one element": { x: [1, 1, 1, 1], window: [1, 1] },
  "2x2": { x: [2, 6, 8, 6], window: [2, 2], stride: [2, 2] },
  "2x2, 1 channel": { x: [2, 8, 8, 1], window: [2, 2], stride: [2, 2] },
  "2x2, 16 channels": { x: [1, 8, 10, 16], window: [2, 2], stride: [2, 2] },
  "2x2, 19 channels": { x: [1, 6, 6, 19], window: [2, 2], stride: [2, 2] },
  "2x2, a row left over": { x: [1, 7, 9, 4], window: [2, 2], stride: [2, 2] },
  "3x3, overlapping": { x: [2, 9, 9, 5], window: [3, 3], stride: [2, 2] },
  "3x3, stride 1, padded": { x: [1, 7, 7, 4], window: [3, 3], padding: [1, 1, 1, 1] },
  "3x3, stride 2, padded": { x: [2, 8, 8, 8], window: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1] },
  "uneven padding": { x: [1, 6, 7, 3], window: [3, 4], stride: [2, 3], padding: [0, 2, 3, 1] },
  "cropped": { x: [1, 9, 9, 3], window: [2, 3], stride: [2, 2], padding: [-1, -2, -2, 0] },
  "gaps between windows": { x: [1, 11, 11, 5], window: [2, 1], stride: [4, 3] },
  "rows": { x: [3, 1, 50, 7], window: [1, 5], stride: [1, 5] },
  "wide": { x: [1, 5, 20, 2], window: [4, 17], padding: [2, 0, 8, 8] },
  "global": { x: [3, 7, 7, 33], window: [7, 7] },
  "global, 33x33": { x: [2, 33, 33, 3], window: [33, 33] },
  "global, 32x32": { x: [1, 32, 32, 5], window: [32, 32] },
  "many": { x: [16, 28, 28, 6], window: [2, 2], stride: [2, 2] },
  "no image": { x: [0, 4, 4, 3], window: [2, 2] },
  "no channel": { x: [2, 4, 4, 0], window: [2, 2] },
  "window past the image": { x: [2, 3, 3, 4], window: [4, 4] },
};
const SPECIAL = ["2x2", "3x3, overlapping", "3x3, stride 2, padded", "global", "gaps between windows"];
/** Windows that lie in the padding alone: no maximum, but a sum. */
const PADDING_ALONE: Pool = { x: [2, 3, 3, 4], window: [2, 2], padding: [3, 2, 2, 4] };

function poolKernel(operation: PoolKernel["operation"], pool: Pool): PoolKernel {
  const { x: [batch, height, width, channels], window, stride = [1, 1], padding = [0, 0, 0, 0] } = pool;
  const extent = (input: number, pad: number, axis: 0 | 1) =>
    Math.max(0, Math.floor((input + pad - window[axis]) / stride[axis]) + 1);
  return {
    family: "pool",
    operation,
    batch,
    height,
    width,
    channels,
    outputHeight: extent(height, padding[0] + padding[1], 0),
    outputWidth: extent(width, padding[2] + padding[3], 1),
    windowHeight: window[0],
    windowWidth: window[1],
    strideHeight: stride[0],
    strideWidth: stride[1],
    paddingTop: padding[0],
    paddingLeft: padding[2],
  };
}

/** Pooling: overlap, padding, crops, gaps, windows of more than one block, ties, zeros and NaN. */
export function* poolCases(): Iterable<ConformanceCase> {
  for (const operation of ["max", "sum", "sumGradient"] as const) {
    const make = (name: string, pattern: Pattern) =>
      patternCase(`pool ${operation} ${name}`, poolKernel(operation, POOLS[name]!), pattern);
    for (const name of Object.keys(POOLS)) {
      yield make(name, "mixed");
      if (operation === "max") yield make(name, "ties");
    }
    for (const pattern of ["zeros", "subnormal", "infinite", "nan", "any"] as const) {
      for (const name of SPECIAL) yield make(name, pattern);
    }
    if (operation === "max") continue;
    yield patternCase(`pool ${operation} padding alone`, poolKernel(operation, PADDING_ALONE), "mixed");
  }
}
