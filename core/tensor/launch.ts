import type { DeviceBuffer } from "../backends/backend.ts";
import type { Kernel } from "../kernels/kernel.ts";
import type { Dtype } from "../numerics/dtype.ts";
import type { Shape } from "./shape.ts";
import { sizeOf } from "./shape.ts";
import { Storage, Tensor } from "./tensor.ts";
import { activeTracing } from "./tracing.ts";

/** The dtype and shape of a result. */
export interface ResultType {
  readonly dtype: Dtype;
  readonly shape: Shape;
}

/**
 * For the layers of core: computes a kernel on tensors of one device into new tensors. The only gate between tensors and
 * backends; it knows nothing of gradients. While a function is traced, the trace is the backend.
 *
 * @throws {Error} if the operands live on different devices.
 */
export function launch(kernel: Kernel, inputs: readonly Tensor[], results: readonly ResultType[]): Tensor[] {
  const tracing = activeTracing();
  const backend = tracing?.backend ?? inputs[0]!.storage.backend;
  const operands: DeviceBuffer[] = [];
  for (const input of inputs) {
    const storage = input.storage;
    if (storage.backend !== backend) {
      if (tracing !== undefined) {
        operands.push(tracing.capture(storage));
        continue;
      }
      throw new Error(
        `Cannot run ${kernel.family}: expected operands on one device, got ${backend.name} and ${storage.backend.name}`,
      );
    }
    operands.push(storage.buffer);
  }
  const buffers: DeviceBuffer[] = [];
  try {
    for (const { dtype, shape } of results) buffers.push(backend.allocate(dtype, sizeOf(shape)));
    backend.run(kernel, operands, buffers);
  } catch (error) {
    for (const buffer of buffers) backend.free(buffer);
    throw error;
  }
  const tensors = buffers.map((buffer, i) =>
    new Tensor(results[i]!.dtype, results[i]!.shape, new Storage(backend, buffer))
  );
  tracing?.observer?.launched(kernel, inputs, tensors);
  return tensors;
}
