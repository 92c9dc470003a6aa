import type { FunctionBuilder, Local } from "../../../assembler/function_builder.ts";
import { I32, V128 } from "../../../assembler/types.ts";
import type { MapKernel } from "../../../kernels/map.ts";
import { mapLayout } from "../../../kernels/map_layout.ts";
import { BYTES_PER_ELEMENT } from "../../../numerics/dtype.ts";
import { WasmScalarEmitter } from "../../../scalar/emit_wasm.ts";
import { scalarCost } from "../../../scalar/scalar_cost.ts";
import {
  advance,
  BEGIN,
  emittedKernel,
  END,
  grainOf,
  loadPointer,
  NANOSECONDS_PER_INSTRUCTION,
  phaseFunction,
  phaseOf,
  pushScaled,
} from "./_phase.ts";
import { packBytes, pushElements, pushRepeated, storeElements, storeFirstElements } from "./_elements.ts";
import type { Emitter } from "../wasm_kernel.ts";

/** The loops handle this many vectors at once, of so many elements. */
const TILE_VECTORS = 4;
const TILE = 4 * TILE_VECTORS;

/** A flat unit of work is this many elements. */
const FLAT_UNIT = 4 * TILE;

/**
 * Emits a map as loops over rows: the merged axes but the last, then the last, along which every operand is contiguous
 * or repeated.
 *
 * A row is computed in whole vectors. What the last one writes past the row's end is the beginning of the next row,
 * which is written after it; only the last row of a range stores single elements. A map whose operands all are
 * contiguous or single numbers is one row, cut by elements; any other is cut by rows.
 */
export const emitMap: Emitter<MapKernel> = (kernel, builder) => {
  if (kernel.shape.includes(0)) return emittedKernel([]);
  const rows = rowsOf(kernel);
  const f = phaseFunction(builder, "map");
  const instructions = scalarCost(kernel.program) + kernel.inputs.length + kernel.outputs.length;
  const nanosecondsPerVector = instructions * NANOSECONDS_PER_INSTRUCTION;
  // Few instructions overlap with those of the next vector by themselves.
  const map = new MapWriter(f, kernel, rows, instructions > 16 ? TILE_VECTORS : 1);
  if (rows.outer.length === 0) {
    map.flat();
    const units = Math.ceil(rows.inner / FLAT_UNIT);
    const grain = grainOf(nanosecondsPerVector * FLAT_UNIT / 4);
    return emittedKernel([phaseOf(f, units, grain)]);
  }
  map.nested();
  const units = rows.outer.reduce((product, length) => product * length, 1);
  const grain = grainOf(nanosecondsPerVector * Math.ceil(rows.inner / 4) + 1);
  return emittedKernel([phaseOf(f, units, grain)]);
};

/** The merged layout of a map: the lengths of the outer axes, their strides, and the axis within a row. */
interface Rows {
  readonly outer: readonly number[];
  /** Strides along the outer axes, in elements: [operand][axis]. */
  readonly outerStrides: readonly (readonly number[])[];
  readonly inner: number;
  /** Whether each operand steps along the row. */
  readonly steps: readonly boolean[];
}

function rowsOf(kernel: MapKernel): Rows {
  const merged = mapLayout(kernel);
  const outer = merged.shape.slice(0, -1);
  let inner = merged.shape.at(-1)!;
  const outerStrides = merged.strides.map((strides) => strides.slice(0, -1));
  const steps = merged.strides.map((strides) => strides.at(-1) === 1);
  const count = outer.reduce((product, length) => product * length, 1);
  if (outer.length > 0 && count < 64) {
    // A few long rows are too few to share among workers: cut them where that leaves whole tiles.
    for (let parts = Math.floor(64 / count); parts > 1; parts--) {
      const part = inner / parts;
      if (part % 16 !== 0 || part < 2048) continue;
      outer.push(parts);
      outerStrides.forEach((strides, i) => strides.push(steps[i] ? part : 0));
      inner = part;
      break;
    }
  }
  return { outer, outerStrides, inner, steps };
}

class MapWriter {
  readonly #scalars: WasmScalarEmitter;
  readonly #sources: readonly Local[];
  readonly #targets: readonly Local[];
  /** The operands that do not step along the row. */
  readonly #repeated: readonly Local[];
  /** The others, for each vector of a tile: [vector][operand]. */
  readonly #loaded: readonly (readonly Local[])[];
  readonly #result: Local;
  readonly #sourceBytes: readonly number[];
  readonly #targetBytes: readonly number[];

