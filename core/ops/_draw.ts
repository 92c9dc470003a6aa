import type { RandomKernel } from "../kernels/random.ts";
import type { Key } from "../random/key.ts";
import { launch } from "../tensor/launch.ts";
import { checkShape, type Shape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { keyTensor } from "../tensor/tracing.ts";

const kernels = { uniform: new Map<number, RandomKernel>(), normal: new Map<number, RandomKernel>() };

/**
 * Standard draws of a shape. Makes an intermediate tensor: to be called in a scope.
 *
 * @throws {RangeError} if the shape is not one.
 */
export function draw(distribution: "uniform" | "normal", key: Key, shape: Shape): Tensor {
  checkShape(shape, "draw");
  const length = sizeOf(shape);
  const known = kernels[distribution];
  let kernel = known.get(length);
  if (kernel === undefined) known.set(length, kernel = { family: "random", distribution, length });
  return launch(kernel, [keyTensor(key)], [{ dtype: "f32", shape: [...shape] }])[0]!;
}
