import type { HostArray } from "../numerics/dtype.ts";
import { convFamily } from "./conv.ts";
import { convWeightGradientFamily } from "./conv_weight_gradient.ts";
import { copyFamily } from "./copy.ts";
import { gatherFamily } from "./gather.ts";
import type { Family, FamilyDefinition, Kernel, KernelOf, Slot } from "./kernel.ts";
import { mapFamily } from "./map.ts";
import { matmulFamily } from "./matmul.ts";
import { poolFamily } from "./pool.ts";
import { randomFamily } from "./random.ts";
import { reduceFamily } from "./reduce.ts";
import { scatterFamily } from "./scatter.ts";

/** Every kernel family: a kind of kernel without a definition does not compile. */
export const FAMILIES: { readonly [F in Family]: FamilyDefinition<KernelOf<F>> } = {
  map: mapFamily,
  reduce: reduceFamily,
  matmul: matmulFamily,
  conv: convFamily,
  convWeightGradient: convWeightGradientFamily,
  pool: poolFamily,
  gather: gatherFamily,
  scatter: scatterFamily,
  copy: copyFamily,
  random: randomFamily,
};

function definitionOf(kernel: Kernel): FamilyDefinition<Kernel> {
  return FAMILIES[kernel.family];
}

/** A text that is equal for equal kernels and for no others; the same in every process. */
export function kernelKey(kernel: Kernel): string {
  return definitionOf(kernel).key(kernel);
}

/** The operands of a kernel, in order. */
export function kernelInputs(kernel: Kernel): readonly Slot[] {
  return definitionOf(kernel).inputs(kernel);
}

/** The results of a kernel, in order. */
export function kernelOutputs(kernel: Kernel): readonly Slot[] {
  return definitionOf(kernel).outputs(kernel);
}

/** @throws {RangeError} if the kernel's shapes or attributes do not fit together. */
export function validateKernel(kernel: Kernel): void {
  definitionOf(kernel).validate(kernel);
}

/** Computes a valid kernel's results into `outputs` on the host: the definition of the bits. */
export function runReference(
  kernel: Kernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  definitionOf(kernel).reference(kernel, inputs, outputs);
}
