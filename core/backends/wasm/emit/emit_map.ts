import type { FunctionBuilder, Local } from "../../../assembler/function_builder.ts";
import { I32 } from "../../../assembler/types.ts";
import type { MapKernel } from "../../../kernels/map.ts";
import { mapLayout } from "../../../kernels/map_layout.ts";
import { BYTES_PER_ELEMENT } from "../../../numerics/dtype.ts";
import { scalarCost, WasmScalarEmitter } from "../../../scalar/emit_wasm.ts";
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

/** A flat unit of work is this many elements, a multiple of any tile. */
const FLAT_UNIT = 64;

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
  const map = new MapWriter(f, kernel, rows, instructions > 24 ? 1 : instructions > 10 ? 2 : 4);
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
  readonly #values: readonly Local[];
  readonly #results: readonly Local[];
  readonly #sourceBytes: readonly number[];
  readonly #targetBytes: readonly number[];

  /** @param tile How many vectors the loop handles at once. */
  constructor(
    readonly f: FunctionBuilder,
    readonly kernel: MapKernel,
    readonly rows: Rows,
    readonly tile: number,
  ) {
    const { inputs, outputs, program } = kernel;
    this.#sourceBytes = inputs.map(({ dtype }) => BYTES_PER_ELEMENT[dtype]);
    this.#targetBytes = outputs.map((dtype) => BYTES_PER_ELEMENT[dtype]);
    this.#sources = inputs.map((_, i) => loadPointer(f, i));
    this.#targets = outputs.map((_, j) => loadPointer(f, inputs.length + j));
    this.#values = f.vectors(inputs.length);
    this.#results = f.vectors(outputs.length);
    this.#scalars = new WasmScalarEmitter(f, program);
    this.#scalars.constants();
  }

  /** One row, of which the function does the elements from 64 begin to 64 end. */
  flat(): void {
    const { f, rows: { inner, steps }, tile } = this;
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

    const unitsWhole = Math.floor(inner / FLAT_UNIT);
    const rest = inner - unitsWhole * FLAT_UNIT;
    const left = f.local(I32);
    // min(end, whole units) - begin units, in tiles
    f.get(END).i32(unitsWhole).get(END).i32(unitsWhole).op("i32.lt_u").op("select");
    f.get(BEGIN).op("i32.sub").i32(FLAT_UNIT / (4 * tile)).op("i32.mul").tee(left);
    f.if(() => this.#tiles(left, this.#sources, this.#targets));
    if (rest > 0) {
      f.get(END).i32(unitsWhole).op("i32.gt_u").if(() => {
        const tiles = Math.floor(rest / (4 * tile));
        if (tiles > 0) {
          f.i32(tiles).set(left);
          this.#tiles(left, this.#sources, this.#targets);
        }
        this.#vectors(rest - tiles * 4 * tile, this.#sources, this.#targets);
      });
    }
  }

  /** The rows from begin to end. */
  nested(): void {
    const { f, rows: { outerStrides, inner, steps }, tile, kernel } = this;
    this.#loadRepeated((i) => !steps[i] && outerStrides[i]!.every((stride) => stride === 0));
    const counters = this.#startRows();
    const row = f.local(I32);
    const tiles = Math.floor(inner / (4 * tile));
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
      this.#vectors(inner - (looped ? tiles * 4 * tile : 0), sources, targets, last);
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
      this.f.set(this.#values[i]!);
    });
  }

  /** A loop over `left` > 0 tiles, which moves the pointers. */
  #tiles(left: Local, sources: readonly Local[], targets: readonly Local[]): void {
    const { f, tile, rows: { steps } } = this;
    f.loop(() => {
      for (let vector = 0; vector < tile; vector++) {
        this.#loadVector(vector, sources);
        this.#scalars.emit(this.#values, (j, push) => {
          f.get(targets[j]!);
          this.#pushPacked(j, push);
          storeElements(f, this.kernel.outputs[j]!, 4 * vector * this.#targetBytes[j]!);
        });
      }
      sources.forEach((pointer, i) => steps[i] && advance(f, pointer, 4 * tile * this.#sourceBytes[i]!));
      targets.forEach((pointer, j) => advance(f, pointer, 4 * tile * this.#targetBytes[j]!));
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
  }

  /**
   * A constant number of elements, in a straight line, without moving the pointers. The last vector is stored whole
   * unless `last` is true; without `last`, never.
   */
  #vectors(elements: number, sources: readonly Local[], targets: readonly Local[], last?: Local): void {
    const { f, kernel: { outputs } } = this;
    for (let at = 0; at < elements; at += 4) {
      const count = Math.min(4, elements - at);
      this.#loadVector(at / 4, sources);
      this.#scalars.emit(this.#values, (j, push) => {
        this.#pushPacked(j, push);
        f.set(this.#results[j]!);
      });
      const store = (count: number) =>
        outputs.forEach((dtype, j) =>
          storeFirstElements(f, dtype, targets[j]!, this.#results[j]!, count, at * this.#targetBytes[j]!)
        );
      if (count === 4 || last === undefined) store(count);
      else f.get(last).if(() => store(count), () => store(4));
    }
  }

  #loadVector(vector: number, sources: readonly Local[]): void {
    this.kernel.inputs.forEach(({ dtype }, i) => {
      if (!this.rows.steps[i]) return;
      pushElements(this.f, dtype, sources[i]!, 4 * vector * this.#sourceBytes[i]!);
      this.f.set(this.#values[i]!);
    });
  }

  #pushPacked(output: number, push: () => void): void {
    push();
    if (this.kernel.outputs[output] === "u8") packBytes(this.f, this.kernel.program.outputs[output]!.type);
  }
}
