import { apply } from "../scalar/expression.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/**
 * The largest integer that is not above x; -0 stays. *Dtypes* f32. *Gradient* none.
 *
 * @example
 * ```ts
 * import { createDevice, floor, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-1.5, -0, 2.7]);
 * using y = floor(x);
 * assertEquals(await y.read(), Float32Array.of(-2, -0, 2));
 * ```
 */
export const floor: UnaryOperation = elementwise("take the floor", ["f32"], (x) => apply("floor", x), [null]);
