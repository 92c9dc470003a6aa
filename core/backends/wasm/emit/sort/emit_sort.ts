import type { SortKernel } from "../../../../kernels/sort.ts";
import { emittedKernel } from "../_phase.ts";
import { emitSortChunks } from "./_sort_chunks.ts";
import { emitInsertionSort } from "./_sort_insertion.ts";
import { emitSortRows } from "./_sort_rows.ts";
import { rowsOf } from "./sort_layout.ts";
import type { Emitter } from "../../wasm_kernel.ts";

/** Up to this length a row is sorted by insertion. */
const SHORT = 40;
/** So few of a row's first are found by insertion, however long it is, unless they are most of it. */
const FEW = 64;
/** Between these lengths digits of 11 bits pay: counting them is cheap beside moving, and all places to write to are cached. */
const LONG = 8192;
const HUGE = 500_000;
/** Threads share rows from this length on, if there are few. */
const SHARED = 32768;

/**
 * Emits sorts along an axis. Any correct sort gives the same bits: short rows and the first few of a row are found by
 * insertion, others by radix sort with digits of 8 or 11 bits.
 */
export const emitSort: Emitter<SortKernel> = (kernel, builder) => {
  const { length, count } = kernel;
  const rows = rowsOf(kernel);
  if (rows * count === 0) return emittedKernel([]);
  if (length <= SHORT || (count <= FEW && 2 * count <= length)) return emitInsertionSort(builder, kernel);
  const digits = length >= LONG && length < HUGE ? { bits: 11, passes: 3 } : { bits: 8, passes: 4 };
  return rows < 8 && length >= SHARED
    ? emitSortChunks(builder, kernel, digits)
    : emitSortRows(builder, kernel, digits);
};
