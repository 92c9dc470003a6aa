import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32 } from "../../../../assembler/types.ts";
import type { SortKernel } from "../../../../kernels/sort.ts";
import {
  advance,
  BEGIN,
  emittedKernel,
  END,
  grainOf,
  loadPointer,
  phaseFunction,
  phaseOf,
  SCRATCH,
} from "../_phase.ts";
import { bucketsOf, countDigit, type Digits, emitCopyOut, emitRadixPass, type Pairs } from "./_radix_pass.ts";
import { SortKeys } from "./_sort_keys.ts";
import { pushRowOffset, rowsOf } from "./sort_layout.ts";
import type { EmittedKernel } from "../../wasm_kernel.ts";

/**
 * Radix sorts of whole rows, from the least digit up. A unit is a row: its keys, the counts of all digits, then a pass for
 * each digit between a buffer in the scratch and another, which is the row of the results if they are contiguous.
 */
export function emitSortRows(builder: ModuleBuilder, kernel: SortKernel, digits: Digits): EmittedKernel {
  const { length, inner, count } = kernel;
  const direct = inner === 1 && count === length;
  const buckets = bucketsOf(digits);
  const rowBytes = 4 * length;
  const countersBytes = 4 * buckets * digits.passes;

  const f = phaseFunction(builder, "sortRows");
  const input = loadPointer(f, 0);
  const values = loadPointer(f, 1);
  const indices = loadPointer(f, 2);
  const keys = new SortKeys(f, kernel);
  const [row, from, end] = f.locals(I32);
  const [key, sum] = f.locals(I32);
  const [p, q, keysEnd, place, counters] = f.locals(f.address);
  const pairs = (): Pairs => ({ keys: f.local(f.address), indices: f.local(f.address) });
  const own = pairs();
  const results = pairs();
  const last = direct ? results : pairs();
  const at = (offset: number, to: number) => f.get(SCRATCH).offset(offset).set(to);
  at(countersBytes, own.keys);
  at(countersBytes + rowBytes, own.indices);
  if (!direct) {
    at(countersBytes + 2 * rowBytes, last.keys);
    at(countersBytes + 3 * rowBytes, last.indices);
  }
  // The buffers take turns, and the last pass writes to `last`.
  const before = (pass: number) => (digits.passes - pass) % 2 === 0 ? last : own;

  f.get(BEGIN).set(row);
  f.forUpTo(row, END, 1, () => {
    pushRowOffset(f, kernel, count, row);
    f.tee(p).get(values).addressOp("add").set(results.keys);
    f.get(p).get(indices).addressOp("add").set(results.indices);
    pushRowOffset(f, kernel, length, row);
    f.get(input).addressOp("add").set(p);
    f.get(SCRATCH).i32(0).bytes(countersBytes).memoryFill();
    f.get(before(0).keys).tee(q).offset(rowBytes).set(keysEnd);
    f.forUpTo(q, keysEnd, 4, () => {
      f.get(q).get(p).memory("i32.load");
      keys.encode();
      f.tee(key).memory("i32.store");
      for (let pass = 0; pass < digits.passes; pass++) {
        countDigit(f, digits, pass, key, SCRATCH, place, 4 * buckets * pass);
      }
      advance(f, p, 4 * inner);
    });
    f.get(SCRATCH).set(counters).i32(0).set(from).i32(rowBytes).set(end);
    for (let pass = 0; pass < digits.passes; pass++) {
      // From counts to the byte offset of the first of each digit.
      f.i32(0).set(sum).get(counters).offset(4 * buckets).set(q).get(counters).set(place);
      f.forUpTo(place, q, 4, () => {
        f.get(place).memory("i32.load").set(key);
        f.get(place).get(sum).memory("i32.store");
        f.get(key).i32(2).op("i32.shl").get(sum).op("i32.add").set(sum);
      });
      const [source, target] = [before(pass), before(pass + 1)];
      emitRadixPass(f, digits, pass, keys, { from, end, source, target, counters });
      advance(f, counters, 4 * buckets);
    }
    if (!direct) emitCopyOut(f, last, results, count, 4 * inner);
  });
  const nanoseconds = buckets * digits.passes + 4 * length * digits.passes;
  const scratchBytes = countersBytes + (direct ? 2 : 4) * rowBytes;
  return emittedKernel([phaseOf(f, rowsOf(kernel), grainOf(nanoseconds))], 0, scratchBytes);
}
