import type { MapKernel } from "../kernels/map.ts";
import type { Dtype } from "../numerics/dtype.ts";
import { f32Bits, input, type Scalar, scalarProgram } from "../scalar/expression.ts";
import { substitute } from "../scalar/substitute.ts";
import { sameShape, type Shape } from "../tensor/shape.ts";
import type { Call, Value } from "./graph.ts";

/** A call of a map. */
export type MapCall = Call & { readonly kernel: MapKernel };

/** An operand of a map: its value, and the dtype and shape that the map reads it with. */
export type MapOperand = MapKernel["inputs"][number] & { readonly value: Value };

/** The place of an operand in a list, to whose end it goes if it is not there. */
export function placeOf(operand: MapOperand, operands: MapOperand[]): number {
  const known = operands.findIndex(({ value, shape }) =>
    value === operand.value && sameShape(shape, operand.shape)
  );
  return known >= 0 ? known : operands.push(operand) - 1;
}

/** A map of operands, some of which it may not read any more. */
export function mapOf(
  shape: Shape,
  operands: readonly MapOperand[],
  outputs: readonly Scalar[],
  dtypes: readonly Dtype[],
): { readonly kernel: MapKernel; readonly inputs: readonly Value[] } {
  const used = new Set<number>();
  const seen = new Set<Scalar>();
  const visit = (node: Scalar): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.operation === "input") used.add(node.immediate);
    node.operands.forEach(visit);
  };
  outputs.forEach(visit);
  const kept = [...used].sort((a, b) => a - b);
  const types = kept.map((i) => operands[i]!.dtype === "f32" ? "f32" as const : "u32" as const);
  const places = new Map(kept.map((i, place) => [i, input(types[place]!, place)]));
  const unused = f32Bits(0);
  const program = scalarProgram(
    types,
    () => substitute(outputs, operands.map((_, i) => places.get(i) ?? unused)),
  );
  return {
    kernel: {
      family: "map",
      program,
      shape,
      inputs: kept.map((i) => ({ dtype: operands[i]!.dtype, shape: operands[i]!.shape })),
      outputs: dtypes,
    },
    inputs: kept.map((i) => operands[i]!.value),
  };
}
