import { type ConformanceCase, patternCase } from "./conformance_case.ts";
import type { Pattern } from "./values.ts";

/** [batch, M, K, N]. */
const SHAPES: readonly (readonly [number, number, number, number])[] = [
  [1, 1, 1, 1],
  [1, 1, 7, 1],
  [1, 1, 300, 1],
  [1, 1, 33, 17],
  [1, 17, 33, 1],
  [1, 2, 3, 4],
  [1, 2, 16, 16],
  [1, 3, 5, 7],
  [1, 4, 4, 4],
  [1, 5, 8, 15],
  [1, 7, 13, 11],
  [1, 8, 12, 20],
  [1, 13, 31, 19],
  [1, 16, 16, 16],
  [1, 17, 17, 17],
  [1, 33, 65, 31],
  [1, 3, 255, 5],
  [1, 4, 256, 16],
  [1, 5, 257, 18],
  [1, 7, 511, 9],
  [1, 6, 512, 23],
  [1, 9, 600, 33],
  [1, 2, 1025, 48],
  [1, 64, 400, 120],
  [1, 64, 84, 10],
  [1, 64, 64, 64],
  [1, 127, 129, 131],
  [1, 400, 300, 3],
  [1, 1025, 131, 13],
  [1, 3, 300, 400],
  [2, 3, 4, 5],
  [3, 1, 19, 2],
  [7, 5, 3, 2],
  [5, 17, 258, 19],
  [33, 2, 2, 2],
  [0, 3, 4, 5],
  [2, 0, 4, 5],
  [2, 3, 0, 5],
  [2, 3, 4, 0],
];

const SPECIAL: readonly (readonly [number, number, number, number])[] = [
  [1, 5, 3, 18],
  [2, 19, 9, 7],
  [1, 4, 261, 33],
];
const SPECIAL_PATTERNS: readonly Pattern[] = ["ties", "zeros", "subnormal", "infinite", "nan", "any"];

/** Matrix products: every transpose, edges of tiles and blocks, vectors, batches, nothing at all. */
export function* matmulCases(): Iterable<ConformanceCase> {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const make = ([batch, m, k, n]: readonly [number, number, number, number], pattern: Pattern) =>
        patternCase(
          `matmul ${batch}x${m}x${k}x${n} ${transposeA ? "t" : "n"}${transposeB ? "t" : "n"}`,
          { family: "matmul", batch, m, k, n, transposeA, transposeB },
          pattern,
        );
      for (const shape of SHAPES) yield make(shape, "mixed");
      for (const pattern of SPECIAL_PATTERNS) for (const shape of SPECIAL) yield make(shape, pattern);
    }
  }
}
