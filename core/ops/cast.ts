import type { Dtype } from "../numerics/dtype.ts";
import { differentiable } from "../autodiff/differentiable.ts";
import { apply } from "../scalar/expression.ts";
import { nameOf } from "../tensor/check.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { MapOperation } from "./elementwise.ts";

const operations: Record<string, MapOperation> = {
  "f32 u8": new MapOperation("cast", ["f32"], ["u8"], (x) => [x]),
  "f32 u32": new MapOperation("cast", ["f32"], ["u32"], (x) => [apply("u32FromF32", x)]),
  "f32 i32": new MapOperation("cast", ["f32"], ["i32"], (x) => [apply("i32FromF32", x)]),
  "u8 f32": new MapOperation("cast", ["u32"], ["f32"], (x) => [apply("f32FromU32", x)]),
  "u32 f32": new MapOperation("cast", ["u32"], ["f32"], (x) => [apply("f32FromU32", x)]),
  "i32 f32": new MapOperation("cast", ["u32"], ["f32"], (x) => [apply("f32FromI32", x)]),
  "u8 u32": new MapOperation("cast", ["u32"], ["u32"], (x) => [x]),
  "u8 i32": new MapOperation("cast", ["u32"], ["i32"], (x) => [x]),
  "u32 u8": new MapOperation("cast", ["u32"], ["u8"], (x) => [x]),
  "i32 u8": new MapOperation("cast", ["u32"], ["u8"], (x) => [x]),
  "u32 i32": new MapOperation("cast", ["u32"], ["i32"], (x) => [x]),
  "i32 u32": new MapOperation("cast", ["u32"], ["u32"], (x) => [x]),
};

/**
 * Changes the dtype of every value.
 *
 * Integers to f32 round to nearest even; f32 to u32 or i32 truncates and saturates, NaN to 0; f32 to u8 rounds to nearest
 * even and clamps, NaN to 0; between integers the low bits stay. To its own dtype it is the tensor seen again.
 * *Gradient* none through a change of dtype.
 *
 * @throws {TypeError} if there is no such dtype.
 *
 * @example To bytes values are rounded and clamped, to integers truncated
 * ```ts
 * import { cast, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-1, 2.5, 300, NaN]);
 * using bytes = cast(x, "u8");
 * assertEquals(await bytes.read(), Uint8Array.of(0, 2, 255, 0));
 * using integers = cast(x, "i32");
 * assertEquals(await integers.read(), Int32Array.of(-1, 2, 300, 0));
 * ```
 */
export function cast(x: Tensor, dtype: Dtype): Tensor {
  if (x.dtype === dtype) return x.reshape(x.shape);
  const operation = operations[`${x.dtype} ${dtype}`];
  if (operation === undefined) {
    throw new TypeError(`Cannot cast ${x.dtype}: expected f32, u32, i32 or u8, got ${nameOf(dtype)}`);
  }
  return differentiable([x], () => operation.run([x])[0]!, [null]);
}
