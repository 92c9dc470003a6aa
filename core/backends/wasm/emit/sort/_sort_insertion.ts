import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32, I64, V128 } from "../../../../assembler/types.ts";
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
  pushScaled,
  SCRATCH,
} from "../_phase.ts";
import { SortKeys } from "./_sort_keys.ts";
import { pushRowOffset, rowsOf } from "./sort_layout.ts";
import type { EmittedKernel } from "../../wasm_kernel.ts";

/**
 * Keeps the best `count` elements so far in a sorted list and inserts each that belongs there: for short rows and for the
 * first few of long ones. An entry is its key above its index in one 64-bit word, so that no two are equal and the order
 * is stable by itself. A unit is a row.
 */
export function emitInsertionSort(builder: ModuleBuilder, kernel: SortKernel): EmittedKernel {
  const { length, inner, count } = kernel;
  const f = phaseFunction(builder, "sortByInsertion");
  const input = loadPointer(f, 0);
  const values = loadPointer(f, 1);
  const indices = loadPointer(f, 2);
  const [row, t] = f.locals(I32);
  const [at, end, q, r] = f.locals(f.address);
  const list = new SortedList(f, kernel);
  const { keys } = list;
  const vectors = inner === 1 ? Math.floor((length - count) / 4) : 0;
  const bounds = f.local(V128);
  if (vectors > 0) keys.prepareVectors();
  const tryOne = () => {
    list.readKey(at);
    f.get(list.key).get(list.bound).op("i32.lt_u").if(() => {
      list.insert(t, () => f.get(list.last));
      list.readBound();
      if (vectors > 0) f.get(list.bound).op("i32x4.splat").set(bounds);
    });
    advance(f, at, 4 * inner);
  };

  list.prepare();
  f.get(BEGIN).set(row);
  f.forUpTo(row, END, 1, () => {
    pushRowOffset(f, kernel, length, row);
    f.get(input).addressOp("add").set(at).i32(0).set(t);
    // The first fill the list, the others must be better than its last.
    f.forUpTo(t, { constant: count }, 1, () => {
      list.readKey(at);
      list.insert(t, () => pushScaled(f, SCRATCH, t, 8));
      advance(f, at, 4 * inner);
    });
    if (length > count) {
      list.readBound();
      if (vectors > 0) {
        f.get(list.bound).op("i32x4.splat").set(bounds);
        f.get(at).offset(16 * vectors).set(end);
        const stop = q;
        f.loop(() => {
          f.get(at).memory("v128.load");
          keys.encodeVector();
          f.get(bounds).op("i32x4.lt_u").op("v128.any_true").if(() => {
            f.get(at).offset(16).set(stop);
            f.loop(() => {
              tryOne();
              advance(f, t, 1);
              f.get(at).get(stop).addressOp("lt_u").brIf(0);
            });
          }, () => {
            advance(f, at, 16);
            advance(f, t, 4);
          });
          f.get(at).get(end).addressOp("lt_u").brIf(0);
        });
      }
      f.forUpTo(t, { constant: length }, 1, tryOne);
    }
    pushRowOffset(f, kernel, count, row);
    f.tee(q).get(indices).addressOp("add").set(r).get(q).get(values).addressOp("add").set(q);
    f.get(SCRATCH).set(at).get(SCRATCH).offset(8 * count).set(end);
    f.forUpTo(at, end, 8, () => {
      f.get(r).get(at).memory("i32.load").memory("i32.store");
      f.get(q).get(at).memory("i32.load", 4);
      keys.decode();
      f.memory("i32.store");
      advance(f, q, 4 * inner);
      advance(f, r, 4 * inner);
    });
  });
  const nanoseconds = 10 + length * (inner === 1 ? 0.5 : 1) + Math.min(length, 4 * count) * count / 4;
  return emittedKernel([phaseOf(f, rowsOf(kernel), grainOf(nanoseconds))], 0, 8 * count);
}

/** The list of entries in the scratch. */
class SortedList {
  readonly keys: SortKeys;
  /** The key that was read last. */
  readonly key: Local;
  /** The key of the last entry. */
  readonly bound: Local;
  /** Where the last entry stands. */
  readonly last: Local;
  readonly #place: Local;
  readonly #entry: Local;
  readonly #other: Local;

  constructor(readonly f: FunctionBuilder, readonly kernel: SortKernel) {
    this.keys = new SortKeys(f, kernel);
    [this.key, this.bound] = f.locals(I32);
    [this.last, this.#place] = f.locals(f.address);
    [this.#entry, this.#other] = f.locals(I64);
  }

  /** Once, before any row. */
  prepare(): void {
    this.f.get(SCRATCH).offset(8 * (this.kernel.count - 1)).set(this.last);
  }

  /** Makes the key of the element at an address. */
  readKey(at: Local): void {
    this.f.get(at).memory("i32.load");
    this.keys.encode();
    this.f.set(this.key);
  }

  /** bound = the key of the last entry, which exists. */
  readBound(): void {
    this.f.get(this.last).memory("i32.load", 4).set(this.bound);
  }

  /** Inserts the key that was read, with index t; the entry at the given place, which may be free, is lost. */
  insert(t: Local, pushPlace: () => void): void {
    const { f } = this;
    const place = this.#place;
    pushPlace();
    f.set(place);
    f.get(this.key).op("i64.extend_i32_u").i64(32).op("i64.shl");
    f.get(t).op("i64.extend_i32_u").op("i64.or").set(this.#entry);
    f.block(() => {
      f.loop(() => {
        f.get(place).get(SCRATCH).addressOp("le_u").brIf(1);
        f.get(place).offset(-8).memory("i64.load").tee(this.#other);
        f.get(this.#entry).op("i64.lt_u").brIf(1);
        f.get(place).get(this.#other).memory("i64.store");
        advance(f, place, -8);
        f.br(0);
      });
    });
    f.get(place).get(this.#entry).memory("i64.store");
  }
}
