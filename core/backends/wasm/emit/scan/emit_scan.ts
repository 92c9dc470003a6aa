import type { ScanKernel } from "../../../../kernels/scan.ts";
import { emittedKernel } from "../_phase.ts";
import { emitScanColumns } from "./_scan_columns.ts";
import { emitAddOffsets, emitOffsets } from "./_scan_offsets.ts";
import { emitScanRows } from "./_scan_rows.ts";
import { scanLayout } from "./scan_layout.ts";
import type { Emitter } from "../../wasm_kernel.ts";

/**
 * Emits cumulative sums. Vectors run across the inner axis, or else across four blocks or rows at a time.
 *
 * *Order* N5a. All blocks are summed at the same time; where there are several, their totals go to the temporary, become
 * offsets there in a second phase, and are added in a third.
 */
export const emitScan: Emitter<ScanKernel> = (kernel, builder) => {
  if (kernel.outer * kernel.length * kernel.inner === 0) return emittedKernel([]);
  const layout = scanLayout(kernel);
  const { outer, inner, blocks } = layout;
  const running = inner < 4 ? emitScanRows(builder, layout) : [emitScanColumns(builder, layout)];
  if (blocks === 1) return emittedKernel(running);
  const phases = [...running, emitOffsets(builder, layout), emitAddOffsets(builder, layout)];
  return emittedKernel(phases, 4 * outer * blocks * inner);
};
