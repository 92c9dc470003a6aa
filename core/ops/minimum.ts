import { composition } from "../autodiff/composition.ts";
import { maximum } from "./maximum.ts";
import { negate } from "./negate.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { asTensor } from "./elementwise.ts";

/**
 * The smaller of two values: -max(-a, -b). *Shapes* broadcast. *Dtypes* f32. *Gradient* that of the composition.
 *
 * @example
 * ```ts
 * import { createDevice, minimum, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-3, 0, 4, NaN]);
 * using y = minimum(x, 1);
 * assertEquals([...await y.read()], [-3, 0, 1, NaN]);
 * ```
 */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return composition(() =>
    negate(maximum(negate(asTensor(a, "take the minimum")), negate(asTensor(b, "take the minimum"))))
  );
}
