import { hypotenuse, UNIT_ROUNDOFF } from "./_check.ts";
import { rotateColumns } from "./_rotations.ts";

/** An element beside the diagonal is dropped if it changes no singular value by more than this, relatively. */
const TOLERANCE = 10 * UNIT_ROUNDOFF;

/** What is called zero beside matrices of the sizes that `safeFactor` leaves. */
const NEGLIGIBLE = 1e-290;

/** The smaller singular value of [f g; 0 h]: 2 |f h| / (sqrt((|f| + |h|)^2 + g^2) + sqrt((|f| - |h|)^2 + g^2)). */
function smallerSingularValue(f: number, g: number, h: number): number {
  const largest = Math.max(Math.abs(f), Math.abs(g), Math.abs(h));
  if (largest === 0) return 0;
  const [a, b, c] = [Math.abs(f) / largest, Math.abs(g) / largest, Math.abs(h) / largest];
  return largest * (2 * a * c / (hypotenuse(a + c, b) + hypotenuse(a - c, b)));
}

/** The rotations of one sweep, for the columns of U and of V. */
class Rotations {
  readonly leftCosines: Float64Array;
  readonly leftSines: Float64Array;
  readonly rightCosines: Float64Array;
  readonly rightSines: Float64Array;

  constructor(n: number) {
    this.leftCosines = new Float64Array(n);
    this.leftSines = new Float64Array(n);
    this.rightCosines = new Float64Array(n);
    this.rightSines = new Float64Array(n);
  }
}

/**
 * A block d_0 e_0 d_1 e_1 ... d_count of the bidiagonal, from its first element down or from its last one up: with rows
 * and columns reversed, and transposed, an upper bidiagonal matrix is one again.
 */
interface Block {
  readonly d: Float64Array;
  readonly e: Float64Array;
  /** Index of d_0. */
  readonly start: number;
  /** Index of e_0. */
  readonly besideStart: number;
  readonly step: 1 | -1;
  /** How many elements beside the diagonal it has. */
  readonly count: number;
}

/** One QR sweep without shift, which computes every element to nearly full relative accuracy. */
function sweepWithoutShift({ d, e, start, besideStart, step, count }: Block, rotations: Rotations): void {
  const { leftCosines, leftSines, rightCosines, rightSines } = rotations;
  let [c, oldC, oldS] = [1, 1, 0];
  for (let t = 0; t < count; t++) {
    const at = start + step * t;
    const beside = besideStart + step * t;
    const f = d[at]! * c;
    const g = e[beside]!;
    const r = hypotenuse(f, g);
    const s = r === 0 ? 0 : g / r;
    c = r === 0 ? 1 : f / r;
    if (t > 0) e[beside - step] = oldS * r;
    const f2 = oldC * r;
    const g2 = d[at + step]! * s;
    const r2 = hypotenuse(f2, g2);
    oldC = r2 === 0 ? 1 : f2 / r2;
    oldS = r2 === 0 ? 0 : g2 / r2;
    d[at] = r2;
    rightCosines[t] = c;
    rightSines[t] = s;
    leftCosines[t] = oldC;
    leftSines[t] = oldS;
  }
  const last = start + step * count;
  const h = d[last]! * c;
  d[last] = h * oldC;
  e[besideStart + step * (count - 1)] = h * oldS;
}

/** One implicit QR sweep with a shift, which chases an element outside the bidiagonal from the first place to the last. */
function sweepWithShift(block: Block, shift: number, rotations: Rotations): void {
  const { d, e, start, besideStart, step, count } = block;
  const { leftCosines, leftSines, rightCosines, rightSines } = rotations;
  const first = d[start]!;
  let f = (Math.abs(first) - shift) * ((first < 0 ? -1 : 1) + shift / first);
  let g = e[besideStart]!;
  for (let t = 0; t < count; t++) {
    const at = start + step * t;
    const beside = besideStart + step * t;
    let r = hypotenuse(f, g);
    let c = r === 0 ? 1 : f / r;
    let s = r === 0 ? 0 : g / r;
    rightCosines[t] = c;
    rightSines[t] = s;
    if (t > 0) e[beside - step] = r;
    f = c * d[at]! + s * e[beside]!;
    e[beside] = c * e[beside]! - s * d[at]!;
    g = s * d[at + step]!;
    d[at + step]! *= c;
    r = hypotenuse(f, g);
    c = r === 0 ? 1 : f / r;
    s = r === 0 ? 0 : g / r;
    leftCosines[t] = c;
    leftSines[t] = s;
    d[at] = r;
    f = c * e[beside]! + s * d[at + step]!;
    d[at + step] = c * d[at + step]! - s * e[beside]!;
    if (t < count - 1) {
      g = s * e[beside + step]!;
      e[beside + step]! *= c;
    } else {
      e[beside] = f;
    }
  }
}

