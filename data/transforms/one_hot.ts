import type { HostArray } from "@verbatim/core";

/**
 * Class numbers as rows of zeros with a one: y[n, c] = 1 if labels[n] = c, else 0. For features on the host; `oneHot` of
 * core does it for tensors.
 *
 * *Shapes* [N] -> [N, classes].
 * *Dtypes* any -> f32.
 * @throws {RangeError} if the number of classes is not a positive whole number, or a label not one of 0 to classes - 1.
 *
 * @example
 * ```ts
 * import { encodeOneHot } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(encodeOneHot(Uint8Array.of(2, 0), 3), Float32Array.of(0, 0, 1, 1, 0, 0));
 * ```
 */
export function encodeOneHot(labels: HostArray, classes: number): Float32Array {
  if (!Number.isInteger(classes) || classes < 1) {
    throw new RangeError(
      `Cannot encode one-hot: expected a positive whole number of classes, got ${classes}`,
    );
  }
  const result = new Float32Array(labels.length * classes);
  for (let n = 0; n < labels.length; n++) {
    const label = labels[n]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new RangeError(`Cannot encode one-hot: expected labels from 0 to ${classes - 1}, got ${label}`);
    }
    result[n * classes + label] = 1;
  }
  return result;
}
