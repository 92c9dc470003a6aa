import type { FunctionBuilder, Local } from "../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../assembler/module_builder.ts";
import { I32, V128 } from "../../../assembler/types.ts";
import type { MapKernel } from "../../../kernels/map.ts";
import { BYTES_PER_ELEMENT } from "../../../numerics/dtype.ts";
import { WasmScalarEmitter } from "../../../scalar/emit_wasm.ts";
import { scalarCost, scalarLatency } from "../../../scalar/scalar_cost.ts";
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
import { mapRows, periodVectors, type Rows, type Step } from "./_map_rows.ts";
import { packBytes, pushElements, pushRepeated, storeElements, storeFirstElements } from "./_elements.ts";
import type { Emitter, WasmPhase } from "../wasm_kernel.ts";

/** The loops handle at least this many vectors at once. */
const TILE_VECTORS = 4;

/** A flat unit of work is at least this many vectors. */
const FLAT_UNIT_VECTORS = 16;

/** About how long it takes to load or store a vector, from caches near and far. */
const NANOSECONDS_PER_ACCESS = 0.2;

/**
 * From about so many cycles on, a processor does not reach far enough ahead to overlap vectors that are computed one
 * after the other. Below that, side by side only takes more registers.
 */
const LONG_CHAIN = 40;

/**
 * Emits a map as loops over rows: the merged axes but the last, then the last, along which every operand is contiguous
 * or repeated.
 *
 * A row is computed in whole vectors. What the last one writes past the row's end is the beginning of the next row,
 * which is written after it; only the last row of a range stores single elements. A map whose operands all are
 * contiguous, single numbers or short rows that repeat is one row, cut by elements; any other is cut by rows.
 */
export const emitMap: Emitter<MapKernel> = (kernel, builder) =>
  emittedKernel(kernel.shape.includes(0) ? [] : [emitMapPhase(kernel, builder).phase]);

/**
 * The phase of a map that is not empty, and of how many elements a unit is; only the last may have fewer.
 *
 * @param unitVectors The fewest vectors of a unit, where it is not a row.
 */
export function emitMapPhase(
  kernel: MapKernel,
  builder: ModuleBuilder,
  unitVectors = FLAT_UNIT_VECTORS,
): { readonly phase: WasmPhase; readonly elementsPerUnit: number } {
  const rows = mapRows(kernel);
  const f = phaseFunction(builder, "map");
  const nanosecondsPerVector = mapNanoseconds(kernel);
  const map = new MapWriter(f, kernel, rows, isLongChain(kernel));
  if (rows.outer.length === 0) {
    const unit = map.flat(unitVectors);
    const units = Math.ceil(rows.inner / unit);
    const grain = grainOf(nanosecondsPerVector * unit / 4);
    return { phase: phaseOf(f, units, grain), elementsPerUnit: unit };
  }
  map.nested();
  const units = rows.outer.reduce((product, length) => product * length, 1);
  const grain = grainOf(nanosecondsPerVector * Math.ceil(rows.inner / 4) + 1);
  return { phase: phaseOf(f, units, grain), elementsPerUnit: rows.inner };
}

/** About how long a vector of a map's elements takes. */
export function mapNanoseconds({ program, inputs, outputs }: MapKernel): number {
  return scalarCost(program) * NANOSECONDS_PER_INSTRUCTION +
    (inputs.length + outputs.length) * NANOSECONDS_PER_ACCESS;
}

/** Whether vectors of a map are better computed side by side than one after the other. */
export function isLongChain({ program }: MapKernel): boolean {
  return scalarLatency(program) > LONG_CHAIN;
}

class MapWriter {
  readonly #scalars: WasmScalarEmitter;
  readonly #sources: readonly Local[];
  readonly #targets: readonly Local[];
  /** The operands that are not contiguous, for each vector of a period: [vector][operand]. */
  readonly #kept: readonly (readonly Local[])[];
  /** The others, for each vector of a tile: [vector][operand]. */
  readonly #loaded: readonly (readonly Local[])[];
  /** How many vectors a tile has, and how many of them are computed side by side. */
  readonly #tile: number;
  readonly #together: number;
  readonly #result: Local;
  readonly #sourceBytes: readonly number[];
  readonly #targetBytes: readonly number[];

