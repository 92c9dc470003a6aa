import { Key } from "../random/key.ts";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  assertNear,
  assertOrthonormal,
  assertSigns,
  numbers,
  randomMatrix,
  scaleColumns,
  times,
} from "./_testing.ts";
import { identity, type Matrix, matrix, matrixOf, transpose } from "./matrix.ts";
import { qr } from "./qr.ts";
import { type SparseMatrix, sparseMatrix } from "./sparse_matrix.ts";
import { svd } from "./svd.ts";
import { truncatedSvd } from "./truncated_svd.ts";

const key = Key.from(1);

/** The elements of a matrix that are not zero. */
function sparse(a: Matrix): SparseMatrix {
  const places = [...a.values.keys()].filter((p) => a.values[p] !== 0);
  return sparseMatrix(
    a.rows,
    a.columns,
    places.map((p) => Math.floor(p / a.columns)),
    places.map((p) => p % a.columns),
    places.map((p) => a.values[p]!),
  );
}

/** U diag(values) V^T with random U and V. */
function withValues(rows: number, columns: number, values: readonly number[]): Matrix {
  const u = qr(randomMatrix(rows, values.length, 1)).q;
  const v = qr(randomMatrix(columns, values.length, 2)).q;
  return times(scaleColumns(u, values), transpose(v));
}

Deno.test("truncatedSvd: exact for matrices of low rank, tall and wide", () => {
  for (const [rows, columns] of [[50, 20], [20, 50]] as const) {
    const values = [9, 5, 5, 1, 0.01];
    const a = withValues(rows, columns, values);
    const { u, s, v } = truncatedSvd(a, { rank: 5, key });
    s.forEach((value, k) => assertAlmostEquals(value, values[k]!, 1e-13));
    assertOrthonormal(u, "U");
    assertOrthonormal(v, "V");
    assertSigns(v, "V");
    assertNear(times(scaleColumns(u, s), transpose(v)), a, 1e-13, "U diag V^T");
  }
});

Deno.test("truncatedSvd: the largest values and vectors of a falling spectrum", () => {
  const a = withValues(80, 60, Array.from({ length: 60 }, (_, k) => 0.8 ** k));
  const all = svd(a);
  const { u, s, v } = truncatedSvd(a, { rank: 6, key });
  // (0.8^(16 - 5))^22 = 4e-24 for values, its root for vectors: what is left is rounding.
  for (let k = 0; k < 6; k++) {
    assertAlmostEquals(s[k]!, all.s[k]!, 1e-14);
    for (let i = 0; i < 80; i++) assertAlmostEquals(u.values[6 * i + k]!, all.u.values[60 * i + k]!, 1e-10);
    for (let i = 0; i < 60; i++) assertAlmostEquals(v.values[6 * i + k]!, all.v.values[60 * i + k]!, 1e-10);
  }
  // Without power iterations it is worse, but never too large.
  const rough = truncatedSvd(a, { rank: 6, key, powerIterations: 0, oversampling: 2 }).s;
  rough.forEach((value, k) => assert(value <= all.s[k]! * (1 + 1e-14) && value > 0.5 * all.s[k]!));
  assert(rough[5]! < s[5]! - 1e-4);
});

Deno.test("truncatedSvd: a sparse matrix gives the bits of the dense one, on every call", () => {
  const next = numbers(3);
  const a = randomMatrix(70, 40, 4);
  for (let p = 0; p < a.values.length; p++) if (next() < 0.7) a.values[p] = 0;
  const dense = truncatedSvd(a, { rank: 7, key });
  assertEquals(truncatedSvd(sparse(a), { rank: 7, key }), dense);
  assertEquals(
    truncatedSvd(sparse(transpose(a)), { rank: 3, key }),
    truncatedSvd(transpose(a), { rank: 3, key }),
  );
  const other = truncatedSvd(a, { rank: 7, key: Key.from(2) });
  assert(other.s.some((value, k) => value !== dense.s[k]), "another key takes other directions");
});

Deno.test("truncatedSvd: all values, none, empty matrices, and what is refused", () => {
  const a = randomMatrix(9, 6, 7);
  const all = svd(a);
  truncatedSvd(a, { rank: 6, key }).s.forEach((value, k) => assertAlmostEquals(value, all.s[k]!, 1e-14));
  assertEquals(truncatedSvd(a, { rank: 0, key }).u, matrixOf(9, 0));
  assertEquals(truncatedSvd(matrixOf(3, 0), { rank: 0, key }).s, new Float64Array(0));
  assertEquals(truncatedSvd(sparseMatrix(4, 3, [], [], []), { rank: 2, key }).s, Float64Array.of(0, 0));
  assertEquals(truncatedSvd(matrix([[-2]]), { rank: 1, key }), {
    u: matrix([[-1]]),
    s: Float64Array.of(2),
    v: matrix([[1]]),
  });
  const refused = (options: Partial<Parameters<typeof truncatedSvd>[1]>, message: string) =>
    assertThrows(() => truncatedSvd(identity(3), { rank: 1, key, ...options }), RangeError, message);
  refused({ rank: 4 }, "expected a rank from 0 to 3 of 3 x 3, got 4");
  refused({ rank: 0.5 }, "got 0.5");
  refused({ oversampling: -1 }, "expected a whole number as oversampling, got -1");
  refused({ powerIterations: NaN }, "expected a whole number as powerIterations, got NaN");
  assertThrows(() => truncatedSvd(matrix([[NaN]]), { rank: 1, key }), RangeError, "got NaN at [0, 0]");
});

Deno.test("sparseMatrix: any order, repeated places, empty rows, and what is refused", () => {
  const a = sparseMatrix(4, 3, [3, 0, 3, 3], [2, 1, 0, 2], [1, 2, 3, 4]);
  assertEquals(a.offsets, Uint32Array.of(0, 1, 1, 1, 3));
  assertEquals(a.indices, Uint32Array.of(1, 0, 2));
  assertEquals(a.values, Float64Array.of(2, 3, 5));
  assertThrows(
    () => sparseMatrix(2, 2, [2], [0], [1]),
    RangeError,
    "expected rows below 2, got 2 for element 0",
  );
  assertThrows(
    () => sparseMatrix(2, 2, [0], [-1], [1]),
    RangeError,
    "expected columns below 2, got -1 for element 0",
  );
  assertThrows(() => sparseMatrix(2, 2, [0], [0], [NaN]), RangeError, "got NaN for element 0");
  assertThrows(() => sparseMatrix(2, 2, [0], [0, 1], [1]), RangeError, "got 1, 2 and 1");
});
