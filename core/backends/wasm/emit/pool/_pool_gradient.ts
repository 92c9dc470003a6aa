import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32, V128 } from "../../../../assembler/types.ts";
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
  storeWords,
} from "../_phase.ts";
import { emitChannels, emitRowOfUnit, emitSignedLoop } from "./_pool_walk.ts";
import type { WasmPhase } from "../../wasm_kernel.ts";

/** Emits the gradient of sum-pooling; a unit is a row of one image, and vectors run across the channels. */
export function emitSumPoolGradient(builder: ModuleBuilder, kernel: PoolKernel): WasmPhase {
  const { batch, height, width, channels, windowHeight, windowWidth } = kernel;
  const f = phaseFunction(builder, "pool");
  if (isTiling(kernel)) emitTiling(f, kernel);
  else emitOverlapping(f, kernel);
  const windows = Math.ceil(windowHeight / kernel.strideHeight) * Math.ceil(windowWidth / kernel.strideWidth);
  const nanoseconds = width * (8 + Math.ceil(channels / 4) * windows);
  return phaseOf(f, batch * height, grainOf(nanoseconds));
}

/** Whether the windows stand side by side from the first position on, all within the image. */
function isTiling(kernel: PoolKernel): boolean {
  return kernel.windowHeight === kernel.strideHeight && kernel.windowWidth === kernel.strideWidth &&
    kernel.paddingTop === 0 && kernel.paddingLeft === 0 &&
    kernel.outputHeight * kernel.strideHeight <= kernel.height &&
    kernel.outputWidth * kernel.strideWidth <= kernel.width;
}

/** Every position lies in one window, or in none behind the last. */
function emitTiling(f: FunctionBuilder, kernel: PoolKernel): void {
  const { height, width, channels, outputHeight, outputWidth, windowHeight, windowWidth } = kernel;
  const g = loadPointer(f, 0);
  const out = loadPointer(f, 1);
  const [u, image, y, x] = f.locals(I32);
  const [p, q] = f.locals(f.address);
  const [value, zero] = f.locals(V128);
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    emitRowOfUnit(f, u, height, image, y);
    pushScaled(f, out, u, 4 * width * channels);
    f.set(q);
    f.i32(0).set(x);
    f.get(y).i32(outputHeight * windowHeight).op("i32.lt_u");
    f.if(() => {
      f.get(image).i32(outputHeight).op("i32.mul").get(y).i32(windowHeight).op("i32.div_u").op("i32.add").set(
        image,
      );
      pushScaled(f, g, image, 4 * outputWidth * channels);
      f.set(p);
      f.forUpTo(x, { constant: outputWidth }, 1, () => {
        emitChannels(f, channels, [{ local: p, step: 4 }, { local: q, step: 4 }], (channel, count) => {
          f.get(zero).get(p).memory("v128.load", 4 * channel).op("f32x4.add").set(value);
          for (let i = 0; i < windowWidth; i++) storeWords(f, q, value, count, 4 * (channel + i * channels));
        });
        advance(f, p, 4 * channels);
        advance(f, q, 4 * channels * windowWidth);
      });
      f.i32(outputWidth * windowWidth).set(x);
    });
    f.forUpTo(x, { constant: width }, 1, () => {
      emitChannels(
        f,
        channels,
        [{ local: q, step: 4 }],
        (channel, count) => storeWords(f, q, zero, count, 4 * channel),
      );
      advance(f, q, 4 * channels);
    });
  });
}

/** The windows that contain each position are found by division. */
function emitOverlapping(f: FunctionBuilder, kernel: PoolKernel): void {
  const { height, width, channels, outputHeight, outputWidth } = kernel;
  const g = loadPointer(f, 0);
  const out = loadPointer(f, 1);
  const [u, image, y, x] = f.locals(I32);
  const [q, base, p, offset] = f.locals(f.address);
  const [firstRow, endRow, firstColumn, endColumn, oy, ox] = f.locals(I32);
  const total = f.local(V128);
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    emitRowOfUnit(f, u, height, image, y);
    pushScaled(f, g, image, 4 * outputHeight * outputWidth * channels);
    f.set(base);
    pushScaled(f, out, u, 4 * width * channels);
    f.set(q);
    emitWindowsOf(f, y, firstRow, endRow, {
      window: kernel.windowHeight,
      stride: kernel.strideHeight,
      padding: kernel.paddingTop,
      outputs: outputHeight,
    });
    f.i32(0).set(x);
    f.forUpTo(x, { constant: width }, 1, () => {
      emitWindowsOf(f, x, firstColumn, endColumn, {
        window: kernel.windowWidth,
        stride: kernel.strideWidth,
        padding: kernel.paddingLeft,
        outputs: outputWidth,
      });
      f.bytes(0).set(offset);
      emitChannels(f, channels, [{ local: offset, step: 4 }, { local: q, step: 4 }], (channel, count) => {
        f.splatBits(0).set(total);
        emitSignedLoop(f, oy, firstRow, endRow, () => {
          f.get(oy).i32(outputWidth).op("i32.mul").get(firstColumn).op("i32.add").scale(4 * channels);
          f.get(base).addressOp("add").get(offset).addressOp("add").set(p);
          emitSignedLoop(f, ox, firstColumn, endColumn, () => {
            f.get(total).get(p).memory("v128.load", 4 * channel).op("f32x4.add").set(total);
            advance(f, p, 4 * channels);
          });
        });
        storeWords(f, q, total, count, 4 * channel);
      });
      advance(f, q, 4 * channels);
    });
  });
}

/**
 * The windows o with o * stride - padding <= position < o * stride - padding + window, cut to [0, outputs): from the
 * ceiling of (position + padding - window + 1) / stride up to the floor of (position + padding) / stride.
 */
function emitWindowsOf(
  f: FunctionBuilder,
  position: Local,
  first: Local,
  end: Local,
  { window, stride, padding, outputs }: { window: number; stride: number; padding: number; outputs: number },
): void {
  f.get(position).i32(padding - window + 1).op("i32.add").tee(first).i32(0).op("i32.gt_s");
  f.if(
    () => f.get(first).i32(stride - 1).op("i32.add").i32(stride).op("i32.div_u").set(first),
    () => f.i32(0).set(first),
  );
  f.get(position).i32(padding).op("i32.add").tee(end).i32(0).op("i32.ge_s");
  f.if(() => {
    f.get(end).i32(stride).op("i32.div_u").i32(1).op("i32.add").tee(end).i32(outputs);
    f.get(end).i32(outputs).op("i32.lt_u").op("select").set(end);
  }, () => f.i32(0).set(end));
}
