import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import { I32 } from "../../../../assembler/types.ts";
import { advance, pushScaled } from "../_phase.ts";
import type { SortKeys } from "./_sort_keys.ts";

/** How keys are cut into digits, the least significant first. */
export interface Digits {
  /** Bits of a digit. */
  readonly bits: number;
  /** Number of digits. */
  readonly passes: number;
}

/** Number of values of a digit. */
export function bucketsOf({ bits }: Digits): number {
  return 1 << bits;
}

/** Replaces a key on the stack by four times its digit: the place of its counter. */
export function digitPlace(f: FunctionBuilder, digits: Digits, pass: number): void {
  const mask = (bucketsOf(digits) - 1) << 2;
  const shift = pass * digits.bits - 2;
  if (shift < 0) f.i32(-shift).op("i32.shl");
  else if (shift > 0) f.i32(shift).op("i32.shr_u");
  f.i32(mask).op("i32.and");
}

/** Adds 1 to the counter of the key's digit; `place` is free to use. */
export function countDigit(
  f: FunctionBuilder,
  digits: Digits,
  pass: number,
  key: Local,
  counters: Local,
  place: Local,
  offset = 0,
): void {
  f.get(key);
  digitPlace(f, digits, pass);
  f.scale(1).get(counters).addressOp("add").tee(place).get(place).memory("i32.load", offset).i32(1).op(
    "i32.add",
  );
  f.memory("i32.store", offset);
}

/** Keys and indices, side by side or not. */
export interface Pairs {
  readonly keys: Local;
  readonly indices: Local;
}

/**
 * Moves the elements [from, end) (byte offsets) to where their digits' counters say, which are byte offsets and move on.
 * Byte offsets in a row have 32 bits: a larger row and the buffers it needs are more than any memory holds.
 * The first pass takes the place of an element as its index, the last one writes elements instead of keys.
 */
export function emitRadixPass(
  f: FunctionBuilder,
  digits: Digits,
  pass: number,
  keys: SortKeys,
  { from, end, source, target, counters }: {
    readonly from: Local;
    readonly end: Local;
    readonly source: Pairs;
    readonly target: Pairs;
    readonly counters: Local;
  },
): void {
  const [at, key, to] = f.locals(I32);
  const place = f.local(f.address);
  f.get(from).set(at);
  f.forUpTo(at, end, 4, () => {
    pushScaled(f, source.keys, at, 1);
    f.memory("i32.load").tee(key);
    digitPlace(f, digits, pass);
    f.scale(1).get(counters).addressOp("add").tee(place).memory("i32.load").set(to);
    f.get(place).get(to).i32(4).op("i32.add").memory("i32.store");
    pushScaled(f, target.keys, to, 1);
    f.get(key);
    if (pass === digits.passes - 1) keys.decode();
    f.memory("i32.store");
    pushScaled(f, target.indices, to, 1);
    if (pass === 0) f.get(at).i32(2).op("i32.shr_u");
    else {
      pushScaled(f, source.indices, at, 1);
      f.memory("i32.load");
    }
    f.memory("i32.store");
  });
}

/** Copies the first `count` sorted elements and indices to the results, `step` bytes apart. */
export function emitCopyOut(
  f: FunctionBuilder,
  sorted: Pairs,
  results: Pairs,
  count: number,
  step: number,
): void {
  const [at, offset] = f.locals(f.address);
  f.bytes(0).tee(at).set(offset);
  f.forUpTo(at, { constant: 4 * count }, 4, () => {
    for (const part of ["keys", "indices"] as const) {
      f.get(results[part]).get(offset).addressOp("add");
      f.get(sorted[part]).get(at).addressOp("add").memory("i32.load").memory("i32.store");
    }
    advance(f, offset, step);
  });
}
