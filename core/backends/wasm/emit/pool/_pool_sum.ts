import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32, V128 } from "../../../../assembler/types.ts";
import type { PoolKernel } from "../../../../kernels/pool.ts";
import { advance, SCRATCH, storeWords } from "../_phase.ts";
import {
  emitChannels,
  emitSignedLoop,
  emitWindows,
  isUnpadded,
  type Span,
  type WindowEmitter,
} from "./_pool_walk.ts";
import { SUM_BLOCK, SUM_LANES } from "../reduce/reduce_layout.ts";
import type { WasmPhase } from "../../wasm_kernel.ts";

/** Bytes of scratch that sum-pooling needs: the 16 lanes of four channels. */
export const SUM_POOL_SCRATCH = 16 * SUM_LANES;

/** Emits sum-pooling; a unit is a row of windows of one image, and vectors run across the channels. */
export function emitSumPool(builder: ModuleBuilder, kernel: PoolKernel): WasmPhase {
  const nanoseconds = kernel.windowHeight * kernel.windowWidth;
  return emitWindows(builder, kernel, { results: 1, nanoseconds }, (f) => new SumWindow(f, kernel));
}

/** Emits the sum over one window for all channels. */
class SumWindow implements WindowEmitter {
  /** Address of the image. */
  readonly base: Local;
  readonly #address: Local;
  readonly #y: Local;
  readonly #x: Local;
  readonly #term: Local;
  readonly #block: Local;
  readonly #lane: Local;
  readonly #total: Local;

  constructor(readonly f: FunctionBuilder, readonly kernel: PoolKernel) {
    [this.base, this.#address, this.#lane] = f.locals(f.address);
    [this.#y, this.#x, this.#term, this.#block] = f.locals(I32);
    this.#total = f.local(V128);
  }

  emit(rows: Span, columns: Span, [out]: readonly [Local]): void {
    const { windowHeight, windowWidth } = this.kernel;
    const short = windowHeight * windowWidth <= SUM_LANES && isUnpadded(this.kernel);
    if (short) this.#emitUnrolled(rows, columns, out);
    else this.#emitLoops(rows, columns, out);
  }

  #locate(y: Local, x: Local): void {
    const { f, kernel } = this;
    f.get(y).i32(kernel.width).op("i32.mul").get(x).op("i32.add").scale(4 * kernel.channels);
    f.get(this.base).addressOp("add").set(this.#address);
  }

  /** lane[l] += lane[l + 8], then + 4, + 2, + 1, of the lanes that exist. */
  #pushFold(terms: number, pushLane: (lane: number) => void, lane = 0, distance = 1): void {
    if (distance === SUM_LANES) return pushLane(lane);
    this.#pushFold(terms, pushLane, lane, 2 * distance);
    if (lane + distance >= terms) return;
    this.#pushFold(terms, pushLane, lane + distance, 2 * distance);
    this.f.op("f32x4.add");
  }

  /** Up to 16 positions within the image: each is a lane of its own. */
  #emitUnrolled(rows: Span, columns: Span, out: Local): void {
    const { f, kernel } = this;
    const { width, channels, windowHeight, windowWidth } = kernel;
    this.#locate(rows.origin, columns.origin);
    emitChannels(
      f,
      channels,
      [{ local: this.#address, step: 4 }, { local: out, step: 4 }],
      (channel, count) => {
        // The terms are not added to +0: a sum of nothing but -0 must still become +0.
        f.splatBits(0);
        this.#pushFold(windowHeight * windowWidth, (term) => {
          const distance = (Math.floor(term / windowWidth) * width + term % windowWidth) * channels;
          f.get(this.#address).memory("v128.load", 4 * (distance + channel));
        });
        f.op("f32x4.add").set(this.#total);
        storeWords(f, out, this.#total, count, 4 * channel);
      },
    );
  }

  /**
   * Any window, its lanes in the scratch. Padding is skipped: lanes start at +0 and never become -0, so adding +0
   * changes nothing; but it counts in the index of the term.
   */
  #emitLoops(rows: Span, columns: Span, out: Local): void {
    const { f, kernel } = this;
    const { channels, windowHeight, windowWidth } = kernel;
    const severalBlocks = windowHeight * windowWidth > SUM_BLOCK;
    const offset = f.local(f.address);
    f.bytes(0).set(offset);
    const clear = () => {
      for (let lane = 0; lane < SUM_LANES; lane++) {
        f.get(SCRATCH).splatBits(0).memory("v128.store", 16 * lane);
      }
    };
    const close = () => {
      f.get(this.#total);
      this.#pushFold(windowHeight * windowWidth, (lane) => f.get(SCRATCH).memory("v128.load", 16 * lane));
      f.op("f32x4.add").set(this.#total);
    };
    emitChannels(f, channels, [{ local: offset, step: 4 }, { local: out, step: 4 }], (channel, count) => {
      clear();
      f.splatBits(0).set(this.#total).i32(0).set(this.#block);
      emitSignedLoop(f, this.#y, rows.first, rows.end, () => {
        this.#locate(this.#y, columns.first);
        f.get(this.#y).get(rows.origin).op("i32.sub").i32(windowWidth).op("i32.mul");
        f.get(columns.first).get(columns.origin).op("i32.sub").op("i32.add").set(this.#term);
        emitSignedLoop(f, this.#x, columns.first, columns.end, () => {
          if (severalBlocks) {
            f.get(this.#term).i32(10).op("i32.shr_u").get(this.#block).op("i32.ne");
            f.if(() => {
              close();
              clear();
              f.get(this.#term).i32(10).op("i32.shr_u").set(this.#block);
            });
          }
          f.get(this.#term).i32(SUM_LANES - 1).op("i32.and").scale(16).get(SCRATCH).addressOp("add");
          f.tee(this.#lane).get(this.#lane).memory("v128.load");
          f.get(this.#address).get(offset).addressOp("add").memory("v128.load", 4 * channel);
          f.op("f32x4.add").memory("v128.store");
          advance(f, this.#address, 4 * channels);
          advance(f, this.#term, 1);
        });
      });
      close();
      storeWords(f, out, this.#total, count, 4 * channel);
    });
  }
}
