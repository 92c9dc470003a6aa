import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { F32, I32 } from "../../../../assembler/types.ts";
import {
  advance,
  BEGIN,
  END,
  grainOf,
  loadPointer,
  phaseFunction,
  phaseOf,
  pushScaled,
  repeatUnrolled,
  SCRATCH,
} from "../_phase.ts";
import { type Combining, finishScalar, SCALAR_COMBINERS } from "./_reduce_combiner.ts";
import type { ReduceLayout, Run } from "../../../../kernels/reduce_layout.ts";
import { type Emitted, SUM_BLOCK } from "./reduce_layout.ts";
import { RowReducer } from "./_reduce_rows.ts";

/** The longest piece that is copied before the scratch is looked at. */
const PIECE = 256;

/**
 * Reduces any pattern of axes: copies the terms of a result one behind the other into the scratch, and reduces them
 * there whenever it holds a block. A unit is a result.
 */
export function emitReduceStrided(
  builder: ModuleBuilder,
  layout: ReduceLayout,
  operation: Combining,
): Emitted {
  const { terms, reduced } = layout;
  const f = phaseFunction(builder, "strided");
  const input = loadPointer(f, 0);
  const out = loadPointer(f, 1);
  const u = f.local(I32);
  const [p, q, full, row] = f.locals(f.address);
  const total = f.local(F32);
  const { instruction, identity } = SCALAR_COMBINERS[operation];
  const reducer = new RowReducer(f, operation, row);

  const closeBlock = (length: number) => {
    f.get(SCRATCH).set(row);
    reducer.emit(length);
    f.get(total).get(reducer.result).lane("f32x4.extract_lane", 0).op(instruction).set(total);
  };
  /** Copies so many terms from `p` to `q` and moves both. */
  const copyPiece = (length: number, stride: number) => {
    const words = stride === 1 ? 4 : 1;
    const pieces = Math.ceil(length / words); // a vector may run past the piece: into terms still to come
    const behind = repeatUnrolled(f, pieces, 8, (copy) => {
      f.get(q).get(p);
      if (words === 4) f.memory("v128.load", 16 * copy).memory("v128.store", 16 * copy);
      else f.memory("i32.load", 4 * stride * copy).memory("i32.store", 4 * copy);
    }, (copies) => {
      advance(f, p, 4 * words * stride * copies);
      advance(f, q, 4 * words * copies);
    });
    const moved = (pieces - behind) * words;
    advance(f, p, 4 * stride * (length - moved));
    advance(f, q, 4 * (length - moved));
    if (terms <= SUM_BLOCK) return;
    f.get(q).get(full).addressOp("ge_u");
    f.if(() => {
      closeBlock(SUM_BLOCK);
      for (let word = 0; word < length; word += 4) {
        f.get(SCRATCH).get(full).memory("v128.load", 4 * word).memory("v128.store", 4 * word);
      }
      advance(f, q, -4 * SUM_BLOCK);
    });
  };

  f.get(SCRATCH).offset(4 * SUM_BLOCK).set(full);
  const last = reduced.at(-1)!;
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    emitResultAddress(f, layout.kept, u, input, p);
    f.f32Bits(identity).set(total).get(SCRATCH).set(q);
    emitTermLoops(f, reduced.slice(0, -1), p, () => {
      const whole = Math.floor(last.extent / PIECE);
      if (whole > 0) emitTermLoops(f, [{ extent: whole, stride: 0 }], p, () => copyPiece(PIECE, last.stride));
      if (last.extent % PIECE > 0) copyPiece(last.extent % PIECE, last.stride);
      advance(f, p, -4 * last.stride * last.extent);
    });
    if (terms % SUM_BLOCK > 0 || terms === SUM_BLOCK) closeBlock((terms - 1) % SUM_BLOCK + 1);
    finishScalar(f, operation, total);
    pushScaled(f, out, u, 4);
    f.get(total).memory("f32.store");
  });
  const phase = phaseOf(f, layout.results, grainOf(10 + 0.6 * terms));
  return { phase, blocks: 1, scratchBytes: 4 * (SUM_BLOCK + PIECE) + 64 };
}

/** address = input + the offset of the first term of result `index`. */
export function emitResultAddress(
  f: FunctionBuilder,
  kept: readonly Run[],
  index: Local,
  input: Local,
  address: Local,
): void {
  const rest = f.local(I32);
  f.get(index).set(rest).get(input).set(address);
  kept.toReversed().forEach(({ extent, stride }, i) => {
    f.get(address).get(rest);
    if (i < kept.length - 1) f.i32(extent).op("i32.rem_u");
    f.scale(4 * stride).addressOp("add").set(address);
    if (i < kept.length - 1) f.get(rest).i32(extent).op("i32.div_u").set(rest);
  });
}

/** Runs `body` for every term in row-major order, with its address in `address`, which ends where it began. */
export function emitTermLoops(
  f: FunctionBuilder,
  reduced: readonly Run[],
  address: Local,
  body: () => void,
): void {
  const [run, ...inside] = reduced;
  if (run === undefined) return body();
  const left = f.local(I32);
  f.i32(run.extent).set(left);
  f.loop(() => {
    emitTermLoops(f, inside, address, body);
    advance(f, address, 4 * run.stride);
    f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
  });
  advance(f, address, -4 * run.stride * run.extent);
}
