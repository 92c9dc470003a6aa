import type { ModuleBuilder } from "../../../assembler/module_builder.ts";
import { I32 } from "../../../assembler/types.ts";
import { type Distribution, drawProgram, type RandomKernel } from "../../../kernels/random.ts";
import { scalarCost } from "../../../scalar/scalar_cost.ts";
import { DRAWN, Draws } from "./_draws.ts";
import { emitExchanges } from "./_exchanges.ts";
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
import type { Emitter, WasmPhase } from "../wasm_kernel.ts";

/** Pointers of the arguments. */
const [KEY, OUT, TEMPORARY] = [0, 1, 2];

/**
 * Emits draws: four counters at a time in the lanes of vectors, whose elements are then put in order. For a permutation
 * as many words as it has exchanges are drawn into the temporary by all threads, and one makes the exchanges.
 */
export const emitRandom: Emitter<RandomKernel> = ({ distribution, length }, builder) => {
  if (length === 0) return emittedKernel([]);
  if (distribution !== "permutation") return emittedKernel([emitDraws(builder, distribution, length, OUT)]);
  const words = DRAWN * Math.ceil((length - 1) / DRAWN);
  const draws = words === 0 ? [] : [emitDraws(builder, "bits", words, TEMPORARY)];
  const exchanges = emitExchanges(builder, length, words, { key: KEY, out: OUT, words: TEMPORARY });
  return emittedKernel([...draws, exchanges], 4 * words);
};

/** A phase that draws to where a pointer points. A unit is 16 elements. */
function emitDraws(
  builder: ModuleBuilder,
  distribution: Distribution,
  length: number,
  target: number,
): WasmPhase {
  const f = phaseFunction(builder, "random");
  const draws = new Draws(f, distribution, loadPointer(f, KEY));
  const out = loadPointer(f, target);
  f.get(BEGIN);
  draws.begin();
  pushScaled(f, out, BEGIN, 4 * DRAWN);
  f.set(out);
  const whole = Math.floor(length / DRAWN);
  const rest = length % DRAWN;
  const [unit, end] = f.locals(I32);
  f.get(END).i32(whole).get(END).i32(whole).op("i32.lt_u").op("select").set(end);
  f.get(BEGIN).set(unit);
  f.forUpTo(unit, end, 1, () => {
    draws.draw();
    draws.rows.forEach((row, i) => storeWords(f, out, row, 4, 16 * i));
    advance(f, out, 4 * DRAWN);
    draws.next();
  });
  if (rest > 0) {
    f.get(END).i32(whole).op("i32.gt_u").if(() => {
      draws.draw();
      for (let at = 0; at < rest; at += 4) {
        storeWords(f, out, draws.rows[at / 4]!, Math.min(4, rest - at), 4 * at);
      }
    });
  }
  const grain = grainOf(scalarCost(drawProgram(distribution)) * NANOSECONDS_PER_INSTRUCTION);
  return phaseOf(f, Math.ceil(length / DRAWN), grain);
}
