import { type FunctionBuilder, I32, type ModuleBuilder, V128 } from "../../../../assembler/mod.ts";
import { advance, repeatUnrolled } from "../_phase.ts";
import { F32_BYTES, VECTOR_BYTES, vectorCount } from "./tile_shape.ts";

/**
 * Blocks of terms of the right operand that span more bytes are packed: read in place, the lines of a panel would
 * fall into too few sets of the first cache to stay there.
 */
export const PACK_BYTES = 32768;

/** How a panel of the right operand is copied so that its terms follow each other without gaps. */
export interface PackSpec {
  readonly name: string;
  /** Columns of the panel, 1 to 16. */
  readonly columns: number;
  /** Terms of the block. */
  readonly terms: number;
  /** Bytes from one term (or, if `transposed`, from one column) of the source to the next. */
  readonly stride: number;
  /** The terms of a column lie next to each other in the source, not the columns of a term. */
  readonly transposed: boolean;
  /** Bytes from one term of the target to the next, if not as close as whole vectors allow. */
  readonly targetStride?: number;
}

/** Bytes from one term of a packed panel to the next. */
export function packedStride(columns: number): number {
  return vectorCount(columns) * VECTOR_BYTES;
}

/** Bytes that a packed panel needs, with the room that a transposition writes past the last term. */
export function packedBytes(columns: number, terms: number): number {
  return (Math.ceil(terms / 4) * 4) * packedStride(columns);
}

/**
 * Adds a function `(source, target)` that packs one block of one panel. Lanes past the last column get arbitrary
 * values. Reads may go up to 12 bytes past the last value of the source.
 */
export function emitPack(builder: ModuleBuilder, spec: PackSpec): FunctionBuilder {
  const f = builder.function(spec.name, [builder.address, builder.address]);
  if (spec.transposed) emitTransposed(f, spec);
  else emitCopy(f, spec);
  return f;
}

function emitCopy(f: FunctionBuilder, spec: PackSpec): void {
  const { columns, terms, stride, targetStride: step = packedStride(columns) } = spec;
  const [source, target] = [0, 1];
  repeatUnrolled(f, terms, 4, (copy) => {
    for (let at = 0; at < packedStride(columns); at += VECTOR_BYTES) {
      f.get(target).get(source).memory("v128.load", copy * stride + at);
      f.memory("v128.store", copy * step + at);
    }
  }, (copies) => {
    advance(f, source, copies * stride);
    advance(f, target, copies * step);
  });
}

/** Four terms in a turn: for each group of four columns, the transposition of a 4 x 4 square. */
function emitTransposed(f: FunctionBuilder, spec: PackSpec): void {
  const { columns, terms, stride, targetStride: step = packedStride(columns) } = spec;
  const [source, target] = [0, 1];
  const rows = f.vectors(4);
  const halves = f.vectors(4);
  const zero = f.local(V128);
  const left = f.local(I32);
  const shuffle = (x: number, y: number, words: readonly [number, number, number, number], into: number) =>
    f.get(x).get(y).shuffleWords(words).set(into);
  const [r0, r1, r2, r3] = rows as [number, number, number, number];
  const [h0, h1, h2, h3] = halves as [number, number, number, number];
  f.i32(Math.ceil(terms / 4)).set(left);
  f.loop(() => {
    for (let first = 0; first < columns; first += 4) {
      rows.forEach((row, i) => {
        if (first + i < columns) f.get(source).memory("v128.load", (first + i) * stride).set(row);
        else f.get(zero).set(row);
      });
      shuffle(r0, r1, [0, 4, 1, 5], h0);
      shuffle(r2, r3, [0, 4, 1, 5], h1);
      shuffle(r0, r1, [2, 6, 3, 7], h2);
      shuffle(r2, r3, [2, 6, 3, 7], h3);
      shuffle(h0, h1, [0, 1, 4, 5], r0);
      shuffle(h0, h1, [2, 3, 6, 7], r1);
      shuffle(h2, h3, [0, 1, 4, 5], r2);
      shuffle(h2, h3, [2, 3, 6, 7], r3);
      rows.forEach((row, term) => {
        f.get(target).get(row).memory("v128.store", term * step + first * F32_BYTES);
      });
    }
    advance(f, source, 4 * F32_BYTES);
    advance(f, target, 4 * step);
    f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
  });
}
