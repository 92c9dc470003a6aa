import type { FunctionBuilder, Local } from "../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../assembler/module_builder.ts";
import { I32 } from "../../../assembler/types.ts";
import type { ScatterKernel } from "../../../kernels/scatter.ts";
import { Mover } from "./copy/copy_moves.ts";
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
  repeatUnrolled,
} from "./_phase.ts";
import type { Emitter, WasmPhase } from "../wasm_kernel.ts";

/** Elements of a unit of the copy. */
const CHUNK = 4096;

/**
 * Emits an addition of slices. A unit is one element of the batch, or a range of its columns where the batch alone
 * gives too few: within it the slices are added in ascending order of the source.
 *
 * *Order* N6. The destination is copied first: by the unit itself if it is small, otherwise in a phase of its own.
 */
export const emitScatter: Emitter<ScatterKernel> = (kernel, builder) => {
  const { batch, size, slice } = kernel;
  if (batch * size * slice === 0) return emittedKernel([]);
  const tiles = batch >= 16 ? 1 : Math.max(1, Math.min(4, Math.floor(slice / 8)), Math.floor(slice / 32));
  const copyInside = tiles === 1 && (batch >= 16 || size * slice <= CHUNK);
  const phases = copyInside ? [] : [emitWholeCopy(builder, batch * size * slice)];
  return emittedKernel([...phases, emitAdd(builder, kernel, tiles, copyInside)]);
};

/** out = destination, in chunks. */
function emitWholeCopy(builder: ModuleBuilder, length: number): WasmPhase {
  const f = phaseFunction(builder, "copy");
  const destination = loadPointer(f, 0);
  const out = loadPointer(f, 3);
  const u = f.local(I32);
  const [p, q] = f.locals(f.address);
  const mover = new Mover(f, p, q, 4);
  const units = Math.ceil(length / CHUNK);
  const run = (extent: number) => mover.move("run", { extent, from: 1, to: 1 }, 0, 0);
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    pushScaled(f, destination, u, 4 * CHUNK);
    f.set(p);
    pushScaled(f, out, u, 4 * CHUNK);
    f.set(q);
    if (length % CHUNK === 0) run(CHUNK);
    else f.get(u).i32(units - 1).op("i32.lt_u").if(() => run(CHUNK), () => run(length % CHUNK));
  });
  return phaseOf(f, units, grainOf(CHUNK / 8));
}

function emitAdd(
  builder: ModuleBuilder,
  kernel: ScatterKernel,
  tiles: number,
  copyInside: boolean,
): WasmPhase {
  const { batch, size, count, slice } = kernel;
  const tile = tiles === 1 ? slice : 4 * Math.ceil(slice / tiles / 4);
  const used = Math.ceil(slice / tile);
  const last = slice - (used - 1) * tile;
  const f = phaseFunction(builder, "add");
  const destination = loadPointer(f, 0);
  const index = loadPointer(f, 1);
  const source = loadPointer(f, 2);
  const out = loadPointer(f, 3);
  const [u, element] = f.locals(I32);
  const [column, at, end, from, base] = f.locals(f.address);
  const [p, q] = f.locals(f.address);
  const mover = new Mover(f, p, q, 4);

  const addSlices = (width: number) => {
    const index = f.local(I32);
    const target = f.local(f.address);
    f.forUpTo(at, end, 4, () => {
      f.get(at).memory("i32.load").tee(index).i32(size).op("i32.lt_u");
      f.if(() => {
        pushScaled(f, base, index, 4 * slice);
        f.set(target);
        emitAddRun(f, target, from, width);
      });
      advance(f, from, 4 * slice);
    });
  };
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    f.get(u).set(element);
    if (used > 1) {
      f.get(u).i32(used).op("i32.div_u").set(element);
      f.get(u).i32(used).op("i32.rem_u").scale(4 * tile).set(column);
    }
    pushScaled(f, out, element, 4 * size * slice);
    f.get(column).addressOp("add").set(base);
    pushScaled(f, source, element, 4 * count * slice);
    f.get(column).addressOp("add").set(from);
    pushScaled(f, index, element, 4 * count);
    f.tee(at).offset(4 * count).set(end);
    if (copyInside) {
      pushScaled(f, destination, element, 4 * size * slice);
      f.set(p).get(base).set(q);
      mover.move("run", { extent: size * slice, from: 1, to: 1 }, 0, 0);
    }
    if (last === tile) addSlices(tile);
    else {f.get(column).bytes(4 * tile * (used - 1)).addressOp("lt_u").if(() =>
        addSlices(tile), () =>
        addSlices(last));}
  });
  const nanoseconds = 5 + count * (1 + 0.15 * tile) + (copyInside ? size * slice / 8 : 0);
  return phaseOf(f, batch * used, grainOf(nanoseconds));
}

/** target[j] += source[j] for `count` numbers, and writes nothing else. */
function emitAddRun(f: FunctionBuilder, target: Local, source: Local, count: number): void {
  const vectors = Math.floor(count / 4);
  const [a, b] = vectors > 16 ? [f.local(f.address), f.local(f.address)] : [target, source];
  if (vectors > 16) f.get(target).set(a).get(source).set(b);
  const add = (kind: "v128" | "f32", offset: number) => {
    f.get(a).get(a).memory(`${kind}.load`, offset).get(b).memory(`${kind}.load`, offset);
    f.op(kind === "v128" ? "f32x4.add" : "f32.add").memory(`${kind}.store`, offset);
  };
  const behind = repeatUnrolled(
    f,
    vectors,
    vectors > 16 ? 8 : 16,
    (copy) => add("v128", 16 * copy),
    (copies) => {
      advance(f, a, 16 * copies);
      advance(f, b, 16 * copies);
    },
  );
  for (let i = 0; i < count % 4; i++) add("f32", 16 * behind + 4 * i);
}
