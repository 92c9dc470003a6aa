import { nameOf } from "../tensor/check.ts";
import { tensor } from "../tensor/create.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkMatrix } from "./_check.ts";
import { addRows } from "./_rows.ts";

/** A matrix of binary64 on the host: `values[i * columns + j]` is the element of row i and column j. */
export interface Matrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly columns: number;
  /** The elements, row-major: rows times columns of them. */
  readonly values: Float64Array;
}

/**
 * A matrix over values that it shares, row-major; without values, of zeros.
 *
 * @throws {RangeError} if the sizes are no whole numbers, or there are not rows times columns values.
 * @throws {TypeError} if the values are no Float64Array.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const a = linalg.matrixOf(2, 3, Float64Array.of(1, 2, 3, 4, 5, 6));
 * assertEquals(linalg.transpose(a), linalg.matrix([[1, 4], [2, 5], [3, 6]]));
 * assertEquals(linalg.matrixOf(1, 2), linalg.matrix([[0, 0]]));
 * ```
 */
export function matrixOf(rows: number, columns: number, values?: Float64Array): Matrix {
  for (const size of [rows, columns]) {
    if (!Number.isInteger(size) || size < 0 || size > 4294967295) {
      throw new RangeError(`Cannot make a matrix: expected whole numbers as sizes, got ${nameOf(size)}`);
    }
  }
  const result = { rows, columns, values: values ?? new Float64Array(rows * columns) };
  checkMatrix(result, "make a matrix");
  return result;
}

/**
 * The matrix with the given rows.
 *
 * @throws {RangeError} if the rows differ in length.
 * @throws {TypeError} if an element is no number.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const a = linalg.matrix([[1, 2, 3], [4, 5, 6]]);
 * assertEquals([a.rows, a.columns, ...a.values], [2, 3, 1, 2, 3, 4, 5, 6]);
 * ```
 */
export function matrix(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const result = matrixOf(rows.length, columns);
  rows.forEach((row, i) => {
    if (row.length !== columns) {
      throw new RangeError(
        `Cannot make a matrix: expected rows of ${columns} elements, got ${row.length} in row ${i}`,
      );
    }
    for (let j = 0; j < columns; j++) {
      if (typeof row[j] !== "number") {
        throw new TypeError(`Cannot make a matrix: expected numbers, got ${nameOf(row[j])} at [${i}, ${j}]`);
      }
      result.values[i * columns + j] = row[j]!;
    }
  });
  return result;
}

/**
 * The values as a matrix of one column: a right-hand side.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(linalg.column([1, 2]), linalg.matrix([[1], [2]]));
 * ```
 */
export function column(values: ArrayLike<number>): Matrix {
  return matrixOf(values.length, 1, Float64Array.from(values));
}

/**
 * The identity of n rows.
 *
 * @throws {RangeError} if n is no whole number.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(linalg.identity(2), linalg.matrix([[1, 0], [0, 1]]));
 * ```
 */
export function identity(n: number): Matrix {
  const result = matrixOf(n, n);
  for (let i = 0; i < n; i++) result.values[i * n + i] = 1;
  return result;
}

/**
 * Reads a tensor of two axes as a matrix; every dtype's values are exact in binary64.
 *
 * *Shapes* [m, n] -> m x n.
 *
 * @throws {RangeError} if the tensor has not two axes.
 *
 * @example A product on the device, factored on the host
 * ```ts
 * import { createDevice, linalg, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[3, 0], [0, 4]]);
 * using gram = x.transpose().matmul(x);
 * const { values } = linalg.symmetricEigen(await linalg.readMatrix(gram));
 * assertEquals(values, Float64Array.of(9, 16));
 * ```
 */
export async function readMatrix(tensor: Tensor): Promise<Matrix> {
  if (tensor.rank !== 2) {
    throw new RangeError(
      `Cannot read a matrix: expected a tensor of two axes, got shape ${formatShape(tensor.shape)}`,
    );
  }
  return matrixOf(tensor.shape[0]!, tensor.shape[1]!, Float64Array.from(await tensor.read()));
}

/**
 * The matrix as a tensor of f32 on the default device, each element rounded once.
 *
 * *Shapes* m x n -> [m, n].
 *
 * @example
 * ```ts
 * import { createDevice, linalg, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = linalg.matrixTensor(linalg.matrix([[0.1, 2]]));
 * assertEquals(await x.read(), Float32Array.of(0.1, 2));
 * ```
 */
export function matrixTensor(a: Matrix): Tensor {
  checkMatrix(a, "make a tensor of a matrix");
  return tensor(Float32Array.from(a.values), [a.rows, a.columns]);
}

/**
 * The transpose.
 *
 * *Shapes* m x n -> n x m.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(linalg.transpose(linalg.matrix([[1, 2]])), linalg.column([1, 2]));
 * ```
 */
export function transpose(a: Matrix): Matrix {
  checkMatrix(a, "transpose a matrix");
  const result = matrixOf(a.columns, a.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) result.values[j * a.rows + i] = a.values[i * a.columns + j]!;
  }
  return result;
}

/**
 * The product C = A B, c_ij = sum_k a_ik b_kj.
 *
 * For results on the host; products of data (a Gram matrix of thousands of rows) are the device's `matmul`.
 *
 * *Shapes* m x k, k x n -> m x n. *Order* k ascending from 0.
 *
 * @throws {RangeError} if the inner sizes differ.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const a = linalg.matrix([[1, 2], [3, 4]]);
 * assertEquals(linalg.multiply(a, linalg.column([1, 1])), linalg.column([3, 7]));
 * ```
 */
export function multiply(a: Matrix, b: Matrix): Matrix {
  checkMatrix(a, "multiply");
  checkMatrix(b, "multiply");
  if (a.columns !== b.rows) {
    throw new RangeError(
      `Cannot multiply: expected as many columns as rows, got ${a.rows} x ${a.columns} and ${b.rows} x ${b.columns}`,
    );
  }
  const result = matrixOf(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++) {
    const row = i * a.columns;
    addRows(result.values, i * b.columns, b.columns, a.values, row, a.columns, b.values, 0, b.columns);
  }
  return result;
}
