import { type FunctionBuilder, I32, type Local, type ModuleBuilder } from "../../../../assembler/mod.ts";
import type { MatmulKernel } from "../../../../kernels/matmul.ts";
import { CONTRACTION_BLOCK } from "../../../../numerics/contraction_blocks.ts";
import { ALIGNMENT } from "../../../allocator.ts";
import {
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
import { repeat } from "../_repeat.ts";
import { collides, emitPanelProduct, type EmittedProduct, emitTurn } from "./emit_matmul.ts";
import { emitPack, PACK_BYTES, packedBytes, packedStride } from "./pack_panel.ts";
import { F32_BYTES, panelColumns } from "./tile_shape.ts";

/** A unit's part of C: as much as stays in the first cache until the unit is done. */
const BLOCK_BYTES = 32768;
/** The least and the most rows of a unit: with fewer, the panels of B are read too often. */
const LEAST_ROWS = 8;
const MOST_ROWS = 32;
/** With fewer rows in all there are too few units, of which so many threads should have as many each, or nearly so. */
const MANY_ROWS = 256;
const THREADS = 4;

/** Panels of equal width: the first column, and where the first begins in the packed operand. */
interface PanelRun {
  readonly columns: number;
  readonly count: number;
  readonly column: number;
  readonly offset: number;
  /** Bytes from one to the next there. */
  readonly bytes: number;
}

/** How many rows a unit of `emitRowBlocks` should have; undefined if there is no good number. */
export function blockRows({ batch, m, k, n }: MatmulKernel): number | undefined {
  // With more terms than one block has, what is packed of B is no more in a near cache when the next rows need it.
  if (k > CONTRACTION_BLOCK || batch * m < MANY_ROWS) return undefined;
  const most = Math.min(MOST_ROWS, Math.floor(BLOCK_BYTES / (F32_BYTES * n)));
  let best: { readonly rows: number; readonly done: number } | undefined;
  for (let rows = most; rows >= Math.max(LEAST_ROWS, most / 2); rows--) {
    if (batch > 1 ? m % rows > 0 : rows % 2 > 0) continue;
    const units = batch * Math.ceil(m / rows);
    // What the slowest thread does.
    const done = Math.ceil(units / THREADS) * rows;
    if (best === undefined || done < best.done) best = { rows, done };
  }
  return best?.rows;
}

/**
 * A product whose units are blocks of so many rows, over all columns: neighbours in memory, for what follows. Where the
 * panels of B need to be packed, a phase does so once for all.
 *
 * *Order* N4.
 */
export function emitRowBlocks(
  kernel: MatmulKernel,
  builder: ModuleBuilder,
  unitRows: number,
): EmittedProduct {
  const { batch, m, k, n, transposeA, transposeB } = kernel;
  const turned = collides(kernel) ? emitTurn(builder, kernel, 3) : undefined;
  const runs = panelRuns(kernel);
  const packed = transposeB || k * n * F32_BYTES > PACK_BYTES;
  const packAt = Math.ceil((turned?.temporaryBytes ?? 0) / ALIGNMENT) * ALIGNMENT;
  const packElement = runs.reduce((sum, { count, bytes }) => sum + count * bytes, 0);
  const layout = {
    aArgument: 0,
    aElement: F32_BYTES * m * k,
    aRow: F32_BYTES * (transposeA ? 1 : k),
    aTerm: F32_BYTES * (transposeA ? m : 1),
    ...turned?.layout,
    bColumn: F32_BYTES,
    cRow: F32_BYTES * n,
    pack: false,
  };
  const phases = [...turned?.phases ?? []];
  if (packed) phases.push(emitPackAll(builder, kernel, runs, packAt, packElement));

  const f = phaseFunction(builder, "row_blocks");
  const [a, c] = [loadPointer(f, layout.aArgument), loadPointer(f, 2)];
  const b = loadPointer(f, packed ? 3 : 1);
  if (packed) f.get(b).offset(packAt).set(b);
  const products = runs.map(({ columns }) => {
    const bTerm = packed ? packedStride(columns) : F32_BYTES * n;
    return emitPanelProduct(builder, kernel, { ...layout, bTerm }, columns, undefined);
  });
  const blocks = Math.ceil(m / unitRows);
  const [element, row, rows] = f.locals(I32);
  const [from, terms, to] = f.locals(f.address);
  f.forUpTo(BEGIN, END, 1, () => {
    f.get(BEGIN).i32(blocks).op("i32.div_u").set(element);
    f.get(BEGIN).get(element).i32(blocks).op("i32.mul").op("i32.sub").i32(unitRows).op("i32.mul").set(row);
    f.i32(m).get(row).op("i32.sub").tee(rows).i32(unitRows).get(rows).i32(unitRows).op("i32.lt_u");
    f.op("select").set(rows);
    pushScaled(f, a, element, layout.aElement);
    f.get(row).scale(layout.aRow).addressOp("add").set(from);
    pushScaled(f, b, element, packed ? packElement : F32_BYTES * k * n);
    f.set(terms);
    pushScaled(f, c, element, F32_BYTES * m * n);
    f.get(row).scale(layout.cRow).addressOp("add").set(to);
    runs.forEach(({ columns, count, bytes }, run) => {
      const next = () => {
        f.advance(terms, packed ? bytes : F32_BYTES * columns);
        f.advance(to, F32_BYTES * columns);
      };
      repeat(f, count, () => {
        f.get(from).get(terms).get(to).get(rows).get(SCRATCH).call(products[run]!);
      }, next);
      if (count === 1) next();
    });
  });
  phases.push(phaseOf(f, batch * blocks, grainOf(Math.min(m, unitRows) * n * k / 20)));
  return {
    emitted: emittedKernel(phases, packAt + (packed ? batch * packElement : 0)),
    elementsPerUnit: batch === 1 || m % unitRows === 0 ? unitRows * n : undefined,
  };
}

function panelRuns({ k, n }: MatmulKernel): PanelRun[] {
  const runs: PanelRun[] = [];
  let [column, offset] = [0, 0];
  for (const columns of panelColumns(n)) {
    const bytes = packedBytes(columns, k);
    const last = runs.at(-1);
    if (last?.columns === columns) runs[runs.length - 1] = { ...last, count: last.count + 1 };
    else runs.push({ columns, count: 1, column, offset, bytes });
    column += columns;
    offset += bytes;
  }
  return runs;
}

/** Adds a phase that packs every panel of B into the temporary, all its terms one behind the other. */
function emitPackAll(
  builder: ModuleBuilder,
  { batch, k, n, transposeB }: MatmulKernel,
  runs: readonly PanelRun[],
  packAt: number,
  packElement: number,
) {
  const packs = runs.map(({ columns }): FunctionBuilder =>
    emitPack(builder, {
      name: `pack_${columns}_columns`,
      columns,
      terms: k,
      stride: F32_BYTES * (transposeB ? k : n),
      transposed: transposeB,
    })
  );
  const f = phaseFunction(builder, "pack");
  const [b, target] = [loadPointer(f, 1), loadPointer(f, 3)];
  const panels = runs.reduce((sum, { count }) => sum + count, 0);
  const [element, panel] = f.locals(I32);
  const push = (base: Local, perElement: number, perPanel: number, first: number) => {
    pushScaled(f, base, element, perElement);
    f.get(panel).scale(perPanel).addressOp("add").offset(first);
  };
  f.forUpTo(BEGIN, END, 1, () => {
    f.get(BEGIN).i32(panels).op("i32.div_u").set(element);
    f.get(BEGIN).get(element).i32(panels).op("i32.mul").op("i32.sub").set(panel);
    const column = F32_BYTES * (transposeB ? k : 1);
    runs.forEach(({ columns, count, column: first, offset, bytes }, run) => {
      f.get(panel).i32(count).op("i32.lt_u").if(() => {
        push(b, F32_BYTES * k * n, columns * column, first * column);
        push(target, packElement, bytes, packAt + offset);
        f.call(packs[run]!);
      });
      // The next run's panels are counted from 0; of this one, none is left.
      if (run < runs.length - 1) f.get(panel).i32(count).op("i32.sub").set(panel);
    });
  });
  return phaseOf(f, batch * panels, grainOf(16 * k / 8));
}
