import type { CopyKernel, CopyRegion } from "../kernels/copy.ts";
import type { Dtype } from "../numerics/dtype.ts";
import { launch } from "../tensor/launch.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Kernels of one copying operation by a text that names shapes and attributes. */
export class CopyOperation {
  readonly #kernels = new Map<string, CopyKernel>();

  /** Moves regions of the operands into a new tensor; `regions` is called once for each new key. */
  run(
    key: string,
    operands: readonly Tensor[],
    shape: Shape,
    regions: () => readonly CopyRegion[],
  ): Tensor {
    const dtype: Dtype = operands[0]!.dtype;
    const full = `${dtype} ${key}`;
    let kernel = this.#kernels.get(full);
    if (kernel === undefined) {
      kernel = {
        family: "copy",
        dtype,
        inputs: operands.map((operand) => operand.size),
        length: sizeOf(shape),
        regions: regions(),
      };
      this.#kernels.set(full, kernel);
    }
    return launch(kernel, operands, [{ dtype, shape }])[0]!;
  }
}
