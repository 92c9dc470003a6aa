import { type Dtype, type HostArray, viewAs } from "../numerics/dtype.ts";
import { dtypeOf } from "../tensor/create.ts";
import { f32Bits, type Scalar, u32 } from "../scalar/expression.ts";
import type { Value } from "./graph.ts";

/** A value that is known while tracing; one element stands for all where they are equal. */
export function constant(dtype: Dtype, length: number, values: HostArray): Value {
  return { dtype, length, origin: { kind: "constant", values } };
}

/** The scalar for a constant whose elements are all equal. */
export function scalarOf({ origin }: Value): Scalar | undefined {
  if (origin.kind !== "constant" || origin.values.length !== 1) return undefined;
  const { values } = origin;
  if (!(values instanceof Float32Array)) return u32(values[0]! >>> 0);
  const pattern = new Uint32Array(values.slice().buffer)[0]!;
  return f32Bits(Number.isNaN(values[0]!) ? 0x7fc00000 : pattern);
}

/** All elements of a constant. */
export function expanded(values: HostArray, length: number): HostArray {
  if (values.length === length) return values;
  const all = viewAs(dtypeOf(values), new ArrayBuffer(length * values.BYTES_PER_ELEMENT), 0, length);
  all.fill(values[0]!);
  return all;
}
