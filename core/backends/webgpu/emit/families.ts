import type { KernelOf } from "../../../kernels/kernel.ts";
import type { GpuFamily } from "../gpu_kernel.ts";
import type { GpuOwnKernel } from "../split_product_map.ts";
import { copyGpu } from "./emit_copy.ts";
import { gatherGpu } from "./emit_gather.ts";
import { mapGpu } from "./emit_map.ts";
import { mapReduceGpu } from "./emit_map_reduce.ts";
import { poolGpu } from "./emit_pool.ts";
import { randomGpu } from "./emit_random.ts";
import { reduceGpu } from "./emit_reduce.ts";
import { scanGpu } from "./emit_scan.ts";
import { scatterGpu } from "./emit_scatter.ts";
import { sortGpu } from "./emit_sort.ts";
import { convGpu } from "./products/emit_conv.ts";
import { convWeightGradientGpu } from "./products/emit_conv_weight_gradient.ts";
import { matmulGpu } from "./products/emit_matmul.ts";

/** Every kernel family but those that are split: one that is missing does not compile. */
export const GPU_FAMILIES: { readonly [F in GpuOwnKernel["family"]]: GpuFamily<KernelOf<F>> } = {
  conv: convGpu,
  convWeightGradient: convWeightGradientGpu,
  copy: copyGpu,
  gather: gatherGpu,
  map: mapGpu,
  mapReduce: mapReduceGpu,
  matmul: matmulGpu,
  pool: poolGpu,
  random: randomGpu,
  reduce: reduceGpu,
  scan: scanGpu,
  scatter: scatterGpu,
  sort: sortGpu,
};

/** How kernels of this family are written. */
export function gpuFamilyOf(kernel: GpuOwnKernel): GpuFamily<GpuOwnKernel> {
  return GPU_FAMILIES[kernel.family] as GpuFamily<GpuOwnKernel>;
}
