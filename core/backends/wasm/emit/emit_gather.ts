import { I32 } from "../../../assembler/types.ts";
import type { GatherKernel } from "../../../kernels/gather.ts";
import { BYTES_PER_ELEMENT } from "../../../numerics/dtype.ts";
import { Mover } from "./copy/copy_moves.ts";
import {
  advance,
  BEGIN,
  emittedKernel,
  END,
  grainOf,
  loadPointer,
  NAN_BITS,
  phaseFunction,
  phaseOf,
  pushScaled,
} from "./_phase.ts";
import type { Emitter } from "../wasm_kernel.ts";

/** Emits a gather of slices; a unit is a slice. An index outside the source reads NaN (f32) or 0 (integers). */
export const emitGather: Emitter<GatherKernel> = ({ dtype, batch, size, count, slice }, builder) => {
  const bytes = BYTES_PER_ELEMENT[dtype];
  const units = slice === 0 ? 0 : batch * count;
  const f = phaseFunction(builder, "gather");
  const source = loadPointer(f, 0);
  const index = loadPointer(f, 1);
  const out = loadPointer(f, 2);
  const [u, which] = f.locals(I32);
  const [p, q, at] = f.locals(f.address);
  const mover = new Mover(f, p, q, bytes);
  mover.fillWith(dtype === "f32" ? NAN_BITS : 0);
  const run = { extent: slice, from: 1, to: 1 };

  f.get(BEGIN).set(u);
  pushScaled(f, index, u, 4);
  f.set(at);
  pushScaled(f, out, u, bytes * slice);
  f.set(q);
  f.forUpTo(u, END, 1, () => {
    f.get(at).memory("i32.load").tee(which).i32(size).op("i32.lt_u");
    f.if(() => {
      if (batch > 1) {
        f.get(u).i32(count).op("i32.div_u").i32(size).op("i32.mul").get(which).op("i32.add").set(which);
      }
      pushScaled(f, source, which, bytes * slice);
      f.set(p);
      mover.move("run", run, 0, 0);
    }, () => mover.move("fill", run, 0, 0));
    advance(f, at, 4);
    advance(f, q, bytes * slice);
  });
  return emittedKernel([phaseOf(f, units, grainOf(2 + 0.25 * slice))]);
};