  /** @param together How many vectors of a tile are computed side by side. */
  constructor(
    readonly f: FunctionBuilder,
    readonly kernel: MapKernel,
    readonly rows: Rows,
    readonly together: number,
  ) {
    const { inputs, outputs, program } = kernel;
    this.#sourceBytes = inputs.map(({ dtype }) => BYTES_PER_ELEMENT[dtype]);
    this.#targetBytes = outputs.map((dtype) => BYTES_PER_ELEMENT[dtype]);
    this.#sources = inputs.map((_, i) => loadPointer(f, i));
    this.#targets = outputs.map((_, j) => loadPointer(f, inputs.length + j));
    this.#repeated = f.vectors(inputs.length);
    this.#loaded = Array.from({ length: TILE_VECTORS }, () => f.vectors(inputs.length));
    this.#result = f.local(V128);
    this.#scalars = new WasmScalarEmitter(f, program);
    this.#scalars.constants();
  }

  /** One row, of which the function does the elements from 64 begin to 64 end. */
  flat(): void {
    const { f, rows: { inner, steps } } = this;
    this.#loadRepeated((i) => !steps[i]);
    const move = (pointers: readonly Local[], bytes: readonly number[], moves: (i: number) => boolean) =>
      pointers.forEach((pointer, i) => {
        if (moves(i)) {
          pushScaled(f, pointer, BEGIN, FLAT_UNIT * bytes[i]!);
          f.set(pointer);
        }
      });
    move(this.#sources, this.#sourceBytes, (i) => steps[i]!);
    move(this.#targets, this.#targetBytes, () => true);

    const tiles = Math.floor(inner / TILE);
    const rest = inner - tiles * TILE;
    const [tilesToEnd, left] = f.locals(I32);
    // min(end in tiles, whole tiles) - begin in tiles
    f.get(END).i32(FLAT_UNIT / TILE).op("i32.mul").tee(tilesToEnd).i32(tiles);
    f.get(tilesToEnd).i32(tiles).op("i32.lt_u").op("select");
    f.get(BEGIN).i32(FLAT_UNIT / TILE).op("i32.mul").op("i32.sub").tee(left);
    f.if(() => this.#tiles(left, this.#sources, this.#targets));
    if (rest > 0) {
      f.get(tilesToEnd).i32(tiles).op("i32.gt_u");
      f.if(() => this.#vectors(rest, this.#sources, this.#targets));
    }
  }

  /** The rows from begin to end. */
  nested(): void {
    const { f, rows: { outerStrides, inner, steps }, kernel } = this;
    this.#loadRepeated((i) => !steps[i] && outerStrides[i]!.every((stride) => stride === 0));
    const counters = this.#startRows();
    const row = f.local(I32);
    const tiles = Math.floor(inner / TILE);
    const looped = tiles > 1;
    // Within a long row copies of the pointers run ahead.
    const sources = kernel.inputs.map((_, i) => looped && steps[i] ? f.local(f.address) : this.#sources[i]!);
    const targets = kernel.outputs.map((_, j) => looped ? f.local(f.address) : this.#targets[j]!);
    const [left, last] = f.locals(I32);
    f.get(BEGIN).set(row);
    f.forUpTo(row, END, 1, () => {
      this.#loadRepeated((i) => !steps[i] && outerStrides[i]!.some((stride) => stride !== 0));
      sources.forEach((pointer, i) => pointer !== this.#sources[i] && f.get(this.#sources[i]!).set(pointer));
      targets.forEach((pointer, j) => pointer !== this.#targets[j] && f.get(this.#targets[j]!).set(pointer));
      if (looped) {
        f.i32(tiles).set(left);
        this.#tiles(left, sources, targets);
      }
      f.get(row).i32(1).op("i32.add").get(END).op("i32.eq").set(last);
      this.#vectors(inner - (looped ? tiles * TILE : 0), sources, targets, last);
      this.#nextRow(counters);
    });
  }

  /** Sets the row's pointers and outer indices from `begin`; returns the counters of the outer axes. */
  #startRows(): Local[] {
    const { f, rows: { outer, outerStrides, inner } } = this;
    const counters = outer.map(() => f.local(I32));
    const rest = f.local(I32);
    f.get(BEGIN).set(rest);
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      f.get(rest).i32(outer[axis]!).op("i32.rem_u").set(counters[axis]!);
      f.get(rest).i32(outer[axis]!).op("i32.div_u").set(rest);
      this.#sources.forEach((pointer, i) => {
        const stride = outerStrides[i]![axis]! * this.#sourceBytes[i]!;
        if (stride === 0) return;
        pushScaled(f, pointer, counters[axis]!, stride);
        f.set(pointer);
      });
    }
    this.#targets.forEach((pointer, j) => {
      pushScaled(f, pointer, BEGIN, inner * this.#targetBytes[j]!);
      f.set(pointer);
    });
    return counters;
  }

  /** Moves the pointers to the next row, carrying from axis to axis. */
  #nextRow(counters: readonly Local[]): void {
    const { f, rows: { outer, outerStrides, inner } } = this;
    this.#targets.forEach((pointer, j) => advance(f, pointer, inner * this.#targetBytes[j]!));
    const step = (axis: number): void => {
      const move = (factor: number) =>
        this.#sources.forEach((pointer, i) =>
          advance(f, pointer, outerStrides[i]![axis]! * this.#sourceBytes[i]! * factor)
        );
      move(1);
      if (axis === 0) return;
      f.get(counters[axis]!).i32(1).op("i32.add").tee(counters[axis]!).i32(outer[axis]!).op("i32.eq").if(
        () => {
          f.i32(0).set(counters[axis]!);
          move(-outer[axis]!);
          step(axis - 1);
        },
      );
    };
    step(outer.length - 1);
  }

  /** Loads the operands that do not step along the row. */
  #loadRepeated(which: (input: number) => boolean): void {
    this.kernel.inputs.forEach(({ dtype }, i) => {
      if (!which(i)) return;
      pushRepeated(this.f, dtype, this.#sources[i]!);
      this.f.set(this.#repeated[i]!);
    });
  }

  /** A loop over `left` > 0 tiles, which moves the pointers. */
  #tiles(left: Local, sources: readonly Local[], targets: readonly Local[]): void {
    const { f, rows: { steps } } = this;
    f.loop(() => {
      this.#compute(TILE_VECTORS, 0, sources, (vector, j, push) => {
        f.get(targets[j]!);
        push();
        storeElements(f, this.kernel.outputs[j]!, 4 * vector * this.#targetBytes[j]!);
      });
      sources.forEach((pointer, i) => steps[i] && advance(f, pointer, TILE * this.#sourceBytes[i]!));
      targets.forEach((pointer, j) => advance(f, pointer, TILE * this.#targetBytes[j]!));
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
  }

  /**
   * A constant number of elements, in a straight line, without moving the pointers. The last vector is stored whole
   * unless `last` is true; without `last`, never.
   */
  #vectors(elements: number, sources: readonly Local[], targets: readonly Local[], last?: Local): void {
    const { f, kernel: { outputs } } = this;
    for (let begin = 0; begin < elements; begin += TILE) {
      const vectors = Math.ceil(Math.min(TILE, elements - begin) / 4);
      this.#compute(vectors, begin, sources, (vector, j, push) => {
        push();
        f.set(this.#result);
        const at = begin + 4 * vector;
        const count = Math.min(4, elements - at);
        const store = (count: number) =>
          storeFirstElements(f, outputs[j]!, targets[j]!, this.#result, count, at * this.#targetBytes[j]!);
        if (count === 4 || last === undefined) store(count);
        else f.get(last).if(() => store(count), () => store(4));
      });
    }
  }

  /** Computes vectors from element `begin` on; `store` must call `push` once, which puts the elements on the stack. */
  #compute(
    vectors: number,
    begin: number,
    sources: readonly Local[],
    store: (vector: number, output: number, push: () => void) => void,
  ): void {
    const { f, kernel, rows: { steps } } = this;
    const load = (vector: number, i: number) => {
      if (!steps[i]) return this.#repeated[i]!;
      const local = this.#loaded[vector]![i]!;
      pushElements(f, kernel.inputs[i]!.dtype, sources[i]!, (begin + 4 * vector) * this.#sourceBytes[i]!);
      f.set(local);
      return local;
    };
    for (let first = 0; first < vectors; first += this.together) {
      this.#scalars.emit(
        Math.min(this.together, vectors - first),
        (vector, i) => load(first + vector, i),
        (vector, j, push) => store(first + vector, j, () => this.#pushPacked(j, push)),
      );
    }
  }

  #pushPacked(output: number, push: () => void): void {
    push();
    if (this.kernel.outputs[output] === "u8") packBytes(this.f, this.kernel.program.outputs[output]!.type);
  }
}