/**
 * Drops what is negligible in a block; true if anything was. The last e is dropped if |e| <= tol |d| below it, any other
 * by the estimate mu_0 = |d_0|, mu_(t+1) = |d_(t+1)| mu_t / (mu_t + |e_t|): |e_t| <= tol mu_t. `smallest` is the least
 * mu, about the least singular value.
 */
function deflate({ d, e, start, besideStart, step, count }: Block): { dropped: boolean; smallest: number } {
  const lastBeside = besideStart + step * (count - 1);
  if (Math.abs(e[lastBeside]!) <= TOLERANCE * Math.abs(d[start + step * count]!)) {
    e[lastBeside] = 0;
    return { dropped: true, smallest: 0 };
  }
  let mu = Math.abs(d[start]!);
  let smallest = mu;
  for (let t = 0; t < count; t++) {
    const size = Math.abs(e[besideStart + step * t]!);
    if (size <= TOLERANCE * mu) {
      e[besideStart + step * t] = 0;
      return { dropped: true, smallest };
    }
    mu = Math.abs(d[start + step * (t + 1)]!) * (mu / (mu + size));
    smallest = Math.min(smallest, mu);
  }
  return { dropped: false, smallest };
}

/**
 * Implicit QR sweeps until the upper bidiagonal n x n matrix (d, e) is diagonal. The columns of u and v, row-major with n
 * columns and the given rows, are rotated along: U B V^T stays what it is. Elements of d may come out negative.
 *
 * *Source* Demmel and Kahan, "Accurate singular values of bidiagonal matrices" (1990).
 */
export function diagonaliseBidiagonal(
  d: Float64Array,
  e: Float64Array,
  u: Float64Array | undefined,
  v: Float64Array | undefined,
): void {
  const n = d.length;
  const rotations = new Rotations(n);
  const { leftCosines, leftSines, rightCosines, rightSines } = rotations;
  const mostRotations = 30 * n * n + 1000;
  let [low, high, forward] = [-1, -1, true];
  let done = 0;
  for (let last = n - 1; last > 0;) {
    // The block that ends at `last`, up to the first zero above.
    let first = last;
    let largest = Math.abs(d[last]!);
    for (; first > 0; first--) {
      const size = Math.abs(e[first - 1]!);
      if (size < NEGLIGIBLE) break;
      largest = Math.max(largest, size, Math.abs(d[first - 1]!));
    }
    if (first === last) {
      last--;
      continue;
    }
    // In a new block, chase from its larger end to its smaller one.
    if (first > high || last < low) forward = Math.abs(d[first]!) >= Math.abs(d[last]!);
    [low, high] = [first, last];
    const count = last - first;
    const block: Block = forward
      ? { d, e, start: first, besideStart: first, step: 1, count }
      : { d, e, start: last, besideStart: last - 1, step: -1, count };
    const { dropped, smallest } = deflate(block);
    if (dropped) continue;
    done += count;
    if (done > mostRotations) {
      throw new RangeError(
        `Cannot find singular values: expected convergence within ${mostRotations} rotations, got none for number ${last}`,
      );
    }
    const end = forward ? last : first;
    const before = forward ? last - 1 : first + 1;
    // A shift would cost the small singular values their relative accuracy: only if they are not that small.
    let shift = 0;
    if (n * (smallest / largest) > 0.01) {
      shift = smallerSingularValue(d[before]!, e[Math.min(before, end)]!, d[end]!);
      const ratio = shift / Math.abs(d[block.start]!);
      if (ratio * ratio < UNIT_ROUNDOFF) shift = 0;
    }
    if (shift === 0) sweepWithoutShift(block, rotations);
    else sweepWithShift(block, shift, rotations);
    // Reversed and transposed, the left is the right.
    const [uc, us, vc, vs] = forward
      ? [leftCosines, leftSines, rightCosines, rightSines]
      : [rightCosines, rightSines, leftCosines, leftSines];
    if (u !== undefined) rotateColumns(u, n, n, block.start, block.step, count, uc, us);
    if (v !== undefined) rotateColumns(v, n, n, block.start, block.step, count, vc, vs);
  }
}
