import type { Kernel } from "../../kernels/kernel.ts";
import { mapOperandPlaces, type ProductMapKernel } from "../../kernels/product_map.ts";
import type { DeviceBuffer, KernelCall } from "../backend.ts";

/** A kernel that is written as dispatches of its own. */
export type GpuOwnKernel = Exclude<Kernel, ProductMapKernel>;

/** A call of one. */
export interface GpuCall extends KernelCall {
  readonly kernel: GpuOwnKernel;
}

/** Elements of a product's result that is not stored; 0 for other calls. */
export function unstoredElements({ kernel }: KernelCall): number {
  if (kernel.family !== "productMap" || kernel.stored) return 0;
  return kernel.map.shape.reduce((product, length) => product * length, 1);
}

/**
 * The calls that make one call: maps of products are the product, whose pipelines are those of products alone, and then
 * the map.
 *
 * @param room Gives room for a product's result that is not stored.
 */
export function splitCall(call: KernelCall, room: (elements: number) => DeviceBuffer): readonly GpuCall[] {
  const { kernel, inputs, outputs } = call;
  if (kernel.family !== "productMap") return [{ kernel, inputs, outputs }];
  const { product, map, stored } = kernel;
  const result = stored ? outputs[0]! : room(unstoredElements(call));
  const operands = mapOperandPlaces(kernel).map((place) => place === undefined ? result : inputs[place]!);
  return [
    { kernel: product, inputs: inputs.slice(0, 2), outputs: [result] },
    { kernel: map, inputs: operands, outputs: stored ? outputs.slice(1) : outputs },
  ];
}
