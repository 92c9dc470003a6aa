import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import { I32 } from "../../../../assembler/types.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import type { PoolKernel } from "../../../../kernels/pool.ts";
import {
  advance,
  BEGIN,
  END,
  grainOf,
  loadPointer,
  phaseFunction,
  phaseOf,
  pushScaled,
  repeatUnrolled,
} from "../_phase.ts";
import type { WasmPhase } from "../../wasm_kernel.ts";

/** A local that moves along the channels, by so much for each. */
export interface Moving {
  readonly local: Local;
  readonly step: number;
}

/**
 * Runs `body` for the channels of one position, a vector at a time; a last vector may cover channels a second time.
 * `body` gets the first channel, counted from where the locals stand, and how many of the four lanes are channels.
 */
export function emitChannels(
  f: FunctionBuilder,
  channels: number,
  moving: readonly Moving[],
  body: (channel: number, count: number) => void,
): void {
  if (channels < 4) return body(0, channels);
  const vectors = Math.floor(channels / 4);
  const unroll = vectors <= 4 ? 4 : 1;
  let moved = 0;
  const move = (count: number) => {
    moved += count;
    for (const { local, step } of moving) advance(f, local, count * step);
  };
  const behind = repeatUnrolled(f, vectors, unroll, (copy) => body(4 * copy, 4), (copies) => {
    for (const { local, step } of moving) advance(f, local, 4 * copies * step);
  });
  moved += 4 * (vectors - behind);
  if (channels % 4 > 0) {
    const last = channels - 4 - moved;
    if (last < 0) move(last);
    body(Math.max(last, 0), 4);
  }
  move(-moved);
}

/** Whether every window of the kernel lies within the image. */
export function isUnpadded(kernel: PoolKernel): boolean {
  const { paddingTop, paddingLeft, outputHeight, outputWidth } = kernel;
  return paddingTop <= 0 && paddingLeft <= 0 &&
    (outputHeight - 1) * kernel.strideHeight - paddingTop + kernel.windowHeight <= kernel.height &&
    (outputWidth - 1) * kernel.strideWidth - paddingLeft + kernel.windowWidth <= kernel.width;
}

/** The span of a window along one axis: its first position on the grid, and the part of it within the image. */
export interface Span {
  readonly origin: Local;
  readonly first: Local;
  readonly end: Local;
}

/** Locals for the span of a window. */
export function newSpan(f: FunctionBuilder): Span {
  const [origin, first, end] = f.locals(I32);
  return { origin, first, end };
}

/** Sets the span of window `index`: origin = index * stride - padding, cut to [0, extent). */
export function emitSpan(
  f: FunctionBuilder,
  { origin, first, end }: Span,
  index: Local,
  { stride, padding, window, extent }: { stride: number; padding: number; window: number; extent: number },
): void {
  f.get(index).i32(stride).op("i32.mul").i32(padding).op("i32.sub").set(origin);
  f.get(origin).i32(0).get(origin).i32(0).op("i32.gt_s").op("select").set(first);
  f.get(origin).i32(window).op("i32.add").tee(end).i32(extent).get(end).i32(extent).op("i32.lt_s").op(
    "select",
  ).set(end);
}

/** `for (counter = first; counter < end; counter++) body()` over signed counters. */
export function emitSignedLoop(
  f: FunctionBuilder,
  counter: Local,
  first: Local,
  end: Local,
  body: () => void,
): void {
  f.get(first).set(counter);
  f.block(() => {
    f.get(counter).get(end).op("i32.ge_s").brIf(0);
    f.loop(() => {
      body();
      f.get(counter).i32(1).op("i32.add").tee(counter).get(end).op("i32.lt_s").brIf(0);
    });
  });
}

/** Sets `image` and `row` from a unit, which is one row of an image. */
export function emitRowOfUnit(f: FunctionBuilder, unit: Local, rows: number, image: Local, row: Local): void {
  f.get(unit).i32(rows).op("i32.div_u").set(image);
  f.get(unit).i32(rows).op("i32.rem_u").set(row);
}

/** Emits what is computed of one window for all channels. */
export interface WindowEmitter {
  /** Address of the image. */
  readonly base: Local;
  /** `targets`: where the window's results go, one address for each result of the kernel. */
  emit(rows: Span, columns: Span, targets: readonly Local[]): void;
}

/**
 * Emits a walk over all windows; a unit is a row of windows of one image.
 *
 * @param results How many results of one word each the kernel has.
 * @param nanoseconds How long a vector of channels of one window takes.
 * @param windowOf Declares what a window needs.
 */
export function emitWindows(
  builder: ModuleBuilder,
  kernel: PoolKernel,
  { results, nanoseconds }: { results: number; nanoseconds: number },
  windowOf: (f: FunctionBuilder) => WindowEmitter,
): WasmPhase {
  const { batch, height, width, channels, outputHeight, outputWidth } = kernel;
  const f = phaseFunction(builder, "pool");
  const input = loadPointer(f, 0);
  const outputs = Array.from({ length: results }, (_, i) => loadPointer(f, 1 + i));
  const [u, image, oy, ox] = f.locals(I32);
  const targets = outputs.map(() => f.local(f.address));
  const window = windowOf(f);
  const rows = newSpan(f);
  const columns = newSpan(f);
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    emitRowOfUnit(f, u, outputHeight, image, oy);
    pushScaled(f, input, image, 4 * height * width * channels);
    f.set(window.base);
    outputs.forEach((output, i) => {
      pushScaled(f, output, u, 4 * outputWidth * channels);
      f.set(targets[i]!);
    });
    emitSpan(f, rows, oy, {
      stride: kernel.strideHeight,
      padding: kernel.paddingTop,
      window: kernel.windowHeight,
      extent: height,
    });
    f.i32(0).set(ox);
    f.forUpTo(ox, { constant: outputWidth }, 1, () => {
      emitSpan(f, columns, ox, {
        stride: kernel.strideWidth,
        padding: kernel.paddingLeft,
        window: kernel.windowWidth,
        extent: width,
      });
      window.emit(rows, columns, targets);
      for (const target of targets) advance(f, target, 4 * channels);
    });
  });
  return phaseOf(f, batch * outputHeight, grainOf(outputWidth * (5 + Math.ceil(channels / 4) * nanoseconds)));
}
