import type { SortKernel } from "../../kernels/sort.ts";
import { type ConformanceCase, patternCase } from "./conformance_case.ts";
import type { Pattern } from "./values.ts";

/** [outer, length, inner, count]: all or the first, of short and long rows, side by side or strided. */
const SHAPES: readonly (readonly [number, number, number, number])[] = [
  ...[1, 2, 3, 4, 5, 8, 15, 31, 32, 33, 40, 41, 48, 49, 100].map((n) => [3, n, 1, n] as const),
  [1, 7, 5, 7],
  [2, 50, 3, 50],
  [4, 257, 1, 257],
  [1, 1000, 1, 1000],
  [2, 1000, 2, 1000],
  [1, 5000, 1, 5000],
  [9, 9, 1, 1],
  [5, 100, 1, 3],
  [5, 101, 1, 16],
  [3, 100, 4, 5],
  [2, 600, 1, 17],
  [2, 600, 3, 100],
  [3, 40, 1, 0],
  [0, 5, 1, 5],
  [2, 0, 3, 0],
  [2, 5, 0, 5],
];
/** Rows so long that a backend may share one among threads. */
const LONG: readonly (readonly [number, number, number, number])[] = [
  [1, 40000, 1, 40000],
  [2, 33000, 2, 33000],
  [1, 70001, 1, 20000],
  [9, 20001, 1, 20001],
];

/** Sorts of every type in both directions; ties, zeros, infinities and NaN. */
export function* sortCases(): Iterable<ConformanceCase> {
  const make = (
    dtype: SortKernel["dtype"],
    [outer, length, inner, count]: readonly [number, number, number, number],
    descending: boolean,
    pattern: Pattern,
  ) =>
    patternCase(
      `sort ${dtype} ${outer}x${length}x${inner} first ${count}${descending ? " descending" : ""}`,
      { family: "sort", dtype, outer, length, inner, count, descending },
      pattern,
    );
  for (const descending of [false, true]) {
    for (const shape of SHAPES) {
      yield make("f32", shape, descending, "any");
      yield make("f32", shape, descending, "ties");
      yield make("u32", shape, descending, "any");
      yield make("i32", shape, descending, "any");
    }
    for (const pattern of ["normal", "zeros", "subnormal", "infinite", "nan"] as const) {
      yield make("f32", [2, 30, 1, 30], descending, pattern);
      yield make("f32", [2, 300, 1, 8], descending, pattern);
      yield make("f32", [2, 300, 2, 300], descending, pattern);
    }
  }
  for (const [i, shape] of LONG.entries()) {
    yield make("f32", shape, i % 2 === 1, "any");
    yield make("f32", shape, i % 2 === 0, "ties");
    yield make("u32", shape, i % 2 === 0, "any");
  }
}
