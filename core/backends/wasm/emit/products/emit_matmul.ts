import { type FunctionBuilder, I32, type Local, type ModuleBuilder } from "../../../../assembler/mod.ts";
import { ALIGNMENT } from "../../../allocator.ts";
import type { MatmulKernel } from "../../../../kernels/matmul.ts";
import { CONTRACTION_BLOCK } from "../../../../numerics/contraction_blocks.ts";
import {
  advance,
  ARGS,
  BEGIN,
  emittedKernel,
  END,
  grainOf,
  loadPointer,
  phaseFunction,
  phaseOf,
  pushScaled,
  SCRATCH,
} from "../_phase.ts";
import { zerosKernel } from "../_zeros.ts";
import { emitStreamedMatmul, isStreamed } from "./emit_streamed_matmul.ts";
import { emitPack, PACK_BYTES, packedBytes, packedStride } from "./pack_panel.ts";
import { emitPanel } from "./register_tile.ts";
import { F32_BYTES, MAX_VECTORS, panelColumns, tileRows, VECTOR_BYTES, vectorCount } from "./tile_shape.ts";
import type { EmittedKernel, Emitter } from "../../wasm_kernel.ts";

/** Rows of C below which packing a panel of B costs more than it gains. */
const PACK_MIN_ROWS = 8;
/** Rows of a transposed A whose length in bytes is a multiple of this collide. */
const COLLIDING_BYTES = 2048;
/** Terms that the transposition of A takes at a time. */
const STRIP = 16;
/** About how many rows a unit has. */
const UNIT_ROWS = 32;
/** About the most rows of a panel that are computed before something is done with them: they stay in the first cache. */
const FOLLOWED_ROWS = 256;
/** Bytes from one row to the next of a panel of C that is not stored. */
const WINDOW_STRIDE = MAX_VECTORS * VECTOR_BYTES;

/** The operands as the products read them: strides in bytes. */
interface Layout {
  /** Which of the arguments holds A. */
  readonly aArgument: number;
  readonly aElement: number;
  readonly aRow: number;
  readonly aTerm: number;
  readonly bColumn: number;
  readonly bTerm: number;
  readonly cRow: number;
  /** Whether panels of B are packed into scratch before use. */
  readonly pack: boolean;
}

/** What is done with a part of C as soon as it is computed. */
export interface FollowUp {
  /** Which argument holds C, if it is stored. */
  readonly c: number | undefined;
  /** Which argument holds the temporary. */
  readonly temporary: number;
  /** About how long it takes for an element. */
  readonly nanoseconds: number;
  /**
   * Adds a function `(args, c, row, rows, column)`: given the arguments, where this part of C lies, its first row among
   * all of the batch, their number and its first column.
   *
   * @param columns Columns of the part.
   * @param stride Bytes from one of its rows to the next.
   */
  emit(columns: number, stride: number): FunctionBuilder;
}

/** A product, and how many neighbouring elements of C a unit of its last phase computes, if they are neighbours. */
export interface EmittedProduct {
  readonly emitted: EmittedKernel;
  /** Unit after unit in the order of memory; only the last may have fewer. */
  readonly elementsPerUnit?: number | undefined;
}

/**
 * Batched matrix products.
 *
 * C is cut into panels of up to 16 columns and these into units of about 32 rows. For each panel, or the part of it
 * that a worker was given, and for each block of 256 terms: the block of the panel of B is packed into the worker's
 * scratch, where it stays in the first cache, and meets the rows of A, read in place, in tiles of 2 x 16. A packed
 * panel serves all rows, so splitting by panels repeats no packing; only a panel that is shared by workers is packed
 * by each.
 */
export const emitMatmul: Emitter<MatmulKernel> = (kernel, builder) => emitProduct(kernel, builder).emitted;

/** Whether all columns of C are one panel, and not several, which `emitProduct` can have followed by something. */
export function isOnePanel(kernel: MatmulKernel): boolean {
  return isStreamed(kernel) || panelColumns(kernel.n).length <= 1;
}

