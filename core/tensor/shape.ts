import { nameOf } from "./check.ts";

/** The lengths of a tensor's axes; [] is a scalar. */
export type Shape = readonly number[];

/**
 * The number of elements of a shape: the product of its lengths, 1 for a scalar.
 *
 * @example
 * ```ts
 * import { sizeOf } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([[2, 3], [], [0, 7]].map(sizeOf), [6, 1, 0]);
 * ```
 */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Steps between neighbours along each axis of a contiguous, row-major array. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** True if two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/**
 * A shape as people read it: `[64, 10]`.
 *
 * @example
 * ```ts
 * import { formatShape } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatShape([64, 10]), "[64, 10]");
 * ```
 */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * The shape to which all of the given shapes broadcast: aligned at the last axis, a missing axis or a length of 1 is
 * repeated.
 *
 * @throws {RangeError} if two lengths differ and neither is 1.
 */
export function broadcastShapes(shapes: readonly Shape[], what = "broadcast"): Shape {
  let widest: Shape = shapes[0] ?? [];
  let same = true;
  for (const shape of shapes) {
    if (shape.length > widest.length) widest = shape;
    same &&= sameShape(shape, shapes[0]!);
  }
  if (same) return widest;
  const result = [...widest];
  for (const shape of shapes) {
    const offset = result.length - shape.length;
    for (let axis = 0; axis < shape.length; axis++) {
      const length = shape[axis]!;
      const known = result[offset + axis]!;
      if (length === known || length === 1) continue;
      if (known !== 1) {
        throw new RangeError(
          `Cannot ${what}: expected shapes that broadcast, got ${shapes.map(formatShape).join(" and ")}`,
        );
      }
      result[offset + axis] = length;
    }
  }
  return result;
}

/**
 * An axis counted from the front; a negative one counts from the back.
 *
 * @throws {RangeError} if there is no such axis.
 */
export function normaliseAxis(axis: number, rank: number, what: string): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const expected = rank === 0 ? "a tensor with axes" : `an axis from ${-rank} to ${rank - 1}`;
    throw new RangeError(
      `Cannot ${what}: expected ${expected}, got ${rank === 0 ? "a scalar" : nameOf(axis)}`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/** Several axes in ascending order; all of them if none are given. @throws {RangeError} if one repeats or is missing. */
export function normaliseAxes(
  axes: number | readonly number[] | undefined,
  rank: number,
  what: string,
): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = Array.isArray(axes) ? axes : [axes];
  const normal = list.map((axis) => normaliseAxis(axis, rank, what)).sort((a, b) => a - b);
  if (new Set(normal).size !== normal.length) {
    throw new RangeError(`Cannot ${what}: expected distinct axes, got [${list.join(", ")}]`);
  }
  return normal;
}

/**
 * @throws {RangeError} if a shape has a length that is not a non-negative integer.
 * @throws {TypeError} if it is no list.
 */
export function checkShape(shape: Shape, what: string): void {
  if (!Array.isArray(shape)) {
    throw new TypeError(`Cannot ${what}: expected a shape as a list of lengths, got ${nameOf(shape)}`);
  }
  if (shape.some((length) => !Number.isSafeInteger(length) || length < 0)) {
    throw new RangeError(
      `Cannot ${what}: expected lengths of non-negative integers, got ${nameOf(shape)}`,
    );
  }
}
