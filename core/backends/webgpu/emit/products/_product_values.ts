import { kernelInputs } from "../../../../kernels/families.ts";
import type { Kernel } from "../../../../kernels/kernel.ts";
import { CaseRandom, floats, type Pattern } from "../../../conformance/values.ts";

const HARD: readonly Pattern[] = ["subnormal", "infinite", "zeros", "nan", "any"];

/**
 * Operands of a product for a small case. On the left numbers of very different sizes. The right operand's columns are
 * such too, as far as the first tile goes, so that no flag hides what it computes; each of the others has a pattern of its
 * own, which spoils no other column.
 *
 * @param columnOf The column of an element of the right operand.
 * @param tame The first column that is hard.
 */
export function productValues(
  kernel: Kernel,
  columnOf: (at: number) => number,
  tame: number,
): [Float32Array, Float32Array] {
  const random = new CaseRandom(kernel.family);
  const [left, right] = kernelInputs(kernel).map(({ length }) => length);
  const values = floats(random, right!, "mixed");
  const words = new Uint32Array(values.buffer);
  for (let at = 0; at < words.length; at++) {
    const column = columnOf(at);
    if (column < tame) continue;
    const hard = floats(random, 1, HARD[column % HARD.length]!);
    // As words: the bits of a NaN stay.
    words[at] = new Uint32Array(hard.buffer)[0]!;
  }
  return [floats(random, left!, "mixed"), values];
}
