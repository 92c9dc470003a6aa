/**
 * Padding between the holes of a convolution.
 *
 * Off the range of the input's grid every position is a real +0 operand, also where its distance from the inputs
 * would be a hole within the range. The emitters compute only the terms that meet inputs, or their continuation into
 * the padding; the terms in between are 0 * w. For a finite w they are zeros, which change no sum that starts at +0
 * (rule N4); for an infinite w or a NaN they make the sum NaN, whatever their place in the order. So it is enough to
 * look for such weights, and to add, where there are any, the sum of these terms to the finished results. The same
 * goes for whole kernel rows in the padding, which a convolution may leave out.
 *
 * @module
 */

import {
  type FunctionBuilder,
  I32,
  type Local,
  type ModuleBuilder,
  V128,
} from "../../../../assembler/mod.ts";
import type { ConvGeometry } from "../../../../kernels/conv.ts";
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
import { F32_BYTES, VECTOR_BYTES, vectorCount } from "./tile_shape.ts";
import type { WasmPhase } from "../../wasm_kernel.ts";

/** Whether a geometry has such terms. */
export function hasHoles({ holesHeight, holesWidth }: ConvGeometry): boolean {
  return holesHeight > 1 || holesWidth > 1;
}

/** The temporary: for each tap, a word that is not 0 if its row has a NaN, then (at `table`) for each tap a row. */
function temporaryLayout({ kernelHeight, kernelWidth, outputChannels }: ConvGeometry) {
  const taps = kernelHeight * kernelWidth;
  const table = VECTOR_BYTES * vectorCount(taps);
  const row = VECTOR_BYTES * vectorCount(outputChannels);
  return { taps, table, row, bytes: table + taps * row };
}

/** Bytes of the temporary that both phases share. */
export function holePaddingBytes(geometry: ConvGeometry): number {
  return temporaryLayout(geometry).bytes;
}

/** Adds the phase that sums up 0 * w over the input channels, for each tap and output channel: +0 or NaN. */
export function emitPaddingTerms(builder: ModuleBuilder, g: ConvGeometry): WasmPhase {
  const { taps, table, row } = temporaryLayout(g);
  const channels = g.inputChannels / g.groups;
  const f = phaseFunction(builder, "padding_terms");
  const [weights, temporary] = [loadPointer(f, 1), loadPointer(f, 3)];
  const [from, to] = f.locals(f.address);
  const [vector, left, found] = f.locals(I32);
  const [sum, zero] = f.locals(V128);
  f.forUpTo(BEGIN, END, 1, () => {
    pushScaled(f, temporary, BEGIN, row);
    f.offset(table).set(to);
    f.i32(0).set(found).i32(0).set(vector);
    f.forUpTo(vector, { constant: vectorCount(g.outputChannels) }, 1, () => {
      pushScaled(f, weights, BEGIN, channels * g.outputChannels * F32_BYTES);
      f.get(vector).scale(VECTOR_BYTES).addressOp("add").set(from);
      f.get(zero).set(sum).i32(channels).set(left);
      f.loop(() => {
        f.get(sum).get(from).memory("v128.load").get(zero).op("f32x4.mul").op("f32x4.add").set(sum);
        advance(f, from, g.outputChannels * F32_BYTES);
        f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
      });
      f.get(to).get(sum).memory("v128.store");
      advance(f, to, VECTOR_BYTES);
      f.get(found).get(sum).get(sum).op("f32x4.ne").op("v128.any_true").op("i32.or").set(found);
    });
    pushScaled(f, temporary, BEGIN, F32_BYTES);
    f.get(found).memory("i32.store");
  });
  const nanoseconds = channels * g.outputChannels / 8;
  return phaseOf(f, taps, grainOf(nanoseconds));
}

