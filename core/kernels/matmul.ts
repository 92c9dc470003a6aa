/**
 * Batched matrix product C[b] = A[b] B[b] over f32, with either operand transposed.
 *
 * *Shapes* A is [batch, M, K], or [batch, K, M] if `transposeA`; B is [batch, K, N], or [batch, N, K] if
 * `transposeB`; C is [batch, M, N].
 * *Order* N4 over the axes [K].
 */
export interface MatmulKernel {
  readonly family: "matmul";
  readonly batch: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}
