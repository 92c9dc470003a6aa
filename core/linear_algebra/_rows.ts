/**
 * The three loops in which the time goes. Each works on rows, which are contiguous, and takes four at a time: that
 * hides the latency of additions behind each other and loads what they share once. Every output still gets its terms
 * one by one in ascending order, so the bits are those of the plain loops.
 *
 * @module
 */

/** target[j] += sum_k coefficients[k] a[k][j], k ascending: one addition to the target for each term. */
export function addRows(
  target: Float64Array,
  targetAt: number,
  length: number,
  coefficients: Float64Array,
  coefficientsAt: number,
  count: number,
  a: Float64Array,
  at: number,
  stride: number,
): void {
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const c0 = coefficients[coefficientsAt + k]!;
    const c1 = coefficients[coefficientsAt + k + 1]!;
    const c2 = coefficients[coefficientsAt + k + 2]!;
    const c3 = coefficients[coefficientsAt + k + 3]!;
    const r0 = at + k * stride;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    for (let j = 0; j < length; j++) {
      target[targetAt + j] = target[targetAt + j]! + c0 * a[r0 + j]! + c1 * a[r1 + j]! + c2 * a[r2 + j]! +
        c3 * a[r3 + j]!;
    }
  }
  for (; k < count; k++) {
    const c = coefficients[coefficientsAt + k]!;
    const row = at + k * stride;
    for (let j = 0; j < length; j++) target[targetAt + j]! += c * a[row + j]!;
  }
}

/** out[i] = sum_j a[i][j] x[j], j ascending from 0. */
export function rowProducts(
  out: Float64Array,
  a: Float64Array,
  at: number,
  stride: number,
  rows: number,
  length: number,
  x: Float64Array,
): void {
  let i = 0;
  for (; i + 3 < rows; i += 4) {
    const r0 = at + i * stride;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let j = 0; j < length; j++) {
      const value = x[j]!;
      s0 += a[r0 + j]! * value;
      s1 += a[r1 + j]! * value;
      s2 += a[r2 + j]! * value;
      s3 += a[r3 + j]! * value;
    }
    out[i] = s0;
    out[i + 1] = s1;
    out[i + 2] = s2;
    out[i + 3] = s3;
  }
  for (; i < rows; i++) {
    const row = at + i * stride;
    let sum = 0;
    for (let j = 0; j < length; j++) sum += a[row + j]! * x[j]!;
    out[i] = sum;
  }
}

/** a[i][j] += x[i] y[j]. */
export function addOuter(
  a: Float64Array,
  at: number,
  stride: number,
  rows: number,
  length: number,
  x: Float64Array,
  xAt: number,
  y: Float64Array,
): void {
  let i = 0;
  for (; i + 3 < rows; i += 4) {
    const [x0, x1, x2, x3] = [x[xAt + i]!, x[xAt + i + 1]!, x[xAt + i + 2]!, x[xAt + i + 3]!];
    const r0 = at + i * stride;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    for (let j = 0; j < length; j++) {
      const value = y[j]!;
      a[r0 + j]! += x0 * value;
      a[r1 + j]! += x1 * value;
      a[r2 + j]! += x2 * value;
      a[r3 + j]! += x3 * value;
    }
  }
  for (; i < rows; i++) {
    const factor = x[xAt + i]!;
    const row = at + i * stride;
    for (let j = 0; j < length; j++) a[row + j]! += factor * y[j]!;
  }
}
