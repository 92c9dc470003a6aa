import type { RandomKernel } from "../kernels/random.ts";
import type { Key } from "../random/key.ts";
import { launch } from "../tensor/launch.ts";
import { scope } from "../tensor/scope.ts";
import { checkShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { keyTensor } from "../tensor/tracing.ts";

const kernels = new Map<number, RandomKernel>();

/**
 * The numbers 0 to n - 1 in random order, as u32 [n]; every order equally likely.
 *
 * These are the numbers of `key.permutation(n)` (rule N7), computed on the device: the words are drawn by all threads,
 * but the exchanges of Fisher and Yates depend on each other, and one thread makes them. A graphics processor takes long
 * for many. *Gradient* none.
 *
 * @throws {RangeError} if n is not an integer from 0 to 2^31 - 1.
 *
 * @example In a compiled step, from a key that is an input
 * ```ts
 * import { compile, createDevice, Key, permutation, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * await using device = await createDevice({ workers: 1 });
 * setDefaultDevice(device);
 * using start = tensor(0);
 * using program = compile((carry, { key }: { key: Key }) => {
 *   return { carry, out: { order: permutation(key.fold("shuffle"), 10) } };
 * }, start);
 * const key = Key.from(3);
 * const { order } = program.step({ key });
 * assertEquals(await order.read(), key.fold("shuffle").permutation(10));
 * ```
 */
export function permutation(key: Key, n: number): Tensor {
  checkShape([n], "permute");
  let kernel = kernels.get(n);
  if (kernel === undefined) {
    kernels.set(n, kernel = { family: "random", distribution: "permutation", length: n });
  }
  return scope(() => launch(kernel, [keyTensor(key)], [{ dtype: "u32", shape: [n] }])[0]!);
}
