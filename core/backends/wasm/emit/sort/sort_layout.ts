import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { SortKernel } from "../../../../kernels/sort.ts";

/** Number of independent sorts. */
export function rowsOf({ outer, inner }: SortKernel): number {
  return outer * inner;
}

/** Emits where a row begins in operands and results [outer, extent, inner], as a byte offset. */
export function pushRowOffset(f: FunctionBuilder, { inner }: SortKernel, extent: number, row: Local): void {
  if (inner === 1) {
    f.get(row).scale(4 * extent);
    return;
  }
  f.get(row).i32(inner).op("i32.div_u").scale(4 * extent * inner);
  f.get(row).i32(inner).op("i32.rem_u").scale(4).addressOp("add");
}
