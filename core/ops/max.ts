import { differentiable } from "../autodiff/differentiable.ts";
import { zeros } from "../tensor/create.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axesOf, reduce } from "./_reduce.ts";
import { scatterAdd } from "./scatter_add.ts";
import { transpose } from "./transpose.ts";

/**
 * The largest value over axes (default: all), by the order key: -0 < +0, NaN above all.
 *
 * *Dtypes* f32. *Gradient* g to the first of equal largest values.
 *
 * @throws {RangeError} if there is nothing to compare.
 *
 * @example
 * ```ts
 * import { createDevice, max, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 5], [7, 0]]);
 * using rows = max(x, 1);
 * assertEquals(await rows.read(), Float32Array.of(5, 7));
 * using all = max(x);
 * assertEquals(await all.item(), 7);
 * ```
 */
export function max(x: Tensor, axes?: number | readonly number[]): Tensor {
  const reduced = axesOf(x, axes, "take the max");
  return differentiable([x], () => reduce("max", x, reduced), [(g) => {
    const kept = x.shape.map((_, axis) => axis).filter((axis) => !reduced.includes(axis));
    const order = [...kept, ...reduced];
    const count = sizeOf(reduced.map((axis) => x.shape[axis]!));
    const position = reduce("argmax", x, reduced).reshape([g.size, 1]);
    const rows = scatterAdd(zeros([g.size, count]), position, g.reshape([g.size, 1]), 1);
    const ordered = rows.reshape(order.map((axis) => x.shape[axis]!));
    return transpose(ordered, order.map((_, axis) => order.indexOf(axis)));
  }]);
}
