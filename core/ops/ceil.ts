import { apply } from "../scalar/expression.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/**
 * The smallest integer that is not below x; -0.5 gives -0. *Dtypes* f32. *Gradient* none.
 *
 * @example
 * ```ts
 * import { ceil, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-1.5, -0.5, 2.1]);
 * using y = ceil(x);
 * assertEquals(await y.read(), Float32Array.of(-1, -0, 3));
 * ```
 */
export const ceil: UnaryOperation = elementwise("take the ceil", ["f32"], (x) => apply("ceil", x), [null]);
