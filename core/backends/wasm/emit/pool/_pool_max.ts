import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32, V128 } from "../../../../assembler/types.ts";
import type { PoolKernel } from "../../../../kernels/pool.ts";
import { OrderKeys } from "../_order_key.ts";
import { advance, pushScaled, storeWords } from "../_phase.ts";
import {
  emitChannels,
  emitSignedLoop,
  emitWindows,
  isUnpadded,
  type Span,
  type WindowEmitter,
} from "./_pool_walk.ts";
import type { WasmPhase } from "../../wasm_kernel.ts";

/** Windows of at most so many positions are written out. */
const UNROLLED = 9;

/** Emits max-pooling; a unit is a row of windows of one image, and vectors run across the channels. */
export function emitMaxPool(builder: ModuleBuilder, kernel: PoolKernel): WasmPhase {
  const nanoseconds = kernel.windowHeight * kernel.windowWidth * 1.2;
  return emitWindows(builder, kernel, { results: 2, nanoseconds }, (f) => new MaxWindow(f, kernel));
}

/** Emits the largest value and its position for all channels of one window. */
class MaxWindow implements WindowEmitter {
  /** Address of the image. */
  readonly base: Local;
  readonly #keys: OrderKeys;
  readonly #address: Local;
  readonly #position: Local;
  readonly #y: Local;
  readonly #x: Local;
  readonly #key: Local;
  readonly #best: Local;
  readonly #at: Local;
  readonly #lanes: Local;
  /** How far the positions of a small window are from its first, as vectors. */
  readonly #distances = new Map<number, Local>();

  constructor(readonly f: FunctionBuilder, readonly kernel: PoolKernel) {
    this.#keys = new OrderKeys(f);
    [this.base, this.#address] = f.locals(f.address);
    [this.#position, this.#y, this.#x] = f.locals(I32);
    [this.#key, this.#best, this.#at, this.#lanes] = f.locals(V128);
    f.vectorBits([0, 1, 2, 3]).set(this.#lanes);
    const { width, channels, windowHeight, windowWidth } = kernel;
    if (windowHeight * windowWidth > 4) return;
    for (let i = 1; i < windowHeight * windowWidth; i++) {
      const distance = (Math.floor(i / windowWidth) * width + i % windowWidth) * channels;
      this.#distances.set(distance, f.local(V128));
      f.splatBits(distance).set(this.#distances.get(distance)!);
    }
  }

  emit(rows: Span, columns: Span, [values, positions]: readonly [Local, Local]): void {
    const { f, kernel } = this;
    const { height, width, windowHeight, windowWidth } = kernel;
    if (windowHeight * windowWidth > UNROLLED) return this.#emitLoops(rows, columns, values, positions);
    if (isUnpadded(kernel)) return this.#emitUnrolled(rows, columns, values, positions);
    f.get(rows.origin).i32(0).op("i32.ge_s").get(columns.origin).i32(0).op("i32.ge_s").op("i32.and");
    f.get(rows.origin).i32(height - windowHeight).op("i32.le_s").op("i32.and");
    f.get(columns.origin).i32(width - windowWidth).op("i32.le_s").op("i32.and");
    f.if(
      () => this.#emitUnrolled(rows, columns, values, positions),
      () => this.#emitLoops(rows, columns, values, positions),
    );
  }

  /** position = index of the first channel at (y, x) within the image; address = where it is. */
  #locate(y: Local, x: Local): void {
    const { f, kernel } = this;
    f.get(y).i32(kernel.width).op("i32.mul").get(x).op("i32.add").i32(kernel.channels).op("i32.mul");
    f.tee(this.#position).scale(4).get(this.base).addressOp("add").set(this.#address);
  }

  /** A window within the image: its first position, then the others at constant distances. */
  #emitUnrolled(rows: Span, columns: Span, values: Local, positions: Local): void {
    const { f, kernel } = this;
    const { width, channels, windowHeight, windowWidth } = kernel;
    this.#locate(rows.origin, columns.origin);
    const moving = [
      { local: this.#address, step: 4 },
      { local: this.#position, step: 1 },
      { local: values, step: 4 },
      { local: positions, step: 4 },
    ];
    emitChannels(f, channels, moving, (channel, count) => {
      for (let y = 0; y < windowHeight; y++) {
        for (let x = 0; x < windowWidth; x++) {
          const distance = (y * width + x) * channels;
          f.get(this.#address).memory("v128.load", 4 * (distance + channel));
          this.#keys.fromFloats();
          if (distance === 0) f.set(this.#best).splatBits(0).set(this.#at);
          else this.#update(() => this.#pushDistance(distance));
        }
      }
      f.get(this.#at).get(this.#position).op("i32x4.splat").op("i32x4.add");
      if (channel > 0) f.splatBits(channel).op("i32x4.add");
      f.get(this.#lanes).op("i32x4.add").set(this.#at);
      this.#store(values, positions, channel, count);
    });
  }

  #pushDistance(distance: number): void {
    const local = this.#distances.get(distance);
    if (local === undefined) this.f.splatBits(distance);
    else this.f.get(local);
  }

  /** Any window: loops over its positions within the image. */
  #emitLoops(rows: Span, columns: Span, values: Local, positions: Local): void {
    const { f, kernel } = this;
    const channelOffset = f.local(I32);
    const moving = [
      { local: channelOffset, step: 1 },
      { local: values, step: 4 },
      { local: positions, step: 4 },
    ];
    f.i32(0).set(channelOffset);
    emitChannels(f, kernel.channels, moving, (channel, count) => {
      const load = () => {
        pushScaled(f, this.#address, channelOffset, 4);
        f.memory("v128.load", 4 * channel);
        this.#keys.fromFloats();
      };
      const pushPosition = () => {
        f.get(this.#position).get(channelOffset).op("i32.add").i32(channel).op("i32.add").op("i32x4.splat");
        f.get(this.#lanes).op("i32x4.add");
      };
      this.#locate(rows.first, columns.first);
      load();
      f.set(this.#best);
      pushPosition();
      f.set(this.#at);
      emitSignedLoop(f, this.#y, rows.first, rows.end, () => {
        this.#locate(this.#y, columns.first);
        emitSignedLoop(f, this.#x, columns.first, columns.end, () => {
          load();
          this.#update(pushPosition);
          advance(f, this.#address, 4 * kernel.channels);
          advance(f, this.#position, kernel.channels);
        });
      });
      this.#store(values, positions, channel, count);
    });
  }

  /** Takes the keys on the stack, at a position, where they are larger than the best so far. */
  #update(pushPosition: () => void): void {
    const { f } = this;
    f.set(this.#key);
    pushPosition();
    f.get(this.#at).get(this.#key).get(this.#best).op("i32x4.gt_s").op("v128.bitselect").set(this.#at);
    f.get(this.#best).get(this.#key).op("i32x4.max_s").set(this.#best);
  }

  #store(values: Local, positions: Local, channel: number, count: number): void {
    const { f } = this;
    f.get(this.#best);
    this.#keys.toFloats();
    f.set(this.#best);
    storeWords(f, values, this.#best, count, 4 * channel);
    storeWords(f, positions, this.#at, count, 4 * channel);
  }
}
