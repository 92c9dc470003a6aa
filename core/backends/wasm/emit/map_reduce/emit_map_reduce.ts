import { ALIGNMENT, SLACK } from "../../../allocator.ts";
import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32 } from "../../../../assembler/types.ts";
import { mapFamily } from "../../../../kernels/map.ts";
import { type MapReduceKernel, reductionOf } from "../../../../kernels/map_reduce.ts";
import { BYTES_PER_ELEMENT } from "../../../../numerics/dtype.ts";
import { type EmittedKernel, type Emitter, POINTER_BYTES, type WasmPhase } from "../../wasm_kernel.ts";
import {
  ARGS,
  BEGIN,
  emittedKernel,
  END,
  grainOf,
  nanosecondsPerUnit,
  phaseFunction,
  phaseOf,
  SCRATCH,
} from "../_phase.ts";
import { emitMapPhase } from "../emit_map.ts";
import { emitReduce } from "../reduce/emit_reduce.ts";
import { SUM_BLOCK } from "../reduce/reduce_layout.ts";
import { planWindows, type Windows } from "./plan_windows.ts";

/** Pushes a pointer. */
type Pointer = () => void;

/**
 * Emits a map with reductions of its results. It calls the functions of the map and of the reductions, each with a block
 * of pointers of its own, which it writes to scratch.
 *
 * Where a few blocks of rule N5 and their elements fit, a unit of work is a window of that size: the map writes what is
 * only reduced to scratch, and the reductions read it there, from a cache. Otherwise the map writes it to the temporary,
 * and the reductions follow as phases of their own.
 *
 * *Order* N5, as the functions of the reductions have it.
 */
export const emitMapReduce: Emitter<MapReduceKernel> = (kernel, builder) =>
  new MapReduceWriter(kernel, builder).emit();

/** Takes places one after the other, each at a line of its own and with the slack that a buffer has. */
class Places {
  bytes = 0;

  take(bytes: number): number {
    const place = this.bytes;
    this.bytes += Math.ceil((bytes + SLACK) / ALIGNMENT) * ALIGNMENT;
    return place;
  }
}

class MapReduceWriter {
  readonly #pointerBytes: number;
  readonly #map: ReturnType<typeof emitMapPhase> | undefined;
  /** The functions of each reduction; equal reductions share theirs. */
  readonly #reductions: readonly EmittedKernel[];
  readonly #temporary = new Places();
  readonly #scratch = new Places();
  /** The places in the temporary of what each reduction leaves for each block. */
  readonly #partials: readonly number[];
  /** The places in scratch of the pointers of the map and of each reduction. */
  readonly #mapPointers: number;
  readonly #reductionPointers: readonly number[];
  /** The results of the map that are not results of the kernel. */
  readonly #unstored: readonly number[];

