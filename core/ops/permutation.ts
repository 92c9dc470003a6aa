import type { Key } from "../random/key.ts";
import { tensor } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * The numbers 0 to n - 1 in random order, as u32 [n]; every order equally likely.
 *
 * These are the numbers of `key.permutation(n)`: each step of Fisher and Yates depends on the one before, so they are
 * made on the host, one after the other, and copied to the device. *Gradient* none.
 *
 * @throws {RangeError} if n is not an integer from 0 to 2^32 - 1.
 * @throws {TypeError} within `compile`, for a key that is an input there: pass the permutation in instead.
 *
 * @example
 * ```ts
 * import { createDevice, Key, permutation, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const key = Key.from(3).fold("shuffle");
 * using order = permutation(key, 10);
 * assertEquals(await order.read(), key.permutation(10));
 * ```
 */
export function permutation(key: Key, n: number): Tensor {
  return tensor(key.permutation(n));
}
