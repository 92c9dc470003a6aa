import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32 } from "../../../../assembler/types.ts";
import type { CopyKernel } from "../../../../kernels/copy.ts";
import { BYTES_PER_ELEMENT } from "../../../../numerics/dtype.ts";
import { copyPhases } from "./_copy_cover.ts";
import { axesOfMove, emitPiece, moveOf, stripOf } from "./copy_moves.ts";
import { type CopyPiece, pieceOf, splitAxis, volume } from "./_copy_piece.ts";
import { BEGIN, emittedKernel, END, grainOf, loadPointer, phaseFunction, phaseOf } from "../_phase.ts";
import type { Emitter, WasmPhase } from "../../wasm_kernel.ts";

/** Elements that a unit moves at most, and at least half as many where the shapes allow it. */
const UNIT = 4096;

/**
 * Emits a copy of rectangular regions.
 *
 * Regions that write different elements go in one phase, together with the zeros around them; otherwise the result is
 * filled first and the regions follow in order. Runs move as vectors, transposes in 4 x 4 tiles. Regions of one form
 * share one function.
 */
export const emitCopy: Emitter<CopyKernel> = (kernel, builder) => {
  const bytes = BYTES_PER_ELEMENT[kernel.dtype];
  const regions = kernel.regions.map(pieceOf).filter((piece) => piece !== undefined);
  const functions = new Map<string, FunctionBuilder>();
  const phases = copyPhases(regions, kernel.length).map((pieces, i) =>
    emitPhase(builder, `copy_${i}`, pieces.flatMap((piece) => plan(piece, bytes)), kernel, functions)
  );
  return emittedKernel(phases);
};

/** A piece with its first axes set apart: each of their indices is a unit of work. */
interface Task {
  readonly piece: CopyPiece;
  readonly unitAxes: number;
}

/** Cuts a piece until its units are neither too large to share nor too small to be worth it. */
function plan(piece: CopyPiece, bytes: number): Task[] {
  const { move, axes } = moveOf(piece, bytes);
  const ordered: CopyPiece = { ...piece, axes };
  const taken = Math.min(axes.length, axesOfMove(move));
  const split = (axis: number, block: number) =>
    splitAxis(ordered, axis, block).flatMap((part) => plan(part, bytes));

  if (move === "transpose" && stripOf(axes.at(-2)!) < 16 && axes.at(-1)!.extent >= 512) {
    return split(axes.length - 1, 256);
  }
  let work = 1;
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    const { extent } = axes[axis]!;
    if (axis < axes.length - taken && 2 * work > UNIT) return [{ piece: ordered, unitAxes: axis + 1 }];
    if (work * extent > UNIT) {
      const block = Math.max(1, Math.floor(UNIT / work));
      // A transpose keeps strips of 16, its last axis whole; a block as long as the axis would split for ever.
      const rounded = move === "transpose" && axis === axes.length - 2 ? 16 * Math.ceil(block / 16) : block;
      const blocked = move === "transpose" && axis === axes.length - 1 ? 1024 : rounded;
      if (blocked < extent) return split(axis, blocked);
    }
    work *= extent;
  }
  return [{ piece: ordered, unitAxes: 0 }];
}

function emitPhase(
  builder: ModuleBuilder,
  name: string,
  tasks: readonly Task[],
  kernel: CopyKernel,
  functions: Map<string, FunctionBuilder>,
): WasmPhase {
  const bytes = BYTES_PER_ELEMENT[kernel.dtype];
  const callees = tasks.map(({ piece, unitAxes }) => {
    const { move, axes } = moveOf(piece, bytes);
    const zero = piece.input === undefined;
    const key = `${move}${zero ? "_zero" : ""}_${unitAxes}_${
      axes.map(({ extent, from, to }) => `${extent}.${from}.${to}`).join("_")
    }`;
    let f = functions.get(key);
    if (f === undefined) {
      f = builder.function(key, [builder.address, builder.address, I32, I32]);
      emitPiece(f, { move, axes, bytes, zero }, unitAxes);
      functions.set(key, f);
    }
    return f;
  });

  const f = phaseFunction(builder, name);
  const out = loadPointer(f, kernel.inputs.length);
  const [lo, hi] = f.locals(I32);
  const pointers = new Map<number | undefined, Local>([[undefined, out]]);
  for (const { piece } of tasks) {
    if (!pointers.has(piece.input)) pointers.set(piece.input, loadPointer(f, piece.input!));
  }
  let units = 0;
  tasks.forEach(({ piece, unitAxes }, i) => {
    const first = units;
    const count = volume(piece.axes.slice(0, unitAxes));
    units += count;
    // The part of [begin, end) that falls into [first, units).
    f.get(BEGIN).i32(first).get(BEGIN).i32(first).op("i32.gt_u").op("select").i32(first).op("i32.sub").set(
      lo,
    );
    f.get(END).i32(units).get(END).i32(units).op("i32.lt_u").op("select").i32(first).op("i32.sub").set(hi);
    f.get(lo).get(hi).op("i32.lt_s");
    f.if(() => {
      f.get(pointers.get(piece.input)!).offset(bytes * piece.from);
      f.get(out).offset(bytes * piece.to);
      f.get(lo).get(hi).call(callees[i]!);
    });
  });
  const elements = tasks.reduce((sum, { piece }) => sum + volume(piece.axes), 0);
  return phaseOf(f, units, grainOf(0.25 * elements / Math.max(units, 1)));
}
