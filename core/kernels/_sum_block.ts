/** Number of terms in one block of a sum. Rule N5. */
export const SUM_BLOCK = 1024;

const lanes = new Float32Array(16);

/**
 * The sum of one block of at most 1,024 terms, values[base + offsets[i]] (rule N5): 16 lanes start at +0, term i goes
 * to lane i mod 16, ascending; then lane[l] += lane[l + 8], then + 4, + 2, + 1.
 */
export function sumBlock(values: Float32Array, base: number, offsets: Int32Array, count: number): number {
  lanes.fill(0);
  for (let i = 0; i < count; i++) {
    lanes[i & 15] = Math.fround(lanes[i & 15]! + values[base + offsets[i]!]!);
  }
  for (let half = 8; half > 0; half >>= 1) {
    for (let l = 0; l < half; l++) lanes[l] = Math.fround(lanes[l]! + lanes[l + half]!);
  }
  return lanes[0]!;
}
