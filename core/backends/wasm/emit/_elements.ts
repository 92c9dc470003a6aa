/** Loads and stores of four elements of any dtype as a vector of four words. */

import type { FunctionBuilder, Local } from "../../../assembler/function_builder.ts";
import { V128 } from "../../../assembler/types.ts";
import type { Dtype } from "../../../numerics/dtype.ts";
import type { ScalarType } from "../../../scalar/expression.ts";
import { storeWords } from "./_phase.ts";

/** Pushes four elements; bytes are zero-extended. */
export function pushElements(f: FunctionBuilder, dtype: Dtype, address: Local, offset: number): void {
  f.get(address);
  if (dtype !== "u8") f.memory("v128.load", offset);
  else f.memory("v128.load32_zero", offset).op("i16x8.extend_low_i8x16_u").op("i32x4.extend_low_i16x8_u");
}

/** Pushes four copies of one element. */
export function pushRepeated(f: FunctionBuilder, dtype: Dtype, address: Local): void {
  f.get(address);
  if (dtype !== "u8") f.memory("v128.load32_splat");
  else f.memory("i32.load8_u").op("i32x4.splat");
}

/**
 * Packs the four words on the stack into the vector's first four bytes: a float rounded to nearest even and clamped to
 * 0..255, NaN to 0; an integer's low eight bits.
 */
export function packBytes(f: FunctionBuilder, type: ScalarType): void {
  if (type === "f32") {
    f.op("f32x4.nearest").op("i32x4.trunc_sat_f32x4_s");
    const words = f.local(V128);
    f.tee(words).get(words).op("i16x8.narrow_i32x4_s");
    f.tee(words).get(words).op("i8x16.narrow_i16x8_u");
  } else {
    const words = f.local(V128);
    f.tee(words).get(words).shuffleBytes([0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12]);
  }
}

/** Stores four elements: the address, then the vector (packed, for bytes) are on the stack. */
export function storeElements(f: FunctionBuilder, dtype: Dtype, offset: number): void {
  if (dtype !== "u8") f.memory("v128.store", offset);
  else f.memoryLane("v128.store32_lane", 0, offset);
}

/** Stores the first `count` (1 to 4) elements of a vector (packed, for bytes). */
export function storeFirstElements(
  f: FunctionBuilder,
  dtype: Dtype,
  address: Local,
  vector: Local,
  count: number,
  offset: number,
): void {
  if (dtype !== "u8") storeWords(f, address, vector, count, offset);
  else if (count === 4) {
    f.get(address).get(vector);
    storeElements(f, dtype, offset);
  } else {
    for (let lane = 0; lane < count; lane++) {
      f.get(address).get(vector).memoryLane("v128.store8_lane", lane, offset + lane);
    }
  }
}
