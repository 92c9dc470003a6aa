import { contractionBlocks } from "../../../../numerics/contraction_blocks.ts";

/** The blocks of a contraction, all at once: rule N4 cuts rows of terms, all alike. */
export interface BlockRows {
  /** Number of blocks. */
  readonly count: number;
  /** Blocks of a row; 1 if there is none. */
  readonly perRow: number;
  /** Terms of a row. */
  readonly rowTerms: number;
  /** Terms of a block but the last of a row. */
  readonly blockTerms: number;
}

/** The blocks of a contraction over some axes. */
export function blockRows(axes: readonly number[]): BlockRows {
  const blocks = contractionBlocks(axes);
  const blockTerms = blocks[0] ?? 0;
  const shorter = blocks.findIndex((terms) => terms < blockTerms);
  const perRow = shorter < 0 ? Math.max(1, blocks.length) : shorter + 1;
  let rowTerms = 0;
  for (const terms of blocks.slice(0, perRow)) rowTerms += terms;
  return { count: blocks.length, perRow, rowTerms, blockTerms };
}
