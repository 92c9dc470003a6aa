import { composition } from "../autodiff/composition.ts";
import { isTracked, record, withoutTapes } from "../autodiff/tape.ts";
import { formatShape, normaliseAxis } from "../tensor/shape.ts";
import { zeros } from "../tensor/create.ts";
import { isIntegerFrom, nameOf } from "../tensor/check.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { concatenate } from "./concatenate.ts";
import { slice } from "./slice.ts";

/**
 * Cuts x along an axis (default: the first): into a number of equal parts, or into parts of the given lengths.
 *
 * The inverse of `concatenate`. *Gradient* the parts' adjoints put together in one copy, +0 for parts on which nothing
 * depends. As many slices would pad every adjoint to the whole and add them all.
 *
 * @throws {RangeError} if the parts do not make up the axis.
 *
 * @example Queries, keys and values out of one product
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice, split, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 2, 3], [4, 5, 6]]);
 * const [q, k, v] = split(x, 3, 1);
 * assertEquals(await k!.read(), Float32Array.of(2, 5));
 * const [head, tail] = split(x, [1, 2], 1);
 * assertEquals([head!.shape, tail!.shape], [[2, 1], [2, 2]]);
 * disposeTree([q!, k!, v!, head!, tail!]);
 * ```
 */
export function split(x: Tensor, parts: number | readonly number[], axis = 0): Tensor[] {
  const along = normaliseAxis(axis, x.rank, "split");
  const length = x.shape[along]!;
  const lengths = Array.isArray(parts) ? parts : equalParts(length, parts);
  const total = lengths?.reduce((sum, part) => isIntegerFrom(0, part) ? sum + part : NaN, 0);
  if (lengths === undefined || total !== length) {
    throw new RangeError(
      `Cannot split axis ${along} of ${formatShape(x.shape)}: expected parts that make it up, got ${
        nameOf(parts)
      }`,
    );
  }
  let from = 0;
  const results = withoutTapes(() =>
    lengths.map((part) => {
      const start = x.shape.map((_, i) => i === along ? from : 0);
      from += part;
      return slice(x, start, x.shape.map((whole, i) => i === along ? from : whole));
    })
  );
  if (isTracked([x])) {
    record([x], results, (adjoints) => [
      composition(() => concatenate(adjoints.map((g, part) => g ?? zeros(results[part]!.shape)), along)),
    ]);
  }
  return results;
}

function equalParts(length: number, parts: unknown): number[] | undefined {
  return isIntegerFrom(1, parts) && length % parts === 0
    ? new Array<number>(parts).fill(length / parts)
    : undefined;
}
