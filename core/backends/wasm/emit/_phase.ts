/** What the emitters of this folder share: the frame of a phase's function and a few idioms of code. */

import { I32 } from "../../../assembler/types.ts";
import type { FunctionBuilder, Local } from "../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../assembler/module_builder.ts";
import { type EmittedKernel, POINTER_BYTES, type WasmPhase } from "../wasm_kernel.ts";

/** The parameters of the function of a phase. */
export const ARGS: Local = 0;
export const BEGIN: Local = 1;
export const END: Local = 2;
export const SCRATCH: Local = 3;

/** The canonical NaN. */
export const NAN_BITS = 0x7fc00000;

/** Adds the function of a phase, with the parameters `ARGS`, `BEGIN`, `END` and `SCRATCH`. */
export function phaseFunction(builder: ModuleBuilder, name: string): FunctionBuilder {
  return builder.function(name, [builder.address, I32, I32, builder.address]);
}

/** A local that holds pointer `index` of the block of arguments. */
export function loadPointer(f: FunctionBuilder, index: number): Local {
  const pointer = f.local(f.address);
  f.get(ARGS).loadAddress(POINTER_BYTES[f.addresses] * index).set(pointer);
  return pointer;
}

/** About how long a vector instruction takes on a common processor, in the midst of others. */
export const NANOSECONDS_PER_INSTRUCTION = 0.09;

/** Work worth a worker of its own. */
const NANOSECONDS_PER_GRAIN = 4000;

/** The grain of a phase whose units take about so many nanoseconds each. */
export function grainOf(nanosecondsPerUnit: number): number {
  return NANOSECONDS_PER_GRAIN / Math.max(nanosecondsPerUnit, 0.01);
}

/** About how long a unit of a phase takes: the other way round. */
export function nanosecondsPerUnit({ grain }: WasmPhase): number {
  return NANOSECONDS_PER_GRAIN / grain;
}

/** A phase of so many units, done by `f`. */
export function phaseOf(f: FunctionBuilder, units: number, grain: number): WasmPhase {
  return { name: f.name, index: f.index, units, grain };
}

/** What an emitter returns. */
export function emittedKernel(
  phases: readonly WasmPhase[],
  temporaryBytes = 0,
  scratchBytes = 0,
): EmittedKernel {
  return { phases, temporaryBytes, scratchBytes };
}

/** Pushes the address `base + index * factor`; the index is an unsigned i32. */
export function pushScaled(f: FunctionBuilder, base: Local, index: Local, factor: number): void {
  f.get(base);
  if (factor !== 0) f.get(index).scale(factor).addressOp("add");
}

/** local += constant. */
export function advance(f: FunctionBuilder, local: Local, constant: number): void {
  f.advance(local, constant);
}

/** Stores the first `count` (1 to 4) words of a vector. */
export function storeWords(
  f: FunctionBuilder,
  address: Local,
  vector: Local,
  count: number,
  offset = 0,
): void {
  if (count === 4) {
    f.get(address).get(vector).memory("v128.store", offset);
    return;
  }
  let word = 0;
  if (count >= 2) {
    f.get(address).get(vector).memoryLane("v128.store64_lane", 0, offset);
    word = 2;
  }
  if (word < count) f.get(address).get(vector).memoryLane("v128.store32_lane", word, offset + 4 * word);
}

/** Words with all bits set in the first `count` (0 to 4) lanes. */
export function firstWords(count: number): [number, number, number, number] {
  return [0, 1, 2, 3].map((lane) => lane < count ? 0xffffffff : 0) as [number, number, number, number];
}

/**
 * Runs `body` a constant number of times, `unroll` times in a row inside the loop; the rest follows the loop. `body`
 * gets which of the unrolled copies it is; `next` moves the pointers past so many copies. Returns the number of copies
 * behind the loop, past which the pointers have not been moved.
 */
export function repeatUnrolled(
  f: FunctionBuilder,
  count: number,
  unroll: number,
  body: (copy: number) => void,
  next: (copies: number) => void,
): number {
  const rounds = Math.floor(count / unroll);
  if (rounds > 1) {
    const left = f.local(I32);
    f.i32(rounds).set(left);
    f.loop(() => {
      for (let copy = 0; copy < unroll; copy++) body(copy);
      next(unroll);
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
  }
  const rest = rounds > 1 ? count - rounds * unroll : count;
  for (let copy = 0; copy < rest; copy++) body(copy);
  return rest;
}
