/** The axes of a walk over several operands at once: one stride per axis for each operand, in elements. */
export interface Layout {
  readonly shape: readonly number[];
  /** [operand][axis]. */
  readonly strides: readonly (readonly number[])[];
}

/**
 * The same walk with as few axes as possible: axes of length 1 are dropped, and neighbours are joined where every
 * operand steps through both as through one. A single element keeps one axis of length 1.
 */
export function mergeAxes({ shape, strides }: Layout): Layout {
  const mergedShape: number[] = [];
  const mergedStrides: number[][] = strides.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis]!;
    if (length === 1) continue;
    const last = mergedShape.length - 1;
    const joins = last >= 0 && strides.every((of, i) => mergedStrides[i]![last] === of[axis]! * length);
    if (joins) mergedShape[last]! *= length;
    else mergedShape.push(length);
    const at = mergedShape.length - 1;
    strides.forEach((of, i) => mergedStrides[i]![at] = of[axis]!);
  }
  if (mergedShape.length === 0) return { shape: [1], strides: strides.map(() => [0]) };
  return { shape: mergedShape, strides: mergedStrides };
}

/**
 * Strides of an operand that broadcasts to `shape`: row-major, 0 where a missing axis or a length of 1 is repeated, or
 * undefined if it does not broadcast.
 */
export function broadcastStrides(from: readonly number[], shape: readonly number[]): number[] | undefined {
  const missing = shape.length - from.length;
  if (missing < 0) return undefined;
  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  for (let axis = from.length - 1; axis >= 0; axis--) {
    const length = from[axis]!;
    if (length !== 1) {
      if (length !== shape[axis + missing]) return undefined;
      strides[axis + missing] = stride;
    }
    stride *= length;
  }
  return strides;
}

/** Writes the offsets of the elements `start` to `start + count - 1` of a row-major walk to `offsets`. */
export function fillOffsets(
  offsets: Int32Array,
  shape: readonly number[],
  strides: readonly number[],
  start: number,
  count: number,
): void {
  const index = new Array<number>(shape.length).fill(0);
  let offset = 0;
  for (let axis = shape.length - 1, rest = start; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
    offset += index[axis]! * strides[axis]!;
  }
  for (let i = 0; i < count; i++) {
    offsets[i] = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      offset -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}
