import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
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
  pushScaled,
} from "../_phase.ts";
import { bucketsOf, countDigit, type Digits, emitCopyOut, emitRadixPass, type Pairs } from "./_radix_pass.ts";
import { SortKeys } from "./_sort_keys.ts";
import { pushRowOffset, rowsOf } from "./sort_layout.ts";
import type { EmittedKernel, WasmPhase } from "../../wasm_kernel.ts";

/** Pieces of a row that threads may take; no bit depends on it. */
const CHUNKS = 8;

/**
 * Radix sorts of a few long rows that threads share. Each pass counts the digits of every chunk, finds out where each
 * chunk's elements of each digit go, and moves them there; so a chunk's elements stay behind those of the chunks before.
 */
export function emitSortChunks(builder: ModuleBuilder, kernel: SortKernel, digits: Digits): EmittedKernel {
  const sort = new ChunkSort(builder, kernel, digits);
  const phases: WasmPhase[] = [];
  for (let pass = 0; pass < digits.passes; pass++) {
    phases.push(sort.countPhase(pass), sort.offsetPhase(), sort.movePhase(pass));
  }
  if (!sort.direct) phases.push(sort.copyPhase());
  return emittedKernel(phases, rowsOf(kernel) * sort.temporaryBytesOfRow);
}

class ChunkSort {
  /** Whether the rows of the results serve as one of the two buffers. */
  readonly direct: boolean;
  /** Counters of all chunks, then the buffers. */
  readonly temporaryBytesOfRow: number;
  readonly #rowBytes: number;
  readonly #chunkBytes: number;
  readonly #countersBytes: number;

  constructor(readonly builder: ModuleBuilder, readonly kernel: SortKernel, readonly digits: Digits) {
    const { inner, count, length } = kernel;
    this.direct = inner === 1 && count === length;
    this.#rowBytes = 4 * length;
    this.#chunkBytes = 4 * Math.ceil(length / CHUNKS);
    this.#countersBytes = 4 * bucketsOf(digits) * CHUNKS;
    this.temporaryBytesOfRow = this.#countersBytes + (this.direct ? 2 : 4) * this.#rowBytes;
  }

