/** Sizes that products share: words and vectors, tiles of registers, panels of columns. */

/** Bytes of an f32. */
export const F32_BYTES = 4;
/** Bytes of a vector of four f32. */
export const VECTOR_BYTES = 16;
/** The widest panel of columns that one tile covers: four vectors. */
export const MAX_VECTORS = 4;

/** Number of vectors that hold `columns` values. */
export function vectorCount(columns: number): number {
  return Math.ceil(columns / 4);
}

/**
 * Rows of the largest tile for each number of vectors. x86-64 has sixteen vector registers and the engine keeps one:
 * `rows * vectors` sums, the operands of one term and one product must fit into fifteen. Measured in L1 (GFLOP/s of
 * one core, 66 at most): 2x16 62, 3x12 60, 5x8 59, 8x4 46, while 3x16, 4x12 and 6x8 do not fit and fall to 34.
 */
export const TILE_ROWS = [0, 8, 5, 3, 2] as const;
/** The same for paired operands, of which no splat is kept. */
export const PAIRED_ROWS = [0, 8, 6, 4, 3] as const;

/**
 * The heights of tiles that cover `rows` rows, as few tiles as possible and as equal as possible:
 * at most two heights, the taller first.
 */
export function tileHeights(rows: number, highest: number): { height: number; tiles: number }[] {
  if (rows === 0) return [];
  const tiles = Math.ceil(rows / highest);
  const height = Math.ceil(rows / tiles);
  const short = tiles * height - rows;
  return [{ height, tiles: tiles - short }, { height: height - 1, tiles: short }].filter((run) =>
    run.tiles > 0
  );
}

/** Rows of the largest tile of a panel of so many columns. */
export function tileRows(columns: number): number {
  return TILE_ROWS[vectorCount(columns)]!;
}

/**
 * The widths of the panels that cover `columns` columns: sixteen each, and then the rest, where a rest of one vector
 * shares with the panel before it (12 + 8 columns are faster than 16 + 4).
 */
export function panelColumns(columns: number): number[] {
  const panels: number[] = [];
  let left = columns;
  while (left > 0) {
    const vectors = vectorCount(left);
    const width = vectors === MAX_VECTORS + 1 ? 12 : 16;
    panels.push(Math.min(width, left));
    left -= width;
  }
  return panels;
}
