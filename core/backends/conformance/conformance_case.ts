import type { HostArray } from "../../numerics/dtype.ts";
import { kernelInputs } from "../../kernels/families.ts";
import type { Kernel } from "../../kernels/kernel.ts";
import { CaseRandom, elements, type Pattern } from "./values.ts";

/** One kernel with values for its operands. */
export interface ConformanceCase {
  /** Unique, beginning with the kernel's family. */
  readonly name: string;
  /** What is computed. */
  readonly kernel: Kernel;
  /** Values of the operands, in order. */
  readonly inputs: readonly HostArray[];
}

/** A case with values of one pattern in every f32 operand, and any words in the others. */
export function patternCase(name: string, kernel: Kernel, pattern: Pattern): ConformanceCase {
  const full = `${name} ${pattern}`;
  const random = new CaseRandom(full);
  const inputs = kernelInputs(kernel).map(({ dtype, length }) => elements(random, dtype, length, pattern));
  return { name: full, kernel, inputs };
}
