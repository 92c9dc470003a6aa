import { ModuleBuilder } from "../../../assembler/module_builder.ts";
import type { Family, Kernel, KernelOf } from "../../../kernels/kernel.ts";
import { emitConv } from "./products/emit_conv.ts";
import { emitConvWeightGradient } from "./products/emit_conv_weight_gradient.ts";
import { emitCopy } from "./copy/emit_copy.ts";
import { phaseEntry } from "../phase_entry.ts";
import { emitGather } from "./emit_gather.ts";
import { emitMap } from "./emit_map.ts";
import { emitMapReduce } from "./map_reduce/emit_map_reduce.ts";
import { emitMatmul } from "./products/emit_matmul.ts";
import { emitPool } from "./pool/emit_pool.ts";
import { emitProductMap } from "./product_map/emit_product_map.ts";
import { emitRandom } from "./emit_random.ts";
import { emitReduce } from "./reduce/emit_reduce.ts";
import { emitScan } from "./scan/emit_scan.ts";
import { emitScatter } from "./emit_scatter.ts";
import { emitSort } from "./sort/emit_sort.ts";
import type { EmitOptions, EmittedKernel, Emitter, WasmKernel } from "../wasm_kernel.ts";

/** The emitter of every kernel family. */
const EMITTERS: { readonly [F in Family]: Emitter<KernelOf<F>> } = {
  conv: emitConv,
  convWeightGradient: emitConvWeightGradient,
  copy: emitCopy,
  gather: emitGather,
  map: emitMap,
  mapReduce: emitMapReduce,
  matmul: emitMatmul,
  pool: emitPool,
  productMap: emitProductMap,
  random: emitRandom,
  reduce: emitReduce,
  scan: emitScan,
  scatter: emitScatter,
  sort: emitSort,
};

/** Adds the functions of a kernel to a module; its phases may be called any number of times. */
export function emitInto(kernel: Kernel, builder: ModuleBuilder): EmittedKernel {
  const emit = EMITTERS[kernel.family] as Emitter<Kernel>;
  return emit(kernel, builder);
}

/** Writes a kernel as a module of its own, whose phases JavaScript calls. */
export function emitKernel(kernel: Kernel, { pages, addresses }: EmitOptions): WasmKernel {
  const builder = new ModuleBuilder(pages, addresses);
  const emitted = emitInto(kernel, builder);
  const phases = emitted.phases.map((phase) => phaseEntry(builder, phase));
  return { ...emitted, phases, module: builder.encode(), text: () => builder.text() };
}
