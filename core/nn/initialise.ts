import type { Initialiser } from "./dense.ts";
import type { Key } from "../random/key.ts";
import { scope } from "../tensor/scope.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { normal } from "../ops/normal.ts";
import { uniform } from "../ops/uniform.ts";

/**
 * Glorot's (Xavier's) uniform initialisation: U(-a, a) with a = sqrt(6 / (fanIn + fanOut)), so that signals and gradients
 * keep their variance through layers that are linear near 0.
 *
 * *Source* Glorot and Bengio 2010, equation 16; i2dl, lecture 7.
 *
 * @example With fans 2 and 4 the bound is 1
 * ```ts
 * import { createDevice, glorotUniform, Key, setDefaultDevice } from "@verbatim/core";
 * import { assert } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using w = glorotUniform(Key.from(1), [2, 4], 2, 4);
 * const values = await w.read();
 * assert(values.every((value) => value >= -1 && value <= 1));
 * ```
 */
export function glorotUniform(key: Key, shape: Shape, fanIn: number, fanOut: number): Tensor {
  const bound = Math.sqrt(6 / (fanIn + fanOut));
  return uniform(key, shape, -bound, bound);
}

/**
 * Glorot's (Xavier's) normal initialisation: N(0, 2 / (fanIn + fanOut)); see `glorotUniform`, which has the same variance.
 *
 * *Source* Glorot and Bengio 2010; i2dl, lecture 7.
 *
 * @example With fans 20 and 180 the variance is 1/100
 * ```ts
 * import { createDevice, glorotNormal, Key, setDefaultDevice } from "@verbatim/core";
 * import { assert } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using w = glorotNormal(Key.from(1), [20, 180], 20, 180);
 * using mean = w.mul(w).mean();
 * const variance = await mean.item();
 * assert(Math.abs(variance - 0.01) < 0.001);
 * ```
 */
export function glorotNormal(key: Key, shape: Shape, fanIn: number, fanOut: number): Tensor {
  return normal(key, shape, 0, Math.sqrt(2 / (fanIn + fanOut)));
}

/**
 * Kaiming's (He's) uniform initialisation: U(-a, a) with a = sqrt(6 / fanIn), variance 2 / fanIn, for layers followed by
 * a rectifier.
 *
 * *Source* He et al. 2015, equation 10; i2dl, lecture 7.
 *
 * @example With fan-in 24 the bound is 1/2
 * ```ts
 * import { createDevice, kaimingUniform, Key, setDefaultDevice } from "@verbatim/core";
 * import { assert } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using w = kaimingUniform(Key.from(1), [24, 8], 24);
 * const values = await w.read();
 * assert(values.every((value) => value >= -0.5 && value <= 0.5));
 * ```
 */
export function kaimingUniform(key: Key, shape: Shape, fanIn: number): Tensor {
  const bound = Math.sqrt(6 / fanIn);
  return uniform(key, shape, -bound, bound);
}

/**
 * Kaiming's (He's) normal initialisation: N(0, 2 / fanIn), for layers followed by a rectifier.
 *
 * *Source* He et al. 2015, equation 10; i2dl, lecture 7.
 *
 * @example With fan-in 50 the variance is 1/25
 * ```ts
 * import { createDevice, kaimingNormal, Key, setDefaultDevice } from "@verbatim/core";
 * import { assert } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using w = kaimingNormal(Key.from(1), [50, 80], 50);
 * using mean = w.mul(w).mean();
 * const variance = await mean.item();
 * assert(Math.abs(variance - 0.04) < 0.004);
 * ```
 */
export function kaimingNormal(key: Key, shape: Shape, fanIn: number): Tensor {
  return normal(key, shape, 0, Math.sqrt(2 / fanIn));
}

/**
 * Another initialisation, times a factor; for last layers, whose first scores should be nearly equal.
 *
 * @example
 * ```ts
 * import { createDevice, full, Key, scaled, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const tenth = scaled((_key, shape) => full(shape, 20), 0.5);
 * using w = tenth(Key.from(1), [2, 1], 2, 1);
 * assertEquals(await w.read(), Float32Array.of(10, 10));
 * ```
 */
export function scaled(initialise: Initialiser, factor: number): Initialiser {
  return (key, shape, fanIn, fanOut) => scope(() => initialise(key, shape, fanIn, fanOut).mul(factor));
}
