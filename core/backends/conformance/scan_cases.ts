import { type ConformanceCase, patternCase } from "./conformance_case.ts";
import type { Pattern } from "./values.ts";

/** [outer, length, inner]: edges of vectors, of groups of rows and columns, and of blocks. */
const SHAPES: readonly (readonly [number, number, number])[] = [
  ...[1, 2, 3, 4, 5, 7, 8, 9, 33, 1000, 1023].map((length) => [3, length, 1] as const),
  [1, 1, 1],
  [1, 6, 1],
  [4, 6, 1],
  [5, 13, 1],
  [64, 10, 1],
  [300, 17, 1],
  [1, 1024, 1],
  [2, 1025, 1],
  [1, 2047, 1],
  [1, 2048, 1],
  [3, 3000, 1],
  [5, 4096, 1],
  [1, 70001, 1],
  ...[2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 19, 20, 31, 33, 64, 100].map((inner) => [2, 9, inner] as const),
  [1, 1, 5],
  [3, 1030, 2],
  [1, 2100, 3],
  [2, 1024, 4],
  [2, 1029, 6],
  [1, 2050, 18],
  [1, 1500, 40],
  [0, 5, 3],
  [3, 0, 2],
  [3, 5, 0],
];

/** Cumulative sums in all four directions. */
export function* scanCases(): Iterable<ConformanceCase> {
  const make = (
    [outer, length, inner]: readonly [number, number, number],
    exclusive: boolean,
    reverse: boolean,
    pattern: Pattern,
  ) =>
    patternCase(
      `scan ${outer}x${length}x${inner}${exclusive ? " exclusive" : ""}${reverse ? " reverse" : ""}`,
      { family: "scan", outer, length, inner, exclusive, reverse },
      pattern,
    );
  for (const exclusive of [false, true]) {
    for (const reverse of [false, true]) {
      for (const shape of SHAPES) yield make(shape, exclusive, reverse, "mixed");
      for (const pattern of ["zeros", "subnormal", "infinite", "nan", "any"] as const) {
        yield make([5, 37, 1], exclusive, reverse, pattern);
        yield make([2, 19, 21], exclusive, reverse, pattern);
        yield make([2, 1050, 2], exclusive, reverse, pattern);
      }
    }
  }
}
