import type { Dtype } from "../numerics/dtype.ts";
import type { ScalarProgram } from "../scalar/expression.ts";

/**
 * A scalar program applied to every element of broadcast operands: out_j[i] = program_j(in_0[i], in_1[i], ...).
 *
 * *Shapes* each operand broadcasts to `shape` by the usual rule: aligned at the last axis, a missing axis or a length
 * of 1 is repeated. All results have `shape`.
 * *Dtypes* a scalar program's f32 input reads an f32 operand; its u32 input reads u32, i32 or (zero-extended) u8. An f32
 * output goes to f32; a u32 output to u32 or i32; an f32 output to u8 rounds to nearest even and clamps to 0..255, NaN
 * to 0; a u32 output to u8 keeps its low eight bits.
 */
export interface MapKernel {
  readonly family: "map";
  readonly program: ScalarProgram;
  readonly shape: readonly number[];
  readonly inputs: readonly { readonly dtype: Dtype; readonly shape: readonly number[] }[];
  readonly outputs: readonly Dtype[];
}