/** A product, maybe followed by something if it is not empty, nor `isOnePanel`. */
export function emitProduct(kernel: MatmulKernel, builder: ModuleBuilder, follow?: FollowUp): EmittedProduct {
  const { batch, m, k, n, transposeA, transposeB } = kernel;
  if (k === 0) return { emitted: zerosKernel(builder, 2, batch * m * n) };
  if (batch * m * n === 0) return { emitted: emittedKernel([]) };
  if (isStreamed(kernel)) return emitStreamedMatmul(builder, kernel);
  const turned = collides(kernel) ? emitTurn(builder, kernel, follow?.temporary ?? 3) : undefined;
  const layout: Layout = {
    aArgument: 0,
    aElement: F32_BYTES * m * k,
    aRow: F32_BYTES * (transposeA ? 1 : k),
    aTerm: F32_BYTES * (transposeA ? m : 1),
    ...turned?.layout,
    bColumn: F32_BYTES * (transposeB ? k : 1),
    bTerm: F32_BYTES * (transposeB ? 1 : n),
    cRow: follow !== undefined && follow.c === undefined ? WINDOW_STRIDE : F32_BYTES * n,
    pack: transposeB || (m >= PACK_MIN_ROWS && Math.min(k, CONTRACTION_BLOCK) * n * F32_BYTES > PACK_BYTES),
  };
  const panels = panelColumns(n);
  const height = tileRows(panels[0]!);
  const unitRows = Math.min(m, height * Math.floor(UNIT_ROWS / height));
  const unitsPerPanel = Math.ceil(m / unitRows);
  const rowsOfAll = unitsPerPanel === 1 ? m : undefined;
  const unitsAtOnce = follow === undefined
    ? unitsPerPanel
    : Math.max(1, Math.floor(FOLLOWED_ROWS / unitRows));
  const widths = [...new Set(panels)];
  const products = new Map(
    widths.map((columns) => [columns, emitPanelProduct(builder, kernel, layout, columns, rowsOfAll)]),
  );
  const follows = new Map(
    follow === undefined ? [] : widths.map((columns) => [columns, follow.emit(columns, layout.cRow)]),
  );

  const f = phaseFunction(builder, "matmul");
  const [a, b] = [loadPointer(f, layout.aArgument), loadPointer(f, 1)];
  const packBytes = layout.pack ? packedBytes(panels[0]!, Math.min(k, CONTRACTION_BLOCK)) : 0;
  const window = Math.ceil(packBytes / ALIGNMENT) * ALIGNMENT;
  let c: Local;
  if (follow !== undefined && follow.c === undefined) {
    f.get(SCRATCH).offset(window).set(c = f.local(f.address));
  } else c = loadPointer(f, follow?.c ?? 2);
  const unit = BEGIN;
  const [element, panel] = f.locals(I32);
  const [row, rows, bound] = f.locals(I32);
  const rowOfAll = follow === undefined ? undefined : f.local(I32);
  f.block(() => {
    f.get(BEGIN).get(END).op("i32.ge_u").brIf(0);
    f.loop(() => {
      // The units that remain in this panel of this batch element, as one range of rows.
      f.get(unit).i32(unitsPerPanel).op("i32.div_u").set(panel);
      f.get(unit).get(panel).i32(unitsPerPanel).op("i32.mul").op("i32.sub").set(row);
      f.get(END).get(unit).op("i32.sub").set(bound);
      if (unitsAtOnce < unitsPerPanel) {
        f.i32(unitsAtOnce).set(rows);
        minimum(f, rows, bound).set(bound);
      }
      f.i32(unitsPerPanel).get(row).op("i32.sub").set(rows);
      minimum(f, rows, bound).tee(rows).get(unit).op("i32.add").set(unit);
      f.get(row).i32(unitRows).op("i32.mul").set(row);
      f.get(rows).i32(unitRows).op("i32.mul").set(rows);
      f.i32(m).get(row).op("i32.sub").set(bound);
      minimum(f, rows, bound).set(rows);
      f.get(panel).i32(panels.length).op("i32.div_u").set(element);
      f.get(panel).get(element).i32(panels.length).op("i32.mul").op("i32.sub").set(panel);
      if (rowOfAll !== undefined) f.get(element).i32(m).op("i32.mul").get(row).op("i32.add").set(rowOfAll);

      let column = 0;
      panels.forEach((columns, index) => {
        const first = column;
        column += columns;
        if (panels[index - 1] === columns) return; // The panels of 16 share their code.
        const count = panels.filter((other) => other === columns).length;
        const pushColumn = (bytes: number) => {
          f.get(panel).i32(index).op("i32.sub").scale(columns * bytes).offset(first * bytes);
        };
        const pushC = () => {
          if (follow !== undefined && follow.c === undefined) return f.get(c);
          pushScaled(f, c, element, m * n * F32_BYTES);
          f.get(row).scale(layout.cRow).addressOp("add");
          pushColumn(F32_BYTES);
          return f.addressOp("add");
        };
        f.get(panel).i32(index).op("i32.sub").i32(count).op("i32.lt_u").if(() => {
          pushScaled(f, a, element, layout.aElement);
          f.get(row).scale(layout.aRow).addressOp("add");
          pushScaled(f, b, element, k * n * F32_BYTES);
          pushColumn(layout.bColumn);
          f.addressOp("add");
          pushC();
          f.get(rows).get(SCRATCH).call(products.get(columns)!);
          if (rowOfAll === undefined) return;
          f.get(ARGS);
          pushC();
          f.get(rowOfAll).get(rows).get(panel).i32(index).op("i32.sub").i32(columns).op("i32.mul");
          f.i32(first).op("i32.add").call(follows.get(columns)!);
        });
      });
      f.get(unit).get(END).op("i32.lt_u").brIf(0);
    });
  });
  const nanoseconds = unitRows * Math.min(n, 16) * (k / 20 + (follow?.nanoseconds ?? 0));
  const windowRows = follow !== undefined && follow.c === undefined ? Math.min(m, unitsAtOnce * unitRows) : 0;
  const scratchBytes = windowRows > 0 ? window + windowRows * WINDOW_STRIDE : packBytes;
  const units = batch * panels.length * unitsPerPanel;
  const phases = [...turned?.phases ?? [], phaseOf(f, units, grainOf(nanoseconds))];
  return {
    emitted: emittedKernel(phases, turned?.temporaryBytes, scratchBytes),
    elementsPerUnit: panels.length === 1 && (batch === 1 || m % unitRows === 0) ? unitRows * n : undefined,
  };
}

