import { isTracked, record, withoutTapes } from "../autodiff/tape.ts";
import type { SortKernel } from "../kernels/sort.ts";
import { isIntegerFrom, nameOf } from "../tensor/check.ts";
import { zeros } from "../tensor/create.ts";
import { launch } from "../tensor/launch.ts";
import { formatShape, normaliseAxis, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axisBack, axisLast } from "./_along.ts";
import { scatterAdd } from "./scatter_add.ts";

/** Which way a sort goes. */
export interface SortOptions {
  /** Whether the largest comes first; default false. */
  readonly descending?: boolean;
}

/** Which values `topK` finds. */
export interface TopKOptions {
  /** Whether to find the smallest instead of the largest; default false. */
  readonly smallest?: boolean;
}

/** Elements in order. */
export type SortResult = {
  /** The elements, of the operand's dtype. */
  readonly values: Tensor;
  /** Where each stood along the axis, u32. */
  readonly indices: Tensor;
};

const kernels = new Map<string, SortKernel>();

/** The first `count` elements along an axis, in order. */
function firstOf(
  x: Tensor,
  axis: number,
  descending: boolean,
  count: number | "all",
  what: string,
): SortResult {
  const along = normaliseAxis(axis, x.rank, what);
  const length = x.shape[along]!;
  const { dtype } = x;
  if (dtype === "u8") throw new TypeError(`Cannot ${what}: expected f32, u32 or i32, got u8`);
  if (count !== "all" && !(isIntegerFrom(0, count) && count <= length)) {
    throw new RangeError(
      `Cannot ${what}: expected a count from 0 to the ${length} along axis ${along} of ${
        formatShape(x.shape)
      }, got ${nameOf(count)}`,
    );
  }
  const key = `${dtype}|${x.shape}|${along}|${descending}|${count}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    kernel = {
      family: "sort",
      dtype,
      outer: sizeOf(x.shape.slice(0, along)),
      length,
      inner: sizeOf(x.shape.slice(along + 1)),
      count: count === "all" ? length : count,
      descending,
    };
    kernels.set(key, kernel);
  }
  const shape = x.shape.with(along, kernel.count);
  const results = [{ dtype, shape }, { dtype: "u32", shape }] as const;
  const [values, indices] = launch(kernel, [x], results) as [Tensor, Tensor];
  if (dtype === "f32" && isTracked([x])) {
    record([x], [values], ([g]) => {
      const start = zeros([...x.shape.toSpliced(along, 1), length]);
      const sums = scatterAdd(start, axisLast(indices, along), axisLast(g!, along), x.rank - 1);
      return [axisBack(sums, along)];
    });
  }
  return { values, indices };
}

/**
 * Sorts along an axis (default: the last) and says where each element stood.
 *
 * Floats are compared by the order key (-0 < +0, NaN above all), integers by value; equal ones stay in the order in which
 * they stand, in both directions.
 *
 * *Dtypes* f32, u32 or i32; indices u32. *Gradient* g back to where each value stood; none through the indices.
 *
 * @throws {RangeError} if the axis does not exist. @throws {TypeError} if x is u8.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice, sort, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([3, 1, 2, 1]);
 * const up = sort(x);
 * assertEquals(await up.values.read(), Float32Array.of(1, 1, 2, 3));
 * assertEquals(await up.indices.read(), Uint32Array.of(1, 3, 2, 0));
 * const down = sort(x, 0, { descending: true });
 * assertEquals(await down.indices.read(), Uint32Array.of(0, 2, 1, 3));
 * disposeTree([up, down]);
 * ```
 */
export function sort(x: Tensor, axis = -1, { descending = false }: SortOptions = {}): SortResult {
  return firstOf(x, axis, descending, "all", "sort");
}

/**
 * Where the elements stand that `sort` puts first, second, ...: the order as u32 indices along the axis (default: the last).
 *
 * *Dtypes* f32, u32 or i32. *Gradient* none.
 *
 * @throws {RangeError} if the axis does not exist. @throws {TypeError} if x is u8.
 *
 * @example
 * ```ts
 * import { argsort, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[3, 1, 2], [0, 5, 0]]);
 * using order = argsort(x, 1);
 * assertEquals(await order.read(), Uint32Array.of(1, 2, 0, 0, 2, 1));
 * ```
 */
export function argsort(x: Tensor, axis = -1, { descending = false }: SortOptions = {}): Tensor {
  const { values, indices } = withoutTapes(() => firstOf(x, axis, descending, "all", "sort"));
  values.dispose();
  return indices;
}

/**
 * The k largest elements along an axis (default: the last), the largest first, and where they stand; of equal ones the
 * first.
 *
 * The same bits as the first k of a descending `sort`; with `smallest` of an ascending one. A NaN is the largest of all.
 * *Dtypes* f32, u32 or i32; indices u32. *Gradient* g back to where each value stood, +0 elsewhere.
 *
 * @throws {RangeError} if the axis does not exist or has fewer than k. @throws {TypeError} if x is u8.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice, tensor, topK } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using scores = tensor([[0.1, 0.7, 0.2], [0.4, 0.2, 0.4]]);
 * const best = topK(scores, 2);
 * assertEquals(await best.indices.read(), Uint32Array.of(1, 2, 0, 2));
 * assertEquals(best.values.shape, [2, 2]);
 * disposeTree(best);
 * ```
 */
export function topK(x: Tensor, k: number, axis = -1, { smallest = false }: TopKOptions = {}): SortResult {
  return firstOf(x, axis, !smallest, k, "take the top k");
}
