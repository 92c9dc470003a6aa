/**
 * Applies a sweep of plane rotations to the columns of a row-major z. Rotation t turns column p = start + step t, as the
 * rotations before it left it, and column p + step:
 *
 *     (z_p, z_(p + step)) <- (c_t z_p + s_t z_(p + step), c_t z_(p + step) - s_t z_p)
 *
 * Row by row, so that a row stays in the cache; four rows at a time, so that one's chain of operations hides another's.
 */
export function rotateColumns(
  z: Float64Array,
  rows: number,
  stride: number,
  start: number,
  step: 1 | -1,
  count: number,
  cosines: Float64Array,
  sines: Float64Array,
): void {
  let row = 0;
  for (; row + 3 < rows; row += 4) {
    let p0 = row * stride + start;
    let p1 = p0 + stride;
    let p2 = p1 + stride;
    let p3 = p2 + stride;
    let f0 = z[p0]!;
    let f1 = z[p1]!;
    let f2 = z[p2]!;
    let f3 = z[p3]!;
    for (let t = 0; t < count; t++) {
      const c = cosines[t]!;
      const s = sines[t]!;
      const x0 = z[p0 + step]!;
      const x1 = z[p1 + step]!;
      const x2 = z[p2 + step]!;
      const x3 = z[p3 + step]!;
      z[p0] = c * f0 + s * x0;
      z[p1] = c * f1 + s * x1;
      z[p2] = c * f2 + s * x2;
      z[p3] = c * f3 + s * x3;
      f0 = c * x0 - s * f0;
      f1 = c * x1 - s * f1;
      f2 = c * x2 - s * f2;
      f3 = c * x3 - s * f3;
      p0 += step;
      p1 += step;
      p2 += step;
      p3 += step;
    }
    z[p0] = f0;
    z[p1] = f1;
    z[p2] = f2;
    z[p3] = f3;
  }
  for (; row < rows; row++) {
    let p = row * stride + start;
    let f = z[p]!;
    for (let t = 0; t < count; t++) {
      const x = z[p + step]!;
      z[p] = cosines[t]! * f + sines[t]! * x;
      f = cosines[t]! * x - sines[t]! * f;
      p += step;
    }
    z[p] = f;
  }
}
