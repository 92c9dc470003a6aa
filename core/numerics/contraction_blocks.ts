/** The largest number of terms that one block of a contraction adds up. Rule N4. */
export const CONTRACTION_BLOCK = 256;

/**
 * The lengths of the blocks into which rule N4 cuts a contraction, in order.
 *
 * The terms of a contraction run row-major over `axes`. Take the longest suffix of the axes whose product p is at
 * most 256; cut the next axis outward in runs of floor(256 / p), restarting for each outer index. Each block is summed
 * from +0 term by term, and the block sums are added in order, the first to +0. Every backend calls this function.
 *
 * *Order* N4. The lengths add up to the product of the axes; an empty contraction has no block.
 *
 * @throws {RangeError} if an axis is not a non-negative integer.
 *
 * @example A matrix product over 600 terms, and the weight gradient of a 28 x 28 convolution over two images
 * ```ts
 * import { contractionBlocks } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(contractionBlocks([600]), [256, 256, 88]);
 * assertEquals(contractionBlocks([2, 28, 28]), [252, 252, 252, 28, 252, 252, 252, 28]);
 * ```
 */
export function contractionBlocks(axes: readonly number[]): number[] {
  for (const length of axes) {
    if (!Number.isInteger(length) || length < 0) {
      throw new RangeError(`Cannot cut a contraction: expected axes of non-negative integers, got [${axes}]`);
    }
  }
  if (axes.includes(0)) return [];
  let inner = 1;
  let axis = axes.length - 1;
  while (axis >= 0 && inner * axes[axis]! <= CONTRACTION_BLOCK) inner *= axes[axis--]!;
  if (axis < 0) return [inner];
  const run = Math.floor(CONTRACTION_BLOCK / inner);
  const row: number[] = [];
  for (let start = 0; start < axes[axis]!; start += run) row.push(Math.min(run, axes[axis]! - start) * inner);
  let outer = 1;
  for (let i = 0; i < axis; i++) outer *= axes[i]!;
  return Array.from({ length: outer }, () => row).flat();
}