/**
 * Whether the terms of a transposed A, read in place, would fall into so few sets of the caches that they push each
 * other out: a block of terms, rows of A^T apart, where these are a power of two or nearly so (24 instead of 47
 * GFLOP/s at 1024^3).
 */
export function collides({ m, k, n, transposeA }: MatmulKernel): boolean {
  return transposeA && (m * F32_BYTES) % COLLIDING_BYTES === 0 && k >= 128 && n >= 32;
}

/** Adds a phase that transposes A into the temporary, with whole vectors in each row and four rows for each four. */
export function emitTurn(builder: ModuleBuilder, { batch, m, k }: MatmulKernel, temporary: number) {
  const aRow = VECTOR_BYTES * vectorCount(k);
  const aElement = 4 * Math.ceil(m / 4) * aRow;
  const f = phaseFunction(builder, "transpose");
  const [a, target] = [loadPointer(f, 0), loadPointer(f, temporary)];
  const strips = Math.ceil(k / STRIP);
  const strip = (columns: number) =>
    emitPack(builder, {
      name: `transpose_${columns}_terms`,
      columns,
      terms: m,
      stride: F32_BYTES * m,
      transposed: true,
      targetStride: aRow,
    });
  const whole = strip(STRIP);
  const rest = k % STRIP > 0 ? strip(k % STRIP) : undefined;
  const [element, index] = f.locals(I32);
  f.forUpTo(BEGIN, END, 1, () => {
    f.get(BEGIN).i32(strips).op("i32.div_u").set(element);
    f.get(BEGIN).get(element).i32(strips).op("i32.mul").op("i32.sub").set(index);
    pushScaled(f, a, element, F32_BYTES * m * k);
    f.get(index).scale(F32_BYTES * m * STRIP).addressOp("add");
    pushScaled(f, target, element, aElement);
    f.get(index).scale(F32_BYTES * STRIP).addressOp("add");
    if (rest === undefined) f.call(whole);
    else {
      const [from, to] = f.locals(f.address);
      f.set(to).set(from).get(index).i32(strips - 1).op("i32.lt_u");
      f.if(() => f.get(from).get(to).call(whole), () => f.get(from).get(to).call(rest));
    }
  });
  return {
    layout: { aArgument: temporary, aElement, aRow, aTerm: F32_BYTES },
    phases: [phaseOf(f, batch * strips, grainOf(STRIP * m / 4))],
    temporaryBytes: batch * aElement,
  };
}