/** Adds the phase that adds the terms to every output that reads padding, if any of them is NaN. */
export function emitAddPaddingTerms(builder: ModuleBuilder, g: ConvGeometry): WasmPhase {
  const { taps, table, row } = temporaryLayout(g);
  const f = phaseFunction(builder, "add_padding_terms");
  const [output, temporary] = [loadPointer(f, 2), loadPointer(f, 3)];
  const [oy, ox, ky, kx] = f.locals(I32);
  const [tap, found] = f.locals(I32);
  const [from, to] = f.locals(f.address);
  const value = f.local(V128);
  f.i32(0).set(tap);
  f.forUpTo(tap, { constant: taps }, 1, () => {
    pushScaled(f, temporary, tap, F32_BYTES);
    f.memory("i32.load").get(found).op("i32.or").set(found);
  });
  f.get(found).op("i32.eqz").if(() => f.op("return"));

  f.forUpTo(BEGIN, END, 1, () => {
    f.get(BEGIN).i32(g.outputHeight).op("i32.rem_u").set(oy).i32(0).set(ox);
    f.forUpTo(ox, { constant: g.outputWidth }, 1, () => {
      f.i32(0).set(ky);
      f.forUpTo(ky, { constant: g.kernelHeight }, 1, () => {
        f.i32(0).set(kx);
        f.forUpTo(kx, { constant: g.kernelWidth }, 1, () => {
          pushOffGrid(f, g, { oy, ox, ky, kx }).if(() => {
            f.get(ky).i32(g.kernelWidth).op("i32.mul").get(kx).op("i32.add").set(tap);
            pushScaled(f, temporary, tap, row);
            f.offset(table).set(from);
            f.get(BEGIN).i32(g.outputWidth).op("i32.mul").get(ox).op("i32.add").set(tap);
            pushScaled(f, output, tap, g.outputChannels * F32_BYTES);
            f.set(to);
            addRow(f, from, to, value, g.outputChannels);
          });
        });
      });
    });
  });
  const units = g.batch * g.outputHeight;
  return phaseOf(f, units, units);
}

/** Pushes 1 if an output reads a tap outside the grid along either axis, or else 0. */
export function pushOffGrid(
  f: FunctionBuilder,
  g: ConvGeometry,
  { oy, ox, ky, kx }: { oy: Local; ox: Local; ky: Local; kx: Local },
): FunctionBuilder {
  pushOff(f, oy, ky, g.strideHeight, g.dilationHeight, g.paddingTop, (g.inputHeight - 1) * g.holesHeight);
  pushOff(f, ox, kx, g.strideWidth, g.dilationWidth, g.paddingLeft, (g.inputWidth - 1) * g.holesWidth);
  return f.op("i32.or");
}

/** Pushes 1 if output `o` reads tap `k` outside [0, last], or else 0. */
function pushOff(
  f: FunctionBuilder,
  o: Local,
  k: Local,
  stride: number,
  dilation: number,
  padding: number,
  last: number,
): void {
  const pushPosition = () => {
    f.get(o).i32(stride).op("i32.mul").get(k).i32(dilation).op("i32.mul").op("i32.add");
    f.i32(padding).op("i32.sub");
  };
  pushPosition();
  f.i32(0).op("i32.lt_s");
  pushPosition();
  f.i32(last).op("i32.gt_s").op("i32.or");
}

/** to[0 .. count) += from[0 .. count), one vector after the other. */
function addRow(f: FunctionBuilder, from: Local, to: Local, value: Local, count: number): void {
  const left = f.local(I32);
  const whole = Math.floor(count / 4);
  const push = () => f.get(from).memory("v128.load").get(to).memory("v128.load").op("f32x4.add").set(value);
  if (whole > 0) {
    f.i32(whole).set(left);
    f.loop(() => {
      push().get(to).get(value).memory("v128.store");
      advance(f, from, VECTOR_BYTES);
      advance(f, to, VECTOR_BYTES);
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
  }
  if (count % 4 > 0) {
    push();
    storeWords(f, to, value, count % 4);
  }
}
