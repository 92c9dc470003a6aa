import type { GpuLimits } from "../../gpu_kernel.ts";

/** How a product is computed: by tiles of its results, or each result by a thread of its own. */
export interface TileForm {
  /** Results of a workgroup. */
  readonly rows: number;
  readonly columns: number;
  /** Results of a thread. */
  readonly threadRows: number;
  readonly threadColumns: number;
  /** Operations per second, relative to the fastest. */
  readonly efficiency: number;
}

/** Terms that the threads of a workgroup bring into shared memory at a time. */
export const STEP = 8;

const tile = (rows: number, columns: number, threadRows: number, threadColumns: number, efficiency: number) =>
  ({ rows, columns, threadRows, threadColumns, efficiency }) satisfies TileForm;

/**
 * The tiles that there are. A thread reads threadRows + threadColumns numbers from shared memory for their product of
 * sums; the workgroup reads rows + columns from the others' for theirs. So the larger the faster, if there are enough
 * workgroups and results.
 */
export const TILE_FORMS: readonly TileForm[] = [
  tile(128, 128, 8, 8, 1),
  tile(128, 32, 8, 4, 0.7),
  tile(64, 64, 8, 4, 0.8),
  tile(64, 16, 4, 4, 0.4),
  tile(16, 64, 4, 4, 0.4),
  tile(32, 32, 4, 4, 0.5),
];

/** For few columns: each thread makes all of them of its rows, and shares no memory. */
export const NARROW_FORMS: readonly TileForm[] = [tile(256, 8, 4, 8, 0.3), tile(32, 8, 1, 8, 0.2)];

/** Each result by a thread of its own, which reads both operands of every term. */
export const DIRECT: TileForm = { rows: 256, columns: 1, threadRows: 1, threadColumns: 1, efficiency: 0.06 };

/** Threads of a workgroup. */
export function threadsOf({ rows, columns, threadRows, threadColumns }: TileForm): number {
  return rows / threadRows * (columns / threadColumns);
}

/** Quads of lanes in a row of a tile in shared memory; one is to spare, so that threads meet in different banks. */
export function quadsOf(lanes: number): number {
  return lanes / 4 + 1;
}

/** Bytes of shared memory: two steps of both operands, one being read while the other is written. */
export function sharedBytesOf({ rows, columns }: TileForm): number {
  return 2 * STEP * 16 * (quadsOf(rows) + quadsOf(columns)) + 16;
}

/** So many workgroups work at once on a large card, whatever their size. */
const BUSY = 132;

/** The most bytes of block sums that wait to be added. */
const PARTIAL_BYTES = 64 * 1048576;

/** How a product is computed. */
export interface ProductPlan {
  readonly form: TileForm;
  /** Blocks that are computed side by side and then added; undefined if a thread adds its blocks one by one. */
  readonly together: number | undefined;
}

/** The sizes that decide. */
export interface ProductSize {
  readonly planes: number;
  readonly rows: number;
  readonly columns: number;
  readonly blocks: number;
}

/**
 * Chooses the form: the least time for the results, those of a tile that are not needed included, on a card that is busy
 * with no fewer workgroups than `BUSY`. Where there are fewer, the blocks of the contraction run side by side.
 */
export function planProduct(size: ProductSize, limits: GpuLimits, directOnly: boolean): ProductPlan {
  const { planes, rows, columns } = size;
  const blocks = Math.max(1, size.blocks);
  let best: ProductPlan & { readonly cost: number } | undefined;
  const tiles = TILE_FORMS.filter((form) =>
    threadsOf(form) <= limits.invocations && sharedBytesOf(form) <= limits.sharedBytes
  );
  const narrow = NARROW_FORMS.filter((form) => columns <= form.columns);
  for (const form of directOnly ? [DIRECT] : [...tiles, ...narrow, DIRECT]) {
    const direct = form === DIRECT;
    const shares = direct
      ? Math.ceil(planes * rows * columns / form.rows)
      : planes * Math.ceil(rows / form.rows) * Math.ceil(columns / form.columns);
    const split = blocks > 3 && shares <= BUSY;
    const groups = split ? shares * blocks : shares;
    const each = form.rows * form.columns * (split ? 1 : blocks) / form.efficiency;
    const cost = (groups + BUSY) * each;
    if (best !== undefined && cost >= best.cost) continue;
    const fit = Math.max(1, Math.floor(PARTIAL_BYTES / (4 * Math.max(1, planes * rows * columns))));
    best = { form, together: split ? Math.min(blocks, fit) : undefined, cost };
  }
  return { form: best!.form, together: best!.together };
}

/** Limits of an adapter that has every form. */
const GENEROUS: GpuLimits = { invocations: 256, sharedBytes: 65536 };

/** Rows and columns for a small case: more than one tile of any form that an adapter may choose for the product. */
export function smallExtents(
  size: ProductSize,
): { readonly rows: number; readonly columns: number; readonly tame: number } {
  const { form } = planProduct(size, GENEROUS, false);
  if (form === DIRECT) return { rows: 13, columns: 21, tame: 11 };
  return { rows: form.rows + 3, columns: form.columns + 5, tame: form.columns };
}

/** A plan with the same texts for a small case of two blocks: both are computed at once. */
export function smallPlan({ form, together }: ProductPlan): ProductPlan {
  return { form, together: together === undefined ? undefined : 2 };
}
