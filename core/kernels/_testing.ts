/** Helpers of the tests in this folder. */
import { assert, assertEquals } from "@std/assert";
import { type HostArray, viewAs } from "../numerics/dtype.ts";
import { kernelOutputs, runReference, validateKernel } from "./families.ts";
import type { Kernel } from "./kernel.ts";

/** Validates and computes a kernel into fresh results, which first hold what no kernel may keep. */
export function runKernel(kernel: Kernel, inputs: readonly HostArray[]): HostArray[] {
  validateKernel(kernel);
  const outputs = kernelOutputs(kernel).map(({ dtype, length }) => {
    const bytes = new Uint8Array(4 * length).fill(0xa5);
    return viewAs(dtype, bytes.buffer, 0, length);
  });
  runReference(kernel, inputs, outputs);
  return outputs;
}

/** Asserts equal bits, where every NaN counts as one. */
export function assertSameBits(actual: HostArray, expected: ArrayLike<number>, name: string): void {
  assertEquals(actual.length, expected.length, name);
  for (let i = 0; i < actual.length; i++) {
    assert(
      Object.is(actual[i], expected[i]),
      `${name}: element ${i} is ${actual[i]} instead of ${expected[i]}`,
    );
  }
}

/** Asserts |actual - exact| <= bound for each element, where `exact` was computed in float64. */
export function assertWithin(
  actual: HostArray,
  exact: ArrayLike<number>,
  bound: (i: number) => number,
  name: string,
): void {
  for (let i = 0; i < actual.length; i++) {
    const error = Math.abs(actual[i]! - exact[i]!);
    assert(error <= bound(i), `${name}: element ${i} is off by ${error}, more than ${bound(i)}`);
  }
}

/** The cases of a suite with at most `limit` elements of operands: for slow definitions. */
export function* smallCases<C extends { readonly inputs: readonly HostArray[] }>(
  cases: Iterable<C>,
  limit: number,
): Iterable<C> {
  for (const each of cases) {
    const elements = each.inputs.reduce((sum, { length }) => sum + length, 0);
    if (elements <= limit) yield each;
  }
}
