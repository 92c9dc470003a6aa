import type { HostArray } from "../numerics/dtype.ts";
import { checkShape, elementCount, rowMajorStrides } from "./_check.ts";
import { fillOffsets, mergeAxes } from "./_layout.ts";
import { bitsOfKey, LEAST_KEY, orderKey } from "./_order_key.ts";
import { SUM_BLOCK, sumBlock } from "./_sum_block.ts";
import type { FamilyDefinition } from "./kernel.ts";

/**
 * A reduction over axes of one f32 operand. The result has the shape without the reduced axes.
 *
 * *Order* sum: N5, over the reduced axes taken as one, row-major. max: by the order key, NaN above all. argmax: the
 * row-major position (u32) within the reduced axes of the first largest key.
 * An empty sum is +0; an empty max or argmax is an error. The block sums of N5 are added in order, the first to +0 (no
 * bit tells this from starting with the first: lanes that start at +0 never become -0). Every NaN has the same key, and
 * a max that is NaN is the canonical one.
 */
export interface ReduceKernel {
  /** Tells the families apart. */
  readonly family: "reduce";
  /** How the elements are combined. */
  readonly operation: "sum" | "max" | "argmax";
  /** Of the operand. */
  readonly shape: readonly number[];
  /** Ascending, without repetition. */
  readonly axes: readonly number[];
}

/** Reductions: slots, checks and the reference that defines their bits. */
export const reduceFamily: FamilyDefinition<ReduceKernel> = {
  key: ({ operation, shape, axes }) => `reduce:${operation}[${shape}][${axes}]`,
  inputs: ({ shape }) => [{ dtype: "f32", length: elementCount(shape) }],
  outputs: ({ operation, shape, axes }) => [{
    dtype: operation === "argmax" ? "u32" : "f32",
    length: elementCount(shape.filter((_, axis) => !axes.includes(axis))),
  }],
  validate({ operation, shape, axes }) {
    checkShape("reduce", "the operand", shape);
    axes.forEach((axis, i) => {
      if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length || (i > 0 && axis <= axes[i - 1]!)) {
        throw new RangeError(
          `Cannot reduce: expected ascending axes of shape [${shape}] without repetition, got [${axes}]`,
        );
      }
    });
    if (operation !== "sum" && axes.some((axis) => shape[axis] === 0)) {
      throw new RangeError(
        `Cannot take the ${operation}: expected something to reduce, got shape [${shape}] over axes [${axes}]`,
      );
    }
  },
  reference: reduceReference,
};

/** The reduced terms block by block, and for each block all results: so a sum over rows reads memory once. */
function reduceReference(
  { operation, shape, axes }: ReduceKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const x = inputs[0] as Float32Array;
  const result = outputs[0]!;
  const strides = rowMajorStrides(shape);
  const part = (reduced: boolean) => {
    const chosen = shape.map((_, axis) => axis).filter((axis) => axes.includes(axis) === reduced);
    return mergeAxes({
      shape: chosen.map((axis) => shape[axis]!),
      strides: [chosen.map((axis) => strides[axis]!)],
    });
  };
  const kept = part(false);
  const reduced = part(true);
  const terms = elementCount(reduced.shape);
  const bases = new Int32Array(result.length);
  fillOffsets(bases, kept.shape, kept.strides[0]!, 0, bases.length);

  const bits = new Int32Array(x.buffer, x.byteOffset, x.length);
  const offsets = new Int32Array(Math.min(terms, SUM_BLOCK));
  const keys = new Int32Array(operation === "sum" ? 0 : result.length).fill(LEAST_KEY);
  result.fill(0);
  for (let start = 0; start < terms; start += SUM_BLOCK) {
    const count = Math.min(SUM_BLOCK, terms - start);
    fillOffsets(offsets, reduced.shape, reduced.strides[0]!, start, count);
    if (operation === "sum") {
      for (let i = 0; i < bases.length; i++) {
        result[i] = Math.fround(result[i]! + sumBlock(x, bases[i]!, offsets, count));
      }
    } else {
      for (let i = 0; i < bases.length; i++) {
        for (let t = 0; t < count; t++) {
          const key = orderKey(bits[bases[i]! + offsets[t]!]!);
          if (key <= keys[i]!) continue;
          keys[i] = key;
          if (operation === "argmax") result[i] = start + t;
        }
      }
    }
  }
  if (operation === "max") {
    new Int32Array(result.buffer, result.byteOffset, result.length).set(keys.map(bitsOfKey));
  }
}
