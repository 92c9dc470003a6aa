import type { FunctionBuilder, Local } from "../../../assembler/function_builder.ts";
import { I32, V128 } from "../../../assembler/types.ts";
import { DRAW_PROGRAMS, type RandomKernel } from "../../../kernels/random.ts";
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
  storeWords,
} from "./_phase.ts";
import type { Emitter } from "../wasm_kernel.ts";

/** A unit of work is four counters, one in each lane, of four words each. */
const UNIT = 16;
const UNIT_BYTES = 4 * UNIT;

/** Emits draws: four counters at a time in the lanes of vectors, whose elements are then put in order. */
export const emitRandom: Emitter<RandomKernel> = ({ distribution, length }, builder) => {
  if (length === 0) return emittedKernel([]);
  const program = DRAW_PROGRAMS[distribution];
  const f = phaseFunction(builder, "random");
  const scalars = new WasmScalarEmitter(f, program);
  scalars.constants();
  const key = loadPointer(f, 0);
  const out = loadPointer(f, 1);
  const inputs = f.vectors(program.inputs.length);
  const group = inputs[0]!;
  for (let word = 0; word < 4; word++) {
    f.get(key).memory("v128.load32_splat", 4 * word).set(inputs[word + 1]!);
  }
  const words = f.vectors(4);
  const rows = f.vectors(4);
  const compute = () => {
    scalars.emit(1, (_, i) => inputs[i]!, (_, word, push) => {
      push();
      f.set(words[word]!);
    });
    transpose(f, words, rows);
  };

  const four = f.local(V128);
  f.splatBits(4).set(four);
  f.get(BEGIN).i32(4).op("i32.mul").op("i32x4.splat").vectorBits([0, 1, 2, 3]).op("i32x4.add").set(group);
  pushScaled(f, out, BEGIN, UNIT_BYTES);
  f.set(out);
  const whole = Math.floor(length / UNIT);
  const rest = length % UNIT;
  const [unit, end] = f.locals(I32);
  f.get(END).i32(whole).get(END).i32(whole).op("i32.lt_u").op("select").set(end);
  f.get(BEGIN).set(unit);
  f.forUpTo(unit, end, 1, () => {
    compute();
    rows.forEach((row, i) => storeWords(f, out, row, 4, UNIT * i));
    advance(f, out, UNIT_BYTES);
    f.get(group).get(four).op("i32x4.add").set(group);
  });
  if (rest > 0) {
    f.get(END).i32(whole).op("i32.gt_u").if(() => {
      compute();
      for (let at = 0; at < rest; at += 4) storeWords(f, out, rows[at / 4]!, Math.min(4, rest - at), 4 * at);
    });
  }
  const grain = grainOf(scalarCost(program) * NANOSECONDS_PER_INSTRUCTION);
  return emittedKernel([phaseOf(f, Math.ceil(length / UNIT), grain)]);
};

/** Row i gets lane i of each column. */
function transpose(f: FunctionBuilder, columns: readonly Local[], rows: readonly Local[]): void {
  const [a, b, c, d] = columns as [Local, Local, Local, Local];
  const [abLow, cdLow, abHigh, cdHigh] = f.locals(V128);
  f.get(a).get(b).shuffleWords([0, 4, 1, 5]).set(abLow);
  f.get(c).get(d).shuffleWords([0, 4, 1, 5]).set(cdLow);
  f.get(a).get(b).shuffleWords([2, 6, 3, 7]).set(abHigh);
  f.get(c).get(d).shuffleWords([2, 6, 3, 7]).set(cdHigh);
  rows.forEach((row, i) => {
    const [ab, cd] = i < 2 ? [abLow, cdLow] : [abHigh, cdHigh];
    f.get(ab).get(cd).shuffleWords(i % 2 === 0 ? [0, 1, 4, 5] : [2, 3, 6, 7]).set(row);
  });
}