  /** Counts the digits of each chunk; the first time makes the keys too. */
  countPhase(pass: number): WasmPhase {
    const { kernel, digits } = this;
    const f = phaseFunction(this.builder, `sortCount${pass}`);
    const input = loadPointer(f, 0);
    const keys = new SortKeys(f, kernel);
    const [q, key] = f.locals(I32);
    const [p, place] = f.locals(f.address);
    return this.#overChunks(f, 1.5, ({ row, from, end, counters }) => {
      const { keys: at } = this.#pairsBefore(f, pass, row);
      f.get(counters).i32(0).bytes(4 * bucketsOf(digits)).memoryFill();
      if (pass === 0) {
        pushRowOffset(f, kernel, kernel.length, row);
        f.get(from).scale(kernel.inner).addressOp("add").get(input).addressOp("add").set(p);
      }
      f.get(from).set(q);
      f.forUpTo(q, end, 4, () => {
        pushScaled(f, at, q, 1);
        if (pass > 0) f.memory("i32.load").set(key);
        else {
          f.get(p).memory("i32.load");
          keys.encode();
          f.tee(key).memory("i32.store");
          advance(f, p, 4 * kernel.inner);
        }
        countDigit(f, digits, pass, key, counters, place);
      });
    });
  }

  /** Replaces counts by byte offsets: digit by digit, and for each chunk by chunk. A unit is a row. */
  offsetPhase(): WasmPhase {
    const stride = 4 * bucketsOf(this.digits);
    const f = phaseFunction(this.builder, "sortOffsets");
    const temporary = loadPointer(f, 3);
    const [row, sum, count] = f.locals(I32);
    const [digit, lastDigit, place, end] = f.locals(f.address);
    f.get(BEGIN).set(row);
    f.forUpTo(row, END, 1, () => {
      f.get(row).scale(this.temporaryBytesOfRow).get(temporary).addressOp("add");
      f.tee(digit).offset(stride).set(lastDigit).i32(0).set(sum);
      f.forUpTo(digit, lastDigit, 4, () => {
        f.get(digit).tee(place).offset(CHUNKS * stride).set(end);
        f.forUpTo(place, end, stride, () => {
          f.get(place).memory("i32.load").set(count);
          f.get(place).get(sum).memory("i32.store");
          f.get(count).i32(2).op("i32.shl").get(sum).op("i32.add").set(sum);
        });
      });
    });
    return phaseOf(f, rowsOf(this.kernel), grainOf(CHUNKS * stride / 4));
  }

  /** Moves the elements of each chunk to the places of their digits. */
  movePhase(pass: number): WasmPhase {
    const f = phaseFunction(this.builder, `sortMove${pass}`);
    const keys = new SortKeys(f, this.kernel);
    return this.#overChunks(f, 4, ({ row, from, end, counters }) => {
      const source = this.#pairsBefore(f, pass, row);
      const target = this.#pairsBefore(f, pass + 1, row);
      emitRadixPass(f, this.digits, pass, keys, { from, end, source, target, counters });
    });
  }

  /** Copies what is kept to results that are no buffer. A unit is a row. */
  copyPhase(): WasmPhase {
    const { kernel: { count, inner } } = this;
    const f = phaseFunction(this.builder, "sortCopy");
    const row = f.local(I32);
    f.get(BEGIN).set(row);
    f.forUpTo(row, END, 1, () => {
      const sorted = this.#pairsBefore(f, this.digits.passes, row);
      emitCopyOut(f, sorted, this.#results(f, row), count, 4 * inner);
    });
    return phaseOf(f, rowsOf(this.kernel), grainOf(count));
  }

  /** A phase whose units are the chunks of all rows; from and end are byte offsets in a row. */
  #overChunks(
    f: FunctionBuilder,
    nanosecondsPerElement: number,
    body: (chunk: Record<"row" | "from" | "end" | "counters", Local>) => void,
  ): WasmPhase {
    const temporary = loadPointer(f, 3);
    const [u, row, from, end] = f.locals(I32);
    const counters = f.local(f.address);
    f.get(BEGIN).set(u);
    f.forUpTo(u, END, 1, () => {
      f.get(u).i32(CHUNKS).op("i32.div_u").set(row);
      f.get(u).i32(CHUNKS).op("i32.rem_u").i32(this.#chunkBytes).op("i32.mul").tee(from);
      f.i32(this.#chunkBytes).op("i32.add").tee(end).i32(this.#rowBytes);
      f.get(end).i32(this.#rowBytes).op("i32.lt_u").op("select").set(end);
      f.get(row).scale(this.temporaryBytesOfRow).get(temporary).addressOp("add");
      f.get(u).i32(CHUNKS).op("i32.rem_u").scale(4 * bucketsOf(this.digits)).addressOp("add").set(counters);
      body({ row, from, end, counters });
    });
    const nanoseconds = nanosecondsPerElement * this.#chunkBytes / 4;
    return phaseOf(f, rowsOf(this.kernel) * CHUNKS, grainOf(nanoseconds));
  }

  /** Emits the addresses of the buffer from which a pass reads. The two take turns; the last pass writes to the results. */
  #pairsBefore(f: FunctionBuilder, pass: number, row: Local): Pairs {
    const last = (this.digits.passes - pass) % 2 === 0;
    if (last && this.direct) return this.#results(f, row);
    const temporary = loadPointer(f, 3);
    const pairs = { keys: f.local(f.address), indices: f.local(f.address) };
    f.get(row).scale(this.temporaryBytesOfRow).get(temporary).addressOp("add");
    f.offset(this.#countersBytes + (last ? 2 * this.#rowBytes : 0)).tee(pairs.keys);
    f.offset(this.#rowBytes).set(pairs.indices);
    return pairs;
  }

  /** Emits the addresses of a row of the results. */
  #results(f: FunctionBuilder, row: Local): Pairs {
    const pairs = { keys: loadPointer(f, 1), indices: loadPointer(f, 2) };
    for (const pointer of [pairs.keys, pairs.indices]) {
      pushRowOffset(f, this.kernel, this.kernel.count, row);
      f.get(pointer).addressOp("add").set(pointer);
    }
    return pairs;
  }
}
