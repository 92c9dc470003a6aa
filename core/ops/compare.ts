import { apply, u32 } from "../scalar/expression.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { asTensor, MapOperation } from "./elementwise.ts";

const comparison = (name: string, operation: "equal" | "less" | "lessOrEqual") =>
  new MapOperation(
    name,
    ["f32", "f32"],
    ["u8"],
    (a, b) => [apply("selectU32", apply(operation, a, b), u32(1), u32(0))],
  );

const operations = {
  equal: comparison("compare", "equal"),
  less: comparison("compare", "less"),
  lessOrEqual: comparison("compare", "lessOrEqual"),
};
const differs = new MapOperation(
  "compare",
  ["f32", "f32"],
  ["u8"],
  (a, b) => [apply("selectU32", apply("equal", a, b), u32(0), u32(1))],
);
const integersDiffer = new MapOperation(
  "compare",
  ["u32", "u32"],
  ["u8"],
  (a, b) => [apply("selectU32", apply("equalU32", a, b), u32(0), u32(1))],
);
const equalIntegers = new MapOperation(
  "compare",
  ["u32", "u32"],
  ["u8"],
  (a, b) => [apply("selectU32", apply("equalU32", a, b), u32(1), u32(0))],
);

/**
 * 1 where a = b, else 0 (also for NaN). *Shapes* broadcast. *Dtypes* both f32, or both integers; result u8. No gradient.
 *
 * @example
 * ```ts
 * import { createDevice, equal, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([1, 2, 3, NaN]);
 * using mask = equal(x, 2);
 * assertEquals(await mask.read(), Uint8Array.of(0, 1, 0, 0));
 * ```
 */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return scope(() => {
    const operands = [asTensor(a, "compare"), asTensor(b, "compare")];
    return (operands[0]!.dtype === "f32" ? operations.equal : equalIntegers).run(operands)[0]!;
  });
}

/**
 * 1 where a < b, else 0 (also for NaN). *Shapes* broadcast. *Dtypes* f32; result u8. No gradient.
 *
 * @example
 * ```ts
 * import { createDevice, less, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([1, 2, 3, NaN]);
 * using mask = less(x, 2);
 * assertEquals(await mask.read(), Uint8Array.of(1, 0, 0, 0));
 * ```
 */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return scope(() => operations.less.run([asTensor(a, "compare"), asTensor(b, "compare")])[0]!);
}

/**
 * 1 where a <= b, else 0 (also for NaN). *Shapes* broadcast. *Dtypes* f32; result u8. No gradient.
 *
 * @example
 * ```ts
 * import { createDevice, lessOrEqual, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([1, 2, 3, NaN]);
 * using mask = lessOrEqual(x, 2);
 * assertEquals(await mask.read(), Uint8Array.of(1, 1, 0, 0));
 * ```
 */
export function lessOrEqual(a: TensorLike, b: TensorLike): Tensor {
  return scope(() => operations.lessOrEqual.run([asTensor(a, "compare"), asTensor(b, "compare")])[0]!);
}

/**
 * 1 where a > b, else 0 (also for NaN). *Shapes* broadcast. *Dtypes* f32; result u8. No gradient.
 *
 * @example
 * ```ts
 * import { createDevice, greater, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([1, 2, 3, NaN]);
 * using mask = greater(x, 2);
 * assertEquals(await mask.read(), Uint8Array.of(0, 0, 1, 0));
 * ```
 */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return less(b, a);
}

/**
 * 1 where a >= b, else 0 (also for NaN). *Shapes* broadcast. *Dtypes* f32; result u8. No gradient.
 *
 * @example
 * ```ts
 * import { createDevice, greaterOrEqual, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([1, 2, 3, NaN]);
 * using mask = greaterOrEqual(x, 2);
 * assertEquals(await mask.read(), Uint8Array.of(0, 1, 1, 0));
 * ```
 */
export function greaterOrEqual(a: TensorLike, b: TensorLike): Tensor {
  return lessOrEqual(b, a);
}

/**
 * 1 where a and b differ, else 0; NaN differs from everything. *Shapes* broadcast. *Dtypes* both f32, or both integers; result u8. No gradient.
 *
 * @example
 * ```ts
 * import { createDevice, notEqual, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([1, 2, 3, NaN]);
 * using mask = notEqual(x, 2);
 * assertEquals(await mask.read(), Uint8Array.of(1, 0, 1, 1));
 * ```
 */
export function notEqual(a: TensorLike, b: TensorLike): Tensor {
  return scope(() => {
    const operands = [asTensor(a, "compare"), asTensor(b, "compare")];
    return (operands[0]!.dtype === "f32" ? differs : integersDiffer).run(operands)[0]!;
  });
}
