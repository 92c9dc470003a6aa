import { contractionBlocks } from "../numerics/contraction_blocks.ts";
import type { HostArray } from "../numerics/dtype.ts";
import { addProducts } from "./_add_products.ts";
import { checkIntegers, checkShape } from "./_check.ts";
import type { FamilyDefinition } from "./kernel.ts";

/**
 * Batched matrix product C[b] = A[b] B[b] over f32, with either operand transposed.
 *
 * *Shapes* A is [batch, M, K], or [batch, K, M] if `transposeA`; B is [batch, K, N], or [batch, N, K] if
 * `transposeB`; C is [batch, M, N].
 * *Order* N4 over the axes [K].
 */
export interface MatmulKernel {
  /** Tells the families apart. */
  readonly family: "matmul";
  /** Independent products. */
  readonly batch: number;
  /** M: rows of C. */
  readonly m: number;
  /** K: terms of each sum. */
  readonly k: number;
  /** N: columns of C. */
  readonly n: number;
  /** Whether A is stored as [batch, K, M]. */
  readonly transposeA: boolean;
  /** Whether B is stored as [batch, N, K]. */
  readonly transposeB: boolean;
}

/** Matrix products: slots, checks and the reference that defines their bits. */
export const matmulFamily: FamilyDefinition<MatmulKernel> = {
  key: ({ batch, m, k, n, transposeA, transposeB }) =>
    `matmul:${batch},${m},${k},${n},${transposeA ? "t" : "n"}${transposeB ? "t" : "n"}`,
  inputs: ({ batch, m, k, n }) => [
    { dtype: "f32", length: batch * m * k },
    { dtype: "f32", length: batch * k * n },
  ],
  outputs: ({ batch, m, n }) => [{ dtype: "f32", length: batch * m * n }],
  validate({ batch, m, k, n }) {
    const task = "multiply matrices";
    checkIntegers(task, { batch, m, k, n });
    checkShape(task, "the left operand", [batch, m, k]);
    checkShape(task, "the right operand", [batch, k, n]);
    checkShape(task, "the product", [batch, m, n]);
  },
  reference: matmulReference,
};

/** A row of C at a time, all its columns side by side: `sums` are those of one block, `row` the sum of the blocks. */
function matmulReference(
  { batch, m, k, n, transposeA, transposeB }: MatmulKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const [a, b] = inputs as readonly [Float32Array, Float32Array];
  const [c] = outputs as readonly [Float32Array];
  const blocks = contractionBlocks([k]);
  const sums = new Float32Array(n);
  const [rowStride, termStride] = transposeA ? [1, m] : [k, 1];
  c.fill(0);
  for (let element = 0; element < batch; element++) {
    const slice = b.subarray(element * k * n, (element + 1) * k * n);
    const right = transposeB ? transpose(slice, n, k) : slice; // [K, N]
    for (let i = 0; i < m; i++) {
      const row = (element * m + i) * n;
      let start = 0;
      for (const length of blocks) {
        const first = element * m * k + i * rowStride + start * termStride;
        sums.fill(0);
        addProducts(sums, 0, n, a, first, termStride, length, right, start * n, n);
        for (let j = 0; j < n; j++) c[row + j] = Math.fround(c[row + j]! + sums[j]!);
        start += length;
      }
    }
  }
}

function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j]!;
  }
  return result;
}
