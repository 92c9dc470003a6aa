import { composition } from "../autodiff/composition.ts";
import { differentiable } from "../autodiff/differentiable.ts";
import { apply, u32 } from "../scalar/expression.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { asTensor, MapOperation, sumTo } from "./elementwise.ts";

const choose = new MapOperation(
  "select",
  ["u32", "f32", "f32"],
  ["f32"],
  (mask, a, b) => [apply("selectF32", apply("equalU32", mask, u32(0)), b, a)],
);

/**
 * Chooses element by element: a where the mask is not 0, else b.
 *
 * *Shapes* broadcast. *Dtypes* mask u8, u32 or i32; a and b f32. *Gradient* g where chosen, +0 elsewhere.
 *
 * @throws {RangeError} if the shapes do not broadcast.
 *
 * @example
 * ```ts
 * import { createDevice, select, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using mask = tensor(Uint8Array.of(1, 0, 1));
 * using x = tensor([1, 2, 3]);
 * using y = select(mask, x, -1);
 * assertEquals(await y.read(), Float32Array.of(1, -1, 3));
 * ```
 */
export function select(mask: Tensor, a: TensorLike, b: TensorLike): Tensor {
  return composition(() => {
    const [x, y] = [asTensor(a, "select"), asTensor(b, "select")];
    return differentiable([mask, x, y], () => choose.run([mask, x, y])[0]!, [
      null,
      (g) => sumTo(select(mask, g, 0), x.shape),
      (g) => sumTo(select(mask, 0, g), y.shape),
    ]);
  }, "select");
}
