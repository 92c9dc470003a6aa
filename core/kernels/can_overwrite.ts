import { BYTES_PER_ELEMENT } from "../numerics/dtype.ts";
import { elementCount } from "./_check.ts";
import type { Kernel } from "./kernel.ts";
import { mapOperandPlaces } from "./product_map.ts";

/**
 * Whether result `output` of a kernel may be written over operand `input`.
 *
 * So it is for a map whose operands all have one element or as many as the result, with reductions or without, of a
 * product's result or not: element i of the operand is read before element i of the result is written, and never again.
 *
 * @example
 * ```ts
 * import { canOverwrite, scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const program = scalar.scalarProgram(["f32", "f32"], (x, y) => [scalar.apply("add", x, y)]);
 * const sum = (shape: number[]) => ({
 *   family: "map" as const,
 *   program,
 *   shape: [2, 3],
 *   inputs: [{ dtype: "f32" as const, shape: [2, 3] }, { dtype: "f32" as const, shape }],
 *   outputs: ["f32" as const],
 * });
 * assertEquals(canOverwrite(sum([]), 0, 0), true);
 * assertEquals(canOverwrite(sum([2, 3]), 1, 0), true);
 * // The row is read again for the next row of the result.
 * assertEquals(canOverwrite(sum([3]), 0, 0), false);
 * ```
 */
export function canOverwrite(kernel: Kernel, input: number, output: number): boolean {
  if (kernel.family === "mapReduce") {
    const stored = kernel.stored[output];
    return stored !== undefined && canOverwrite(kernel.map, input, stored);
  }
  if (kernel.family === "productMap") {
    // The product may read any of its operands until the last element is there.
    const [operand, result] = [mapOperandPlaces(kernel).indexOf(input), output - (kernel.stored ? 1 : 0)];
    return operand >= 0 && result >= 0 && canOverwrite(kernel.map, operand, result);
  }
  if (kernel.family !== "map") return false;
  const length = elementCount(kernel.shape);
  const lengths = kernel.inputs.map((operand) => elementCount(operand.shape));
  return lengths.every((size) => size === 1 || size === length) && lengths[input] === length &&
    BYTES_PER_ELEMENT[kernel.inputs[input]!.dtype] === BYTES_PER_ELEMENT[kernel.outputs[output]!];
}
