/** Checks shared by the kernel families: bad shapes never reach a kernel. */

/** One more than the largest number of elements of a tensor: positions fit a signed 32-bit integer everywhere. */
export const MAX_ELEMENTS = 0x80000000;

/** @throws {RangeError} if a value is not an integer of at least `least` (0 by default). */
export function checkIntegers(task: string, values: Readonly<Record<string, number>>, least = 0): void {
  for (const name in values) {
    const value = values[name]!;
    if (!Number.isInteger(value) || value < least || value >= MAX_ELEMENTS) {
      throw new RangeError(
        `Cannot ${task}: expected ${name} to be an integer of ${least} to 2^31 - 1, got ${value}`,
      );
    }
  }
}

/** @throws {RangeError} if a value is not an integer, of either sign, of at most 31 bits. */
export function checkSignedIntegers(task: string, values: Readonly<Record<string, number>>): void {
  for (const name in values) {
    const value = values[name]!;
    if (!Number.isInteger(value) || Math.abs(value) >= MAX_ELEMENTS) {
      throw new RangeError(`Cannot ${task}: expected ${name} to be an integer of 32 bits, got ${value}`);
    }
  }
}

/** @throws {RangeError} if an extent is not a non-negative integer, or the tensor has 2^31 elements or more. */
export function checkShape(task: string, name: string, shape: readonly number[]): void {
  let count = 1;
  for (const extent of shape) {
    if (!Number.isInteger(extent) || extent < 0) {
      throw new RangeError(
        `Cannot ${task}: expected the shape of ${name} to be non-negative integers, got [${shape}]`,
      );
    }
    count *= extent;
  }
  if (!(count < MAX_ELEMENTS)) {
    throw new RangeError(
      `Cannot ${task}: expected ${name} to have fewer than 2^31 elements, got shape [${shape}]`,
    );
  }
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const extent of shape) count *= extent;
  return count;
}

/** Strides of a contiguous row-major tensor, in elements. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}
