import { differentiable, type Gradient } from "../autodiff/differentiable.ts";
import { formatShape, normaliseAxis, stridesOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { named } from "../tensor/tracing.ts";
import { CopyOperation } from "./_copy.ts";
import { slice } from "./slice.ts";

const operation = new CopyOperation();

/**
 * Joins tensors of one dtype along an axis; all other lengths are equal.
 *
 * *Gradient* to each the part of g where it stands.
 *
 * @throws {RangeError} if there is no tensor or the shapes do not fit. @throws {TypeError} if the dtypes differ.
 *
 * @example
 * ```ts
 * import { concatenate, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using a = tensor([[1, 2], [3, 4]]);
 * using b = tensor([[5], [6]]);
 * using joined = concatenate([a, b], 1);
 * assertEquals(joined.shape, [2, 3]);
 * assertEquals(await joined.read(), Float32Array.of(1, 2, 5, 3, 4, 6));
 * ```
 */
export function concatenate(tensors: readonly Tensor[], axis = 0): Tensor {
  const first = tensors[0];
  if (first === undefined) throw new RangeError("Cannot concatenate: expected at least one tensor, got none");
  const along = normaliseAxis(axis, first.rank, "concatenate");
  for (const { shape, dtype } of tensors) {
    if (dtype !== first.dtype) {
      throw new TypeError(`Cannot concatenate: expected ${first.dtype}, got ${dtype}`);
    }
    if (shape.length !== first.rank || shape.some((length, i) => i !== along && length !== first.shape[i])) {
      throw new RangeError(
        `Cannot concatenate along axis ${axis}: expected shapes like ${formatShape(first.shape)}, got ${
          formatShape(shape)
        }`,
      );
    }
  }
  const starts: number[] = [];
  let total = 0;
  for (const { shape } of tensors) {
    starts.push(total);
    total += shape[along]!;
  }
  const shape = first.shape.with(along, total);
  const regions = () => {
    const outputStrides = stridesOf(shape);
    return tensors.map((tensor, input) => ({
      input,
      shape: tensor.shape,
      inputOffset: 0,
      inputStrides: stridesOf(tensor.shape),
      outputOffset: starts[input]! * outputStrides[along]!,
      outputStrides,
    }));
  };
  const key = `${along}|${tensors.map((tensor) => tensor.shape.join()).join("|")}`;
  return named("concatenate", () =>
    differentiable(
      tensors,
      () => operation.run(key, tensors, shape, regions),
      tensors.map((tensor, i): Gradient => (g) => {
        const from = shape.map((_, d) => (d === along ? starts[i]! : 0));
        return slice(g, from, tensor.shape.map((length, d) => from[d]! + length));
      }),
    ));
}
