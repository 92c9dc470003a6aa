import type { WasmPhase } from "../../wasm_kernel.ts";

/** Terms of one block of a sum. Rule N5. */
export const SUM_BLOCK = 1024;

/** Lanes of one block of a sum. Rule N5. */
export const SUM_LANES = 16;

/** A first phase, which writes results [outer, blocks, inner]; to the output itself if there is one block. */
export interface Emitted {
  readonly phase: WasmPhase;
  readonly blocks: number;
  readonly scratchBytes: number;
}

/** Number of blocks of a sum, and the length of the last one. */
export function sumBlocks(terms: number): { blocks: number; last: number } {
  const blocks = Math.ceil(terms / SUM_BLOCK);
  return { blocks, last: terms - (blocks - 1) * SUM_BLOCK };
}