  constructor(readonly kernel: MapReduceKernel, readonly builder: ModuleBuilder) {
    const { map, stored, reductions } = kernel;
    this.#pointerBytes = POINTER_BYTES[builder.addresses];
    this.#map = map.shape.includes(0) ? undefined : emitMapPhase(map, builder);
    const emitted = new Map<string, EmittedKernel>();
    this.#reductions = reductions.map(({ operation }) => {
      const known = emitted.get(operation) ?? emitReduce(reductionOf(kernel, operation), builder);
      emitted.set(operation, known);
      return known;
    });
    this.#partials = this.#reductions.map(({ temporaryBytes }) => this.#temporary.take(temporaryBytes));
    this.#mapPointers = this.#scratch.take(this.#pointerBytes * (map.inputs.length + map.outputs.length));
    this.#reductionPointers = reductions.map(() => this.#scratch.take(this.#pointerBytes * 3));
    this.#unstored = map.outputs.map((_, output) => output).filter((output) => !stored.includes(output));
  }

  emit(): EmittedKernel {
    const windows = this.#map && planWindows(this.kernel, this.#map.elementsPerUnit);
    const phases: WasmPhase[] = [];
    let level = 0;
    if (this.#map !== undefined && windows !== undefined) {
      phases.push(this.#emitWindows(windows, this.#map));
      level = 1;
    }
    const elements = new Map<number, number>();
    if (windows === undefined) {
      const results = mapFamily.outputs(this.kernel.map);
      for (const output of this.#unstored) {
        const { dtype, length } = results[output]!;
        elements.set(output, this.#temporary.take(BYTES_PER_ELEMENT[dtype] * length));
      }
      if (this.#map !== undefined) phases.push(this.#emitMap(this.#map.phase, elements));
    }
    for (; this.#reductions.some(({ phases }) => phases[level] !== undefined); level++) {
      phases.push(this.#emitLevel(level, elements));
    }
    const inner = Math.max(...this.#reductions.map(({ scratchBytes }) => scratchBytes));
    return emittedKernel(phases, this.#temporary.bytes, this.#scratch.bytes + inner);
  }

  /** A phase that computes windows: for each the map, then the first phase of every reduction. */
  #emitWindows(
    windows: Windows,
    { phase: map, elementsPerUnit }: ReturnType<typeof emitMapPhase>,
  ): WasmPhase {
    const { kernel, builder } = this;
    const { stored, reductions, outer, terms, inner } = kernel;
    const f = phaseFunction(builder, "map_reduce");
    const places = new Map(
      this.#unstored.map((output) => [output, this.#scratch.take(4 * windows.elements)]),
    );
    const [window, first, last, begin, end] = f.locals(I32);
    const rest = this.#restOfScratch(f);
    const mapPointers = this.#scratchPointer(f, this.#mapPointers);
    const reductionPointers = this.#reductionPointers.map((place) => this.#scratchPointer(f, place));
    const rowElements = terms * inner;
    const blockElements = Math.min(terms, SUM_BLOCK) * inner;
    const blocks = outer * windows.blocksOfRow;
    /** The element with which the block on the stack begins. */
    const pushBegin = (block: Local) => {
      if (outer === 1 || windows.blocksOfRow === 1) return f.get(block).i32(blockElements).op("i32.mul");
      f.get(block).i32(windows.blocksOfRow).op("i32.div_u").i32(rowElements).op("i32.mul");
      f.get(block).i32(windows.blocksOfRow).op("i32.rem_u").i32(blockElements).op("i32.mul");
      return f.op("i32.add");
    };
    /** Where element 0 would lie if the window's first element lies at its place in scratch. */
    const windowed = (output: number) => () => {
      f.get(SCRATCH).offset(places.get(output)!).get(begin).scale(4).addressOp("sub");
    };
    const element = (output: number): Pointer => {
      const place = stored.indexOf(output);
      return place < 0 ? windowed(output) : this.#argument(f, kernel.map.inputs.length + place);
    };
    this.#setMapInputs(f, mapPointers);
    this.#setStored(f, mapPointers);
    reductions.forEach((_, i) => this.#setReduction(f, reductionPointers[i]!, i));
    f.get(BEGIN).set(window);
    f.forUpTo(window, END, 1, () => {
      f.get(window).i32(windows.blocks).op("i32.mul").tee(first);
      f.i32(windows.blocks).op("i32.add").set(last);
      pushBegin(first);
      f.set(begin);
      f.get(last).i32(blocks).op("i32.lt_u");
      f.if(() => {
        pushBegin(last);
        f.set(end);
      }, () => {
        f.i32(blocks).set(last).i32(outer * rowElements).set(end);
      });
      this.#unstored.forEach((output) =>
        this.#set(f, mapPointers, kernel.map.inputs.length + output, windowed(output))
      );
      f.get(mapPointers).get(begin).i32(elementsPerUnit).op("i32.div_u");
      f.get(end).i32(elementsPerUnit - 1).op("i32.add").i32(elementsPerUnit).op("i32.div_u");
      f.get(rest).call(map);
      reductions.forEach(({ of }, i) => {
        const phase = this.#reductions[i]!.phases[0]!;
        const perBlock = phase.units / blocks;
        this.#set(f, reductionPointers[i]!, 0, element(of));
        f.get(reductionPointers[i]!).get(first).i32(perBlock).op("i32.mul");
        f.get(last).i32(perBlock).op("i32.mul").get(rest).call(phase);
      });
    });
    const nanoseconds = windows.elements / elementsPerUnit * nanosecondsPerUnit(map) +
      this.#reductions.reduce(
        (sum, { phases: [phase] }) =>
          sum + windows.blocks * phase!.units / blocks * nanosecondsPerUnit(phase!),
        0,
      );
    return phaseOf(f, windows.units, grainOf(nanoseconds));
  }

  /** A phase that is the map's, with what is only reduced in the temporary. */
  #emitMap(map: WasmPhase, elements: ReadonlyMap<number, number>): WasmPhase {
    const f = phaseFunction(this.builder, "map_all");
    const pointers = this.#scratchPointer(f, this.#mapPointers);
    this.#setMapInputs(f, pointers);
    this.#setStored(f, pointers);
    for (const [output, place] of elements) {
      this.#set(f, pointers, this.kernel.map.inputs.length + output, this.#inTemporary(f, place));
    }
    f.get(pointers).get(BEGIN).get(END).get(SCRATCH).call(map);
    return { ...phaseOf(f, map.units, map.grain) };
  }

  /** One phase of all reductions: the units of the first, then those of the next. */
  #emitLevel(level: number, elements: ReadonlyMap<number, number>): WasmPhase {
    const { kernel: { map, stored, reductions }, builder } = this;
    const f = phaseFunction(builder, `reduce_${level}`);
    const rest = this.#restOfScratch(f);
    const [begin, end] = f.locals(I32);
    let units = 0;
    let nanoseconds = 0;
    reductions.forEach(({ of }, i) => {
      const phase = this.#reductions[i]!.phases[level];
      if (phase === undefined) return;
      // What lies in [begin, end) of this reduction's units
      const clamp = (bound: Local, result: Local) => {
        f.get(bound).i32(units).op("i32.sub").set(result);
        f.i32(0).get(result).get(result).i32(0).op("i32.lt_s").op("select").set(result);
        f.i32(phase.units).get(result).get(result).i32(phase.units).op("i32.gt_s").op("select").set(result);
      };
      clamp(BEGIN, begin);
      clamp(END, end);
      f.get(begin).get(end).op("i32.lt_u").if(() => {
        const pointers = this.#scratchPointer(f, this.#reductionPointers[i]!);
        this.#setReduction(f, pointers, i);
        const place = elements.get(of);
        if (place !== undefined) this.#set(f, pointers, 0, this.#inTemporary(f, place));
        else if (stored.includes(of)) {
          this.#set(f, pointers, 0, this.#argument(f, map.inputs.length + stored.indexOf(of)));
        }
        f.get(pointers).get(begin).get(end).get(rest).call(phase);
      });
      units += phase.units;
      nanoseconds += phase.units * nanosecondsPerUnit(phase);
    });
    return phaseOf(f, units, grainOf(nanoseconds / Math.max(1, units)));
  }

  #setMapInputs(f: FunctionBuilder, pointers: Local): void {
    this.kernel.map.inputs.forEach((_, i) => this.#set(f, pointers, i, this.#argument(f, i)));
  }

  #setStored(f: FunctionBuilder, pointers: Local): void {
    const { map: { inputs }, stored } = this.kernel;
    stored.forEach((output, place) =>
      this.#set(f, pointers, inputs.length + output, this.#argument(f, inputs.length + place))
    );
  }

  /** Sets where a reduction writes its result and its partial results. */
  #setReduction(f: FunctionBuilder, pointers: Local, index: number): void {
    const { map: { inputs }, stored } = this.kernel;
    this.#set(f, pointers, 1, this.#argument(f, inputs.length + stored.length + index));
    if (this.#reductions[index]!.temporaryBytes > 0) {
      this.#set(f, pointers, 2, this.#inTemporary(f, this.#partials[index]!));
    }
  }

  #set(f: FunctionBuilder, pointers: Local, slot: number, push: Pointer): void {
    f.get(pointers);
    push();
    f.memory(`${f.addresses}.store`, this.#pointerBytes * slot);
  }

  /** Pushes a pointer of this kernel. */
  #argument(f: FunctionBuilder, slot: number): Pointer {
    return () => f.get(ARGS).loadAddress(this.#pointerBytes * slot);
  }

  #inTemporary(f: FunctionBuilder, place: number): Pointer {
    const { map: { inputs }, stored, reductions } = this.kernel;
    const slot = inputs.length + stored.length + reductions.length;
    return () => f.get(ARGS).loadAddress(this.#pointerBytes * slot).offset(place);
  }

  #scratchPointer(f: FunctionBuilder, place: number): Local {
    const pointer = f.local(f.address);
    f.get(SCRATCH).offset(place).set(pointer);
    return pointer;
  }

  /** The scratch of the functions that are called: behind what this kernel has there, of which nothing may come later. */
  #restOfScratch(f: FunctionBuilder): Local {
    return this.#scratchPointer(f, this.#scratch.bytes);
  }
}
