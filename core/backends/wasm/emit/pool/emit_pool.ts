import type { PoolKernel } from "../../../../kernels/pool.ts";
import { emittedKernel } from "../_phase.ts";
import { emitSumPoolGradient } from "./_pool_gradient.ts";
import { emitMaxPool } from "./_pool_max.ts";
import { emitSumPool, SUM_POOL_SCRATCH } from "./_pool_sum.ts";
import type { Emitter } from "../../wasm_kernel.ts";

/**
 * Emits pooling: vectors run across the channels, a unit is a row of one image.
 *
 * *Order* max: a later position replaces the best only if its key is larger. sum: N5. sumGradient: ascending windows.
 */
export const emitPool: Emitter<PoolKernel> = (kernel, builder) => {
  const { operation, batch, height, width, channels, outputHeight, outputWidth } = kernel;
  const results = operation === "sumGradient" ? height * width : outputHeight * outputWidth;
  if (batch * channels * results === 0) return emittedKernel([]);
  switch (operation) {
    case "max":
      return emittedKernel([emitMaxPool(builder, kernel)]);
    case "sum":
      return emittedKernel([emitSumPool(builder, kernel)], 0, SUM_POOL_SCRATCH);
    case "sumGradient":
      return emittedKernel([emitSumPoolGradient(builder, kernel)]);
  }
};
