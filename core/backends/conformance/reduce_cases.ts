import { type ConformanceCase, patternCase } from "./conformance_case.ts";
import type { Pattern } from "./values.ts";

const LENGTHS = [
  1,
  2,
  3,
  4,
  5,
  8,
  15,
  16,
  17,
  31,
  33,
  63,
  100,
  257,
  1000,
  1023,
  1024,
  1025,
  1041,
  2047,
  2049,
  5000,
];
/** [shape, axes]: what is reduced stands first, last, in the middle, apart, everywhere or nowhere. */
const LAYOUTS: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[], []],
  [[5], []],
  [[2, 3], []],
  [[7, 1, 3], [1]],
  [[1, 1], [0, 1]],
  [[3, 4, 5, 6], [0]],
  [[3, 4, 5, 6], [1]],
  [[3, 4, 5, 6], [2]],
  [[3, 4, 5, 6], [3]],
  [[3, 4, 5, 6], [0, 1]],
  [[3, 4, 5, 6], [0, 2]],
  [[3, 4, 5, 6], [0, 3]],
  [[3, 4, 5, 6], [1, 2]],
  [[3, 4, 5, 6], [1, 3]],
  [[3, 4, 5, 6], [2, 3]],
  [[3, 4, 5, 6], [0, 1, 2]],
  [[3, 4, 5, 6], [0, 1, 3]],
  [[3, 4, 5, 6], [0, 2, 3]],
  [[3, 4, 5, 6], [1, 2, 3]],
  [[3, 4, 5, 6], [0, 1, 2, 3]],
  [[2, 3, 2, 3, 2, 3], [1, 3, 5]],
  [[2, 3, 2, 3, 2, 3], [0, 2, 4]],
  [[11, 3, 23, 5, 7], [0, 2, 4]],
  [[40, 6, 40, 3], [0, 2]],
  [[4, 6, 50, 33], [0, 2]],
  [[8, 28, 28, 6], [0, 1, 2]],
  [[8, 28, 28, 16], [0, 1, 2]],
  [[3, 37, 37, 19], [1, 2]],
  [[64, 10], [0]],
  [[64, 10], [1]],
  [[300, 50], [1]],
  [[2000, 33], [0]],
  [[33, 2000], [1]],
  [[3, 1100, 70], [1]],
  [[1500, 1], [0]],
  [[1, 1500], [0]],
  [[123457], [0]],
];
/** Nothing to reduce, or no result. */
const EMPTY: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[0], [0]],
  [[3, 0], [1]],
  [[0, 3], [0]],
  [[2, 0, 3], [0, 1, 2]],
];
const WITHOUT_RESULT: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[0, 5], [1]],
  [[5, 0], [0]],
  [[0], []],
];
const OPERATIONS = ["sum", "max", "argmax"] as const;

/** Sums, maxima and their positions: edges of lanes and blocks, every placement of axes, ties, zeros and NaN. */
export function* reduceCases(): Iterable<ConformanceCase> {
  for (const operation of OPERATIONS) {
    const make = (shape: readonly number[], axes: readonly number[], pattern: Pattern) =>
      patternCase(`reduce ${operation} [${shape}] over [${axes}]`, {
        family: "reduce",
        operation,
        shape,
        axes,
      }, pattern);
    const common = operation === "sum" ? "mixed" : "ties";
    for (const length of LENGTHS) {
      yield make([length], [0], common);
      yield make([3, length], [1], common);
      yield make([length, 7], [0], common);
      yield make([2, length, 5], [1], common);
    }
    for (const width of [1, 4, 8, 15, 16, 17, 20, 33]) {
      yield make([50, width], [0], common);
      yield make([1030, width], [0], common);
      yield make([width, 37], [1], common);
    }
    for (const [shape, axes] of LAYOUTS) yield make(shape, axes, operation === "sum" ? "mixed" : "normal");
    for (const [shape, axes] of WITHOUT_RESULT) yield make(shape, axes, common);
    if (operation === "sum") { for (const [shape, axes] of EMPTY) yield make(shape, axes, common); }
    for (const pattern of ["zeros", "subnormal", "infinite", "nan", "any"] as const) {
      yield make([37], [0], pattern);
      yield make([19, 21], [1], pattern);
      yield make([21, 19], [0], pattern);
      yield make([4, 30, 6], [1], pattern);
      yield make([2, 1050], [1], pattern);
      yield make([1050, 18], [0], pattern);
    }
  }
}
