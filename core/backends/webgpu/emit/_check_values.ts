import { kernelInputs } from "../../../kernels/families.ts";
import type { Kernel } from "../../../kernels/kernel.ts";
import type { HostArray } from "../../../numerics/dtype.ts";
import { CaseRandom, elements, floats, type Pattern } from "../../conformance/values.ts";

const HARD: readonly Pattern[] = ["any", "normal", "subnormal", "mixed"];

/** Operands for a small case: runs of 16 floats of one pattern after the other, and any words. */
export function checkValues(kernel: Kernel, patterns: readonly Pattern[] = HARD): HostArray[] {
  const random = new CaseRandom(kernel.family);
  return kernelInputs(kernel).map(({ dtype, length }, operand) => {
    if (dtype !== "f32") return elements(random, dtype, length, "any");
    const values = new Float32Array(length);
    const words = new Uint32Array(values.buffer);
    for (let start = 0, run = operand % 2; start < length; start += 16, run++) {
      const count = Math.min(16, length - start);
      const part = floats(random, count, patterns[(run >> operand) % patterns.length]!);
      // As words: the bits of a NaN stay.
      words.set(new Uint32Array(part.buffer), start);
    }
    return values;
  });
}

/** Indices below `size`, with one in four out of range. */
export function checkIndices(name: string, length: number, size: number): Uint32Array {
  const random = new CaseRandom(name);
  return Uint32Array.from(
    { length },
    () => random.below(4) === 0 ? random.word() : random.below(Math.max(1, size)),
  );
}
