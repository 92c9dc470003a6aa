/**
 * Padding between the holes of a convolution, for the gradient of its weights: see `hole_padding.ts`. Here the terms
 * are 0 * g, and what has to be looked for is an infinity or a NaN in the gradient of the output.
 *
 * @module
 */

import { I32, type ModuleBuilder, V128 } from "../../../../assembler/mod.ts";
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
import { pushOffGrid } from "./hole_padding.ts";
import { F32_BYTES, VECTOR_BYTES, vectorCount } from "./tile_shape.ts";
import type { WasmPhase } from "../../wasm_kernel.ts";

/** Values that one unit of the search reads. */
const SEARCH = 4096;

/** Bytes of the temporary that both phases share: a word for each unit of the search. */
export function gradientSearchBytes(g: ConvGeometry): number {
  return F32_BYTES * Math.ceil(g.batch * g.outputHeight * g.outputWidth * g.outputChannels / SEARCH);
}

/** Adds the phase that searches the gradient; its words begin `offset` bytes into the temporary. */
export function emitSearchGradient(builder: ModuleBuilder, g: ConvGeometry, offset: number): WasmPhase {
  const vectors = vectorCount(g.batch * g.outputHeight * g.outputWidth * g.outputChannels);
  const f = phaseFunction(builder, "search_gradient");
  const [from, words] = [loadPointer(f, 1), loadPointer(f, 3)];
  const [vector, end] = f.locals(I32);
  const [sum, zero] = f.locals(V128);
  pushScaled(f, from, BEGIN, SEARCH * F32_BYTES);
  f.set(from);
  f.forUpTo(BEGIN, END, 1, () => {
    f.get(zero).set(sum).get(BEGIN).i32(SEARCH / 4).op("i32.mul").tee(vector);
    f.i32(SEARCH / 4).op("i32.add").set(end);
    f.get(end).i32(vectors).get(end).i32(vectors).op("i32.lt_u").op("select").set(end);
    // The last vector may hold up to three words from behind the gradient: they can only cause needless work.
    f.forUpTo(vector, end, 1, () => {
      f.get(sum).get(from).memory("v128.load").get(zero).op("f32x4.mul").op("f32x4.add").set(sum);
      advance(f, from, VECTOR_BYTES);
    });
    pushScaled(f, words, BEGIN, F32_BYTES);
    f.get(sum).get(sum).op("f32x4.ne").op("v128.any_true").memory("i32.store", offset);
  });
  const units = gradientSearchBytes(g) / F32_BYTES;
  return phaseOf(f, units, grainOf(SEARCH / 8));
}

/** Adds the phase that adds 0 * g for all such padding to the results, if the search found anything. */
export function emitAddGradientPadding(builder: ModuleBuilder, g: ConvGeometry, offset: number): WasmPhase {
  const channels = g.inputChannels / g.groups;
  const rowBytes = g.outputChannels * F32_BYTES;
  const f = phaseFunction(builder, "add_padding_terms");
  const [gradient, result, temporary] = [loadPointer(f, 1), loadPointer(f, 2), loadPointer(f, 3)];
  const [image, oy, ox, ky, kx] = f.locals(I32);
  const [vector, left] = f.locals(I32);
  const [from, to] = f.locals(f.address);
  const found = f.local(I32);
  const [sum, value, zero] = f.locals(V128);
  f.forUpTo(left, { constant: gradientSearchBytes(g) / F32_BYTES }, 1, () => {
    pushScaled(f, temporary, left, F32_BYTES);
    f.memory("i32.load", offset).get(found).op("i32.or").set(found);
  });
  f.get(found).op("i32.eqz").if(() => f.op("return"));

  const from0 = (counter: number, end: number, body: () => void) => {
    f.i32(0).set(counter);
    f.forUpTo(counter, { constant: end }, 1, body);
  };
  const add = (columns: number) => {
    f.get(sum).get(to).memory("v128.load").op("f32x4.add").set(value);
    storeWords(f, to, value, columns);
  };
  const last = vectorCount(g.outputChannels) - 1;
  f.forUpTo(BEGIN, END, 1, () => {
    f.get(BEGIN).i32(g.kernelWidth).op("i32.div_u").set(ky);
    f.get(BEGIN).i32(g.kernelWidth).op("i32.rem_u").set(kx);
    from0(vector, last + 1, () => {
      f.get(zero).set(sum);
      pushScaled(f, gradient, vector, VECTOR_BYTES);
      f.set(from);
      from0(image, g.batch, () =>
        from0(oy, g.outputHeight, () =>
          from0(ox, g.outputWidth, () => {
            pushOffGrid(f, g, { oy, ox, ky, kx }).if(() => {
              f.get(sum).get(from).memory("v128.load").get(zero).op("f32x4.mul").op("f32x4.add").set(sum);
            });
            advance(f, from, rowBytes);
          })));
      pushScaled(f, result, BEGIN, channels * rowBytes);
      f.get(vector).scale(VECTOR_BYTES).addressOp("add").set(to);
      from0(left, channels, () => {
        f.get(vector).i32(last).op("i32.lt_u");
        f.if(() => add(4), () => add(g.outputChannels - 4 * last));
        advance(f, to, rowBytes);
      });
    });
  });
  const units = g.kernelHeight * g.kernelWidth;
  return phaseOf(f, units, units);
}
