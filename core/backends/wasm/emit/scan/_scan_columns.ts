import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32 } from "../../../../assembler/types.ts";
import { SCAN_BLOCK } from "../../../../kernels/scan.ts";
import { advance, BEGIN, END, grainOf, loadPointer, phaseFunction, phaseOf, storeWords } from "../_phase.ts";
import type { ScanLayout } from "./scan_layout.ts";
import type { WasmPhase } from "../../wasm_kernel.ts";

/**
 * Vectors that are summed side by side: two cache lines, since terms may be a page apart, and enough to hide the latency of
 * an addition.
 */
export const VECTORS = 8;

/** Locals of a walk over units, each a block of terms of up to 32 neighbouring columns. */
export interface ColumnUnit {
  /** Which [outer, block]. */
  readonly part: Local;
  /** First column, in bytes. */
  readonly column: Local;
  /** Terms of the block. */
  readonly count: Local;
}

/**
 * Walks over the units of columns of the blocks from `firstBlock` on. `visit` gets the number of columns, a constant: it
 * is called once for whole units and once for the last of a row if that is smaller. Returns the number of units.
 */
export function emitColumnUnits(
  f: FunctionBuilder,
  { outer, inner, blocks, last }: ScanLayout,
  firstBlock: number,
  visit: (unit: ColumnUnit, width: number) => void,
): number {
  const groups = Math.ceil(inner / (4 * VECTORS));
  const rest = inner - (groups - 1) * 4 * VECTORS;
  const visited = blocks - firstBlock;
  const [u, part, count] = f.locals(I32);
  const column = f.local(f.address);
  const unit = { part, column, count };
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    f.get(u).i32(groups).op("i32.div_u").set(part);
    f.get(u).i32(groups).op("i32.rem_u").scale(16 * VECTORS).set(column);
    // From a number among the visited blocks to one among all.
    if (firstBlock > 0) {
      f.get(part).get(part).i32(visited).op("i32.div_u").op("i32.add").i32(firstBlock).op("i32.add").set(
        part,
      );
    }
    f.i32(last).i32(SCAN_BLOCK);
    f.get(part).i32(blocks).op("i32.rem_u").i32(blocks - 1).op("i32.eq").op("select").set(count);
    if (rest === 4 * VECTORS) visit(unit, rest);
    else if (groups === 1) visit(unit, rest);
    else {
      f.get(column).bytes(16 * VECTORS * (groups - 1)).addressOp("eq");
      f.if(() => visit(unit, rest), () => visit(unit, 4 * VECTORS));
    }
  });
  return outer * visited * groups;
}

/** Pushes the offset in bytes of the first term of a unit, in the order of the scan. */
export function pushFirstTerm(
  f: FunctionBuilder,
  { length, inner, blocks, reverse }: ScanLayout,
  { part, column }: ColumnUnit,
): void {
  f.get(part).i32(blocks).op("i32.div_u").scale(4 * length * inner);
  f.get(part).i32(blocks).op("i32.rem_u").scale(4 * SCAN_BLOCK * inner * (reverse ? -1 : 1));
  f.addressOp("add").get(column).addressOp("add");
  if (reverse) f.offset(4 * (length - 1) * inner);
}

/** Pushes the address of a unit's totals [outer, blocks, inner]. */
export function pushTotals(
  f: FunctionBuilder,
  { inner }: ScanLayout,
  { part, column }: ColumnUnit,
  totals: Local,
): void {
  f.get(part).scale(4 * inner).get(column).addressOp("add").get(totals).addressOp("add");
}

/** Running sums of [outer, length, inner] with at least four columns: vectors run across the columns. */
export function emitScanColumns(builder: ModuleBuilder, layout: ScanLayout): WasmPhase {
  const { blocks, stepBytes, exclusive, length, inner } = layout;
  const f = phaseFunction(builder, "scanColumns");
  const input = loadPointer(f, 0);
  const out = loadPointer(f, 1);
  const totals = blocks > 1 ? loadPointer(f, 2) : out;
  const [p, q] = f.locals(f.address);
  const left = f.local(I32);
  const sums = f.vectors(VECTORS);
  const units = emitColumnUnits(f, layout, 0, (unit, width) => {
    const vectors = Math.ceil(width / 4);
    const store = (v: number) => storeWords(f, q, sums[v]!, Math.min(4, width - 4 * v), 16 * v);
    pushFirstTerm(f, layout, unit);
    f.tee(p).get(out).addressOp("add").set(q);
    f.get(p).get(input).addressOp("add").set(p);
    for (let v = 0; v < vectors; v++) f.splatBits(0).set(sums[v]!);
    f.get(unit.count).set(left);
    f.loop(() => {
      for (let v = 0; v < vectors; v++) {
        if (exclusive) store(v);
        f.get(sums[v]!).get(p).memory("v128.load", 16 * v).op("f32x4.add").set(sums[v]!);
        if (!exclusive) store(v);
      }
      advance(f, p, stepBytes);
      advance(f, q, stepBytes);
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
    if (blocks > 1) {
      pushTotals(f, layout, unit, totals);
      f.set(q);
      for (let v = 0; v < vectors; v++) store(v);
    }
  });
  return phaseOf(f, units, grainOf(5 + Math.min(length, SCAN_BLOCK) * Math.min(inner, 4 * VECTORS) / 10));
}
