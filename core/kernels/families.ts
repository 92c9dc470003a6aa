import type { HostArray } from "../numerics/dtype.ts";
import { convFamily } from "./conv.ts";
import { convWeightGradientFamily } from "./conv_weight_gradient.ts";
import { copyFamily } from "./copy.ts";
import { gatherFamily } from "./gather.ts";
import type { Family, FamilyDefinition, Kernel, KernelOf, Slot } from "./kernel.ts";
import { mapFamily } from "./map.ts";
import { mapReduceFamily } from "./map_reduce.ts";
import { matmulFamily } from "./matmul.ts";
import { poolFamily } from "./pool.ts";
import { productMapFamily } from "./product_map.ts";
import { randomFamily } from "./random.ts";
import { reduceFamily } from "./reduce.ts";
import { scanFamily } from "./scan.ts";
import { scatterFamily } from "./scatter.ts";
import { sortFamily } from "./sort.ts";

/** Every kernel family: a kind of kernel without a definition does not compile. */
export const FAMILIES: { readonly [F in Family]: FamilyDefinition<KernelOf<F>> } = {
  map: mapFamily,
  reduce: reduceFamily,
  mapReduce: mapReduceFamily,
  matmul: matmulFamily,
  conv: convFamily,
  convWeightGradient: convWeightGradientFamily,
  productMap: productMapFamily,
  pool: poolFamily,
  gather: gatherFamily,
  scatter: scatterFamily,
  copy: copyFamily,
  scan: scanFamily,
  sort: sortFamily,
  random: randomFamily,
};

function definitionOf(kernel: Kernel): FamilyDefinition<Kernel> {
  return FAMILIES[kernel.family];
}

/**
 * A text that is equal for equal kernels and for no others; the same in every process.
 *
 * @example
 * ```ts
 * import { kernelKey } from "@verbatim/core";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const draw = (length: number) => kernelKey({ family: "random", distribution: "bits", length });
 * assertEquals(draw(3), draw(3));
 * assertNotEquals(draw(3), draw(4));
 * ```
 */
export function kernelKey(kernel: Kernel): string {
  return definitionOf(kernel).key(kernel);
}

/**
 * The operands of a kernel, in order.
 *
 * @example
 * ```ts
 * import { kernelInputs } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const gather = { family: "gather", dtype: "u8", batch: 2, size: 10, count: 3, slice: 4 } as const;
 * assertEquals(kernelInputs(gather), [{ dtype: "u8", length: 80 }, { dtype: "u32", length: 6 }]);
 * ```
 */
export function kernelInputs(kernel: Kernel): readonly Slot[] {
  return definitionOf(kernel).inputs(kernel);
}

/**
 * The results of a kernel, in order.
 *
 * @example
 * ```ts
 * import { kernelOutputs } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const argmax = { family: "reduce", operation: "argmax", shape: [6, 7], axes: [1] } as const;
 * assertEquals(kernelOutputs(argmax), [{ dtype: "u32", length: 6 }]);
 * ```
 */
export function kernelOutputs(kernel: Kernel): readonly Slot[] {
  return definitionOf(kernel).outputs(kernel);
}

/**
 * Checks a kernel, so that bad input never reaches a backend.
 *
 * @throws {RangeError} if the kernel's shapes or attributes do not fit together.
 *
 * @example
 * ```ts
 * import { validateKernel } from "@verbatim/core";
 * import { assertThrows } from "@std/assert";
 *
 * const empty = { family: "reduce", operation: "max", shape: [6, 0], axes: [1] } as const;
 * assertThrows(() => validateKernel(empty), RangeError, "expected something to reduce");
 * ```
 */
export function validateKernel(kernel: Kernel): void {
  definitionOf(kernel).validate(kernel);
}

/**
 * Computes a valid kernel's results into `outputs` on the host: the definition of the bits.
 *
 * @example
 * ```ts
 * import { runReference } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const product = {
 *   family: "matmul",
 *   batch: 1,
 *   m: 1,
 *   k: 3,
 *   n: 1,
 *   transposeA: false,
 *   transposeB: false,
 * } as const;
 * const result = new Float32Array(1);
 * runReference(product, [Float32Array.of(1, 2, 3), Float32Array.of(100, 10, 1)], [result]);
 * assertEquals(result[0], 123);
 * ```
 */
export function runReference(
  kernel: Kernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  definitionOf(kernel).reference(kernel, inputs, outputs);
}