  /** @param sideBySide Whether several vectors are computed side by side. */
  constructor(
    readonly f: FunctionBuilder,
    readonly kernel: MapKernel,
    readonly rows: Rows,
    sideBySide: boolean,
  ) {
    const { inputs, outputs, program } = kernel;
    this.#sourceBytes = inputs.map(({ dtype }) => BYTES_PER_ELEMENT[dtype]);
    this.#targetBytes = outputs.map((dtype) => BYTES_PER_ELEMENT[dtype]);
    this.#sources = inputs.map((_, i) => loadPointer(f, i));
    this.#targets = outputs.map((_, j) => loadPointer(f, inputs.length + j));
    const period = rows.steps.includes("periodic") ? periodVectors(rows.period) : 1;
    this.#kept = keptLocals(f, rows.steps, period);
    this.#tile = period * Math.ceil(TILE_VECTORS / period);
    this.#together = sideBySide ? Math.ceil(this.#tile / Math.ceil(this.#tile / TILE_VECTORS)) : 1;
    this.#loaded = Array.from({ length: this.#tile }, () => f.vectors(inputs.length));
    this.#result = f.local(V128);
    this.#scalars = new WasmScalarEmitter(f, program);
    this.#scalars.constants();
  }

  /** One row, of which the function does the units from begin to end; returns how many elements a unit has. */
  flat(unitVectors: number): number {
    const { f, rows: { inner, steps } } = this;
    const tile = 4 * this.#tile;
    const tilesPerUnit = Math.ceil(unitVectors / this.#tile);
    const unit = tilesPerUnit * tile;
    this.#loadRepeated((i) => steps[i] === "repeated");
    this.#loadPeriodic();
    const move = (pointers: readonly Local[], bytes: readonly number[], moves: (i: number) => boolean) =>
      pointers.forEach((pointer, i) => {
        if (moves(i)) {
          pushScaled(f, pointer, BEGIN, unit * bytes[i]!);
          f.set(pointer);
        }
      });
    move(this.#sources, this.#sourceBytes, (i) => steps[i] === "contiguous");
    move(this.#targets, this.#targetBytes, () => true);

    const tiles = Math.floor(inner / tile);
    const rest = inner - tiles * tile;
    const [tilesToEnd, left] = f.locals(I32);
    // min(end in tiles, whole tiles) - begin in tiles
    f.get(END).i32(tilesPerUnit).op("i32.mul").tee(tilesToEnd).i32(tiles);
    f.get(tilesToEnd).i32(tiles).op("i32.lt_u").op("select");
    f.get(BEGIN).i32(tilesPerUnit).op("i32.mul").op("i32.sub").tee(left);
    f.if(() => this.#tiles(left, this.#sources, this.#targets));
    if (rest > 0) {
      f.get(tilesToEnd).i32(tiles).op("i32.gt_u");
      f.if(() => this.#vectors(rest, this.#sources, this.#targets));
    }
    return unit;
  }

  /** The rows from begin to end. */
  nested(): void {
    const { f, rows: { outerStrides, inner, steps }, kernel } = this;
    const tile = 4 * this.#tile;
    const varies = (i: number) => outerStrides[i]!.some((stride) => stride !== 0);
    this.#loadRepeated((i) => steps[i] === "repeated" && !varies(i));
    const counters = this.#startRows();
    const row = f.local(I32);
    const tiles = Math.floor(inner / tile);
    const looped = tiles > 1;
    // Within a long row copies of the pointers run ahead.
    const sources = kernel.inputs.map((_, i) =>
      looped && steps[i] === "contiguous" ? f.local(f.address) : this.#sources[i]!
    );
    const targets = kernel.outputs.map((_, j) => looped ? f.local(f.address) : this.#targets[j]!);
    const [left, last] = f.locals(I32);
    f.get(BEGIN).set(row);
    f.forUpTo(row, END, 1, () => {
      this.#loadRepeated((i) => steps[i] === "repeated" && varies(i));
      sources.forEach((pointer, i) => pointer !== this.#sources[i] && f.get(this.#sources[i]!).set(pointer));
      targets.forEach((pointer, j) => pointer !== this.#targets[j] && f.get(this.#targets[j]!).set(pointer));
      if (looped) {
        f.i32(tiles).set(left);
        this.#tiles(left, sources, targets);
      }
      f.get(row).i32(1).op("i32.add").get(END).op("i32.eq").set(last);
      this.#vectors(inner - (looped ? tiles * tile : 0), sources, targets, last);
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

  /** Loads the chosen operands that are one element for the whole row. */
  #loadRepeated(which: (input: number) => boolean): void {
    this.kernel.inputs.forEach(({ dtype }, i) => {
      if (!which(i)) return;
      pushRepeated(this.f, dtype, this.#sources[i]!);
      this.f.set(this.#kept[0]![i]!);
    });
  }

  /** Loads all vectors of the operands that are a few elements over and over. */
  #loadPeriodic(): void {
    const { f, rows: { steps, period } } = this;
    this.#kept.forEach((locals, vector) =>
      locals.forEach((local, i) => {
        if (steps[i] !== "periodic") return;
        const source = this.#sources[i]!;
        const offset = (lane: number) => (4 * vector + lane) % period * this.#sourceBytes[i]!;
        if (offset(3) - offset(0) === 3 * this.#sourceBytes[i]!) {
          f.get(source).memory("v128.load", offset(0)).set(local);
          return;
        }
        f.get(source).memory("v128.load32_splat", offset(0)).set(local);
        for (let lane = 1; lane < 4; lane++) {
          f.get(source).get(local).memoryLane("v128.load32_lane", lane, offset(lane)).set(local);
        }
      })
    );
  }

  /** A loop over `left` > 0 tiles, which moves the pointers. */
  #tiles(left: Local, sources: readonly Local[], targets: readonly Local[]): void {
    const { f, rows: { steps } } = this;
    const tile = 4 * this.#tile;
    f.loop(() => {
      this.#compute(this.#tile, 0, sources, (vector, j, push) => {
        f.get(targets[j]!);
        push();
        storeElements(f, this.kernel.outputs[j]!, 4 * vector * this.#targetBytes[j]!);
      });
      sources.forEach((pointer, i) =>
        steps[i] === "contiguous" && advance(f, pointer, tile * this.#sourceBytes[i]!)
      );
      targets.forEach((pointer, j) => advance(f, pointer, tile * this.#targetBytes[j]!));
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
  }

  /**
   * A constant number of elements, in a straight line, without moving the pointers. The last vector is stored whole
   * unless `last` is true; without `last`, never.
   */
  #vectors(elements: number, sources: readonly Local[], targets: readonly Local[], last?: Local): void {
    const { f, kernel: { outputs } } = this;
    for (let begin = 0; begin < elements; begin += 4 * this.#tile) {
      const vectors = Math.min(this.#tile, Math.ceil((elements - begin) / 4));
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
      if (steps[i] !== "contiguous") return this.#kept[vector % this.#kept.length]![i]!;
      const local = this.#loaded[vector]![i]!;
      pushElements(f, kernel.inputs[i]!.dtype, sources[i]!, (begin + 4 * vector) * this.#sourceBytes[i]!);
      f.set(local);
      return local;
    };
    for (let first = 0; first < vectors; first += this.#together) {
      this.#scalars.emit(
        Math.min(this.#together, vectors - first),
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

/** Locals for each vector of the period; an operand that is one element has the same for all. */
function keptLocals(f: FunctionBuilder, steps: readonly Step[], period: number): Local[][] {
  const single = f.vectors(steps.length);
  return Array.from(
    { length: period },
    (_, vector) => single.map((local, i) => vector > 0 && steps[i] === "periodic" ? f.local(V128) : local),
  );
}
