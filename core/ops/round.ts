import { apply } from "../scalar/expression.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/**
 * The nearest integer, of two equally near ones the even; -0.3 gives -0. *Dtypes* f32. *Gradient* none.
 *
 * @example
 * ```ts
 * import { createDevice, round, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-1.5, -0.3, 2.5]);
 * using y = round(x);
 * assertEquals(await y.read(), Float32Array.of(-2, -0, 2));
 * ```
 */
export const round: UnaryOperation = elementwise("round", ["f32"], (x) => apply("nearest", x), [null]);
