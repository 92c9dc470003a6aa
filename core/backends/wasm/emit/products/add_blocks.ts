import { type FunctionBuilder, I32, type Local, type ModuleBuilder } from "../../../../assembler/mod.ts";
import {
  advance,
  BEGIN,
  END,
  grainOf,
  loadPointer,
  phaseFunction,
  phaseOf,
  pushScaled,
  storeWords,
} from "../_phase.ts";
import { F32_BYTES, VECTOR_BYTES } from "./tile_shape.ts";
import type { WasmPhase } from "../../wasm_kernel.ts";

/** Results that one unit adds up: two lines of the cache, which processors fetch together. */
const UNIT = 32;

/** Bytes from one block's sums to the next. */
export function blockSumsBytes(length: number): number {
  return Math.ceil(length / UNIT) * UNIT * F32_BYTES;
}

/**
 * Adds the phase that adds up block sums: result[i] = sum over blocks of sums[block][i].
 *
 * *Order* N4: the blocks in order; the first can be taken as it is, since no block sum is -0.
 */
export function emitAddBlocks(
  builder: ModuleBuilder,
  { blocks, length, result, sums }: {
    /** Blocks, at least two, and results. */
    blocks: number;
    length: number;
    /** Which of the arguments holds the results, and which the block sums. */
    result: number;
    sums: number;
  },
): WasmPhase {
  const f = phaseFunction(builder, "add_blocks");
  const [to, from] = [loadPointer(f, result), loadPointer(f, sums)];
  const block = f.local(f.address);
  const left = f.local(I32);
  const vectors = f.vectors(UNIT / 4);
  const units = Math.ceil(length / UNIT);
  const step = blockSumsBytes(length);
  for (const pointer of [to, from]) {
    pushScaled(f, pointer, BEGIN, UNIT * F32_BYTES);
    f.set(pointer);
  }
  f.forUpTo(BEGIN, END, 1, () => {
    vectors.forEach((vector, i) => f.get(from).memory("v128.load", i * VECTOR_BYTES).set(vector));
    f.get(from).set(block).i32(blocks - 1).set(left);
    f.loop(() => {
      advance(f, block, step);
      vectors.forEach((vector, i) => {
        f.get(vector).get(block).memory("v128.load", i * VECTOR_BYTES).op("f32x4.add").set(vector);
      });
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
    const rest = length - (units - 1) * UNIT;
    if (rest === UNIT) storeLine(f, to, vectors, UNIT);
    else {
      f.get(BEGIN).i32(units - 1).op("i32.lt_u");
      f.if(() => storeLine(f, to, vectors, UNIT), () => storeLine(f, to, vectors, rest));
    }
    advance(f, to, UNIT * F32_BYTES);
    advance(f, from, UNIT * F32_BYTES);
  });
  return phaseOf(f, units, grainOf(blocks * 2));
}

function storeLine(f: FunctionBuilder, to: Local, vectors: readonly Local[], count: number): void {
  for (let i = 0; 4 * i < count; i++) {
    storeWords(f, to, vectors[i]!, Math.min(4, count - 4 * i), i * VECTOR_BYTES);
  }
}