/** Pushes the smaller of two unsigned locals. */
function minimum(f: FunctionBuilder, x: Local, y: Local): FunctionBuilder {
  return f.get(x).get(y).get(x).get(y).op("i32.lt_u").op("select");
}

/**
 * A function `(a, b, c, rows, scratch)`: some rows of one panel of C, or always `rowsOfAll` of them, all blocks of
 * terms one after the other.
 *
 * *Order* N4: the blocks of [K] are CONTRACTION_BLOCK terms each and then the rest; the first is stored, the others
 * added.
 */
export function emitPanelProduct(
  builder: ModuleBuilder,
  { k }: MatmulKernel,
  { aRow, aTerm, bColumn, bTerm, cRow, pack }: Omit<Layout, "aArgument" | "aElement">,
  columns: number,
  rowsOfAll: number | undefined,
): FunctionBuilder {
  const whole = Math.floor(k / CONTRACTION_BLOCK);
  const emitBlock = (terms: number) => {
    const name = `${columns}_columns_${terms}_terms`;
    return {
      pack: pack
        ? emitPack(builder, {
          name: `pack_${name}`,
          columns,
          terms,
          stride: bColumn === F32_BYTES ? bTerm : bColumn,
          transposed: bColumn !== F32_BYTES,
        })
        : undefined,
      panel: emitPanel(builder, {
        name: `panel_${name}`,
        columns,
        ...rowsOfAll !== undefined && { rows: rowsOfAll },
        aRowStride: aRow,
        cRowStride: cRow,
        terms: [{ count: terms, aStride: aTerm, bStride: pack ? packedStride(columns) : bTerm }],
      }),
    };
  };
  const wholeBlock = whole > 0 ? emitBlock(CONTRACTION_BLOCK) : undefined;
  const restBlock = k % CONTRACTION_BLOCK > 0 ? emitBlock(k % CONTRACTION_BLOCK) : undefined;

  const { address } = builder;
  const f = builder.function(`product_${columns}_columns`, [address, address, address, I32, address]);
  const [a, b, c, rows, scratch] = [0, 1, 2, 3, 4];
  const [left, accumulate] = f.locals(I32);
  const multiply = (block: ReturnType<typeof emitBlock>) => {
    if (block.pack !== undefined) f.get(b).get(scratch).call(block.pack);
    f.get(a).get(pack ? scratch : b).get(c).get(accumulate);
    if (rowsOfAll === undefined) f.get(rows);
    f.call(block.panel);
  };
  if (wholeBlock !== undefined) {
    f.i32(whole).set(left);
    f.loop(() => {
      multiply(wholeBlock);
      f.i32(1).set(accumulate);
      advance(f, a, CONTRACTION_BLOCK * aTerm);
      advance(f, b, CONTRACTION_BLOCK * bTerm);
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
  }
  if (restBlock !== undefined) multiply(restBlock);
  return f;
}
