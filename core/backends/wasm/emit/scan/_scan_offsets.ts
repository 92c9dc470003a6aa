import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { F32, I32, V128 } from "../../../../assembler/types.ts";
import { SCAN_BLOCK } from "../../../../kernels/scan.ts";
import { advance, BEGIN, END, grainOf, loadPointer, phaseFunction, phaseOf, storeWords } from "../_phase.ts";
import { emitColumnUnits, pushFirstTerm, pushTotals, VECTORS } from "./_scan_columns.ts";
import type { ScanLayout } from "./scan_layout.ts";
import type { WasmPhase } from "../../wasm_kernel.ts";

/** Replaces the totals of the blocks by the sums of the totals before them, from +0. A unit is a column. */
export function emitOffsets(builder: ModuleBuilder, { outer, inner, blocks }: ScanLayout): WasmPhase {
  const f = phaseFunction(builder, "scanOffsets");
  const totals = loadPointer(f, 2);
  const u = f.local(I32);
  const [p, end] = f.locals(f.address);
  const [offset, total] = f.locals(F32);
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    f.get(u).i32(inner).op("i32.div_u").i32(blocks * inner).op("i32.mul");
    f.get(u).i32(inner).op("i32.rem_u").op("i32.add").scale(4).get(totals).addressOp("add");
    f.tee(p).offset(4 * blocks * inner).set(end);
    f.f32Bits(0).set(offset);
    f.forUpTo(p, end, 4 * inner, () => {
      f.get(p).memory("f32.load").set(total);
      f.get(p).get(offset).memory("f32.store");
      f.get(offset).get(total).op("f32.add").set(offset);
    });
  });
  return phaseOf(f, outer * inner, grainOf(blocks * 1.5));
}

/** Adds the offsets to the running sums of all blocks but the first, to which +0 would be added: no bit changes. */
export function emitAddOffsets(builder: ModuleBuilder, layout: ScanLayout): WasmPhase {
  return layout.inner < 4 ? emitAddToRows(builder, layout) : emitAddToColumns(builder, layout);
}

function emitAddToColumns(builder: ModuleBuilder, layout: ScanLayout): WasmPhase {
  const { stepBytes, inner } = layout;
  const f = phaseFunction(builder, "scanAddColumns");
  const out = loadPointer(f, 1);
  const totals = loadPointer(f, 2);
  const q = f.local(f.address);
  const left = f.local(I32);
  const offsets = f.vectors(VECTORS);
  const sum = f.local(V128);
  const units = emitColumnUnits(f, layout, 1, (unit, width) => {
    const vectors = Math.ceil(width / 4);
    pushTotals(f, layout, unit, totals);
    f.set(q);
    for (let v = 0; v < vectors; v++) f.get(q).memory("v128.load", 16 * v).set(offsets[v]!);
    pushFirstTerm(f, layout, unit);
    f.get(out).addressOp("add").set(q);
    f.get(unit.count).set(left);
    f.loop(() => {
      for (let v = 0; v < vectors; v++) {
        f.get(offsets[v]!).get(q).memory("v128.load", 16 * v).op("f32x4.add").set(sum);
        storeWords(f, q, sum, Math.min(4, width - 4 * v), 16 * v);
      }
      advance(f, q, stepBytes);
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
  });
  return phaseOf(f, units, grainOf(5 + SCAN_BLOCK * Math.min(inner, 4 * VECTORS) / 10));
}

/** A unit is a block of all (fewer than four) columns, a piece of memory without gaps. */
function emitAddToRows(builder: ModuleBuilder, layout: ScanLayout): WasmPhase {
  const { outer, length, inner, blocks, last, reverse } = layout;
  const f = phaseFunction(builder, "scanAddRows");
  const out = loadPointer(f, 1);
  const totals = loadPointer(f, 2);
  const [u, row, block, count] = f.locals(I32);
  const [q, end, offsetsAt] = f.locals(f.address);
  const scalars = Array.from({ length: inner }, () => f.local(F32));
  const offset = f.local(V128);
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    f.get(u).i32(blocks - 1).op("i32.div_u").set(row);
    f.get(u).i32(blocks - 1).op("i32.rem_u").i32(1).op("i32.add").set(block);
    f.i32(last).i32(SCAN_BLOCK).get(block).i32(blocks - 1).op("i32.eq").op("select").set(count);
    f.get(row).i32(length).op("i32.mul");
    if (!reverse) f.get(block).i32(SCAN_BLOCK).op("i32.mul").op("i32.add");
    else {f.i32(length).get(block).i32(SCAN_BLOCK).op("i32.mul").op("i32.sub").get(count).op("i32.sub").op(
        "i32.add",
      );}
    f.scale(4 * inner).get(out).addressOp("add").tee(q);
    f.get(count).scale(4 * inner).addressOp("add").set(end);
    f.get(row).i32(blocks).op("i32.mul").get(block).op("i32.add").scale(4 * inner);
    f.get(totals).addressOp("add").set(offsetsAt);
    scalars.forEach((scalar, i) => f.get(offsetsAt).memory("f32.load", 4 * i).set(scalar));
    if (inner === 1) {
      // Whole groups of eight first; the rest one by one.
      const vectorEnd = offsetsAt;
      f.get(scalars[0]!).op("f32x4.splat").set(offset);
      f.get(end).get(count).i32(7).op("i32.and").scale(4).addressOp("sub").set(vectorEnd);
      f.forUpTo(q, vectorEnd, 32, () => {
        for (const at of [0, 16]) {
          f.get(q).get(q).memory("v128.load", at).get(offset).op("f32x4.add").memory("v128.store", at);
        }
      });
    }
    f.forUpTo(q, end, 4 * inner, () => {
      scalars.forEach((scalar, i) =>
        f.get(q).get(scalar).get(q).memory("f32.load", 4 * i).op("f32.add").memory("f32.store", 4 * i)
      );
    });
  });
  return phaseOf(f, outer * (blocks - 1), grainOf(SCAN_BLOCK * inner / (inner === 1 ? 12 : 2)));
}
