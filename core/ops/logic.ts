import { apply, type Bool, type U32, u32 } from "../scalar/expression.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { MapOperation } from "./elementwise.ts";

const holds = (mask: U32): Bool => apply("not", apply("equalU32", mask, u32(0)));
const asMask = (condition: Bool): U32 => apply("selectU32", condition, u32(1), u32(0));
const operations = {
  and: new MapOperation(
    "combine",
    ["u32", "u32"],
    ["u8"],
    (a, b) => [asMask(apply("both", holds(a), holds(b)))],
  ),
  or: new MapOperation(
    "combine",
    ["u32", "u32"],
    ["u8"],
    (a, b) => [asMask(apply("either", holds(a), holds(b)))],
  ),
  not: new MapOperation("negate", ["u32"], ["u8"], (a) => [asMask(apply("not", holds(a)))]),
};

/**
 * 1 where both masks are not 0, else 0. *Shapes* broadcast. *Dtypes* u8, u32 or i32; result u8. No gradient.
 *
 * @example
 * ```ts
 * import { createDevice, logicalAnd, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using a = tensor(Uint8Array.of(0, 1, 0, 2));
 * using b = tensor(Uint8Array.of(0, 0, 1, 1));
 * using mask = logicalAnd(a, b);
 * assertEquals(await mask.read(), Uint8Array.of(0, 0, 0, 1));
 * ```
 */
export function logicalAnd(a: Tensor, b: Tensor): Tensor {
  return operations.and.run([a, b])[0]!;
}

/**
 * 1 where at least one mask is not 0, else 0. *Shapes* broadcast. *Dtypes* u8, u32 or i32; result u8. No gradient.
 *
 * @example
 * ```ts
 * import { createDevice, logicalOr, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using a = tensor(Uint8Array.of(0, 1, 0, 2));
 * using b = tensor(Uint8Array.of(0, 0, 1, 1));
 * using mask = logicalOr(a, b);
 * assertEquals(await mask.read(), Uint8Array.of(0, 1, 1, 1));
 * ```
 */
export function logicalOr(a: Tensor, b: Tensor): Tensor {
  return operations.or.run([a, b])[0]!;
}

/**
 * 1 where a mask is 0, else 0. *Dtypes* u8, u32 or i32; result u8. No gradient.
 *
 * @example
 * ```ts
 * import { createDevice, logicalNot, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using a = tensor(Uint8Array.of(0, 1, 0, 2));
 * using mask = logicalNot(a);
 * assertEquals(await mask.read(), Uint8Array.of(1, 0, 1, 0));
 * ```
 */
export function logicalNot(mask: Tensor): Tensor {
  return operations.not.run([mask])[0]!;
}
