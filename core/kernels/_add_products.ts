const { fround } = Math;

/**
 * Continues `width` running sums by `length` products, the terms in order:
 * sums[at + j] <- fl(sums[at + j] + fl(a[first + t stride] b[row + t step + j])) for t = 0 .. length - 1.
 *
 * Every contraction of the reference runs through this loop. Taking four terms in a visit keeps a sum in a register
 * for longer and changes no order; a store to a Float32Array is the last rounding of the visit.
 */
export function addProducts(
  sums: Float32Array,
  at: number,
  width: number,
  a: Float32Array,
  first: number,
  stride: number,
  length: number,
  b: Float32Array,
  row: number,
  step: number,
): void {
  let t = 0;
  for (; t + 4 <= length; t += 4) {
    const p = first + t * stride;
    const a0 = a[p]!;
    const a1 = a[p + stride]!;
    const a2 = a[p + 2 * stride]!;
    const a3 = a[p + 3 * stride]!;
    const b0 = row + t * step;
    const b1 = b0 + step;
    const b2 = b1 + step;
    const b3 = b2 + step;
    for (let j = 0; j < width; j++) {
      let sum = fround(sums[at + j]! + fround(a0 * b[b0 + j]!));
      sum = fround(sum + fround(a1 * b[b1 + j]!));
      sum = fround(sum + fround(a2 * b[b2 + j]!));
      sums[at + j] = fround(sum + fround(a3 * b[b3 + j]!));
    }
  }
  for (; t < length; t++) {
    const factor = a[first + t * stride]!;
    const b0 = row + t * step;
    for (let j = 0; j < width; j++) sums[at + j] = fround(sums[at + j]! + fround(factor * b[b0 + j]!));
  }
}
