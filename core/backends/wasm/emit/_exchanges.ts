import type { FunctionBuilder, Local } from "../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../assembler/module_builder.ts";
import { I32, V128 } from "../../../assembler/types.ts";
import { DRAWN, Draws } from "./_draws.ts";
import {
  BEGIN,
  END,
  loadPointer,
  phaseFunction,
  phaseOf,
  pushScaled,
  repeatUnrolled,
  storeWords,
} from "./_phase.ts";
import type { WasmPhase } from "../wasm_kernel.ts";

/** Which pointers of the arguments are those to the key, to the result and to the words. */
export interface ExchangePointers {
  readonly key: number;
  readonly out: number;
  readonly words: number;
}

/**
 * A phase of one unit: the numbers from 0, and then the exchanges of Fisher and Yates, each of which needs the one
 * before. It takes words that were drawn before, and draws more over them where so many were passed over.
 *
 * @param words How many were drawn: whole units of 16, at least `length` - 1.
 */
export function emitExchanges(
  builder: ModuleBuilder,
  length: number,
  words: number,
  pointers: ExchangePointers,
): WasmPhase {
  const f = phaseFunction(builder, "exchange");
  f.get(BEGIN).get(END).op("i32.lt_u").if(() => {
    const out = loadPointer(f, pointers.out);
    emitNumbers(f, out, length);
    if (length > 1) emitSwaps(f, out, length, words, pointers);
  });
  return phaseOf(f, 1, 1);
}

/** out[i] = i */
function emitNumbers(f: FunctionBuilder, out: Local, length: number): void {
  const [numbers, four] = f.locals(V128);
  const to = f.local(f.address);
  f.vectorBits([0, 1, 2, 3]).set(numbers);
  f.splatBits(4).set(four);
  f.get(out).set(to);
  const store = (copy: number) => {
    f.get(to).get(numbers).memory("v128.store", 16 * copy);
    f.get(numbers).get(four).op("i32x4.add").set(numbers);
  };
  const next = (copies: number) => void f.advance(to, 16 * copies);
  const behind = repeatUnrolled(f, Math.floor(length / 4), 4, store, next);
  if (length % 4 > 0) storeWords(f, to, numbers, length % 4, 16 * behind);
}

function emitSwaps(
  f: FunctionBuilder,
  out: Local,
  length: number,
  words: number,
  pointers: ExchangePointers,
): void {
  const first = loadPointer(f, pointers.words);
  const draws = new Draws(f, "bits", loadPointer(f, pointers.key));
  f.i32(words / DRAWN);
  draws.begin();
  const [next, end, p, q] = f.locals(f.address);
  const [i, choices, word, kept] = f.locals(I32);
  /** Pushes the complement, which is 2^32 - 1 less the number. */
  const pushNot = (local: Local) => f.get(local).i32(-1).op("i32.xor");
  f.get(first).tee(next).offset(4 * words).set(end);
  f.i32(length - 1).set(i);
  f.loop(() => {
    f.get(i).i32(1).op("i32.add").set(choices);
    f.loop(() => {
      f.get(next).get(end).addressOp("eq").if(() => {
        draws.draw();
        draws.rows.forEach((row, k) => storeWords(f, first, row, 4, 16 * k));
        draws.next();
        f.get(first).tee(next).offset(4 * DRAWN).set(end);
      });
      f.get(next).memory("i32.load").set(word);
      f.advance(next, 4);
      // The largest multiple of the choices is 2^32 - r with r = (2^32 - choices) mod choices; 2^32 - choices is ~i.
      // As r is less than the choices, a word below ~i is below that in any case.
      f.get(word);
      pushNot(i).op("i32.ge_u").if(() => {
        pushNot(i).get(choices).op("i32.rem_u").set(kept);
        f.get(word);
        pushNot(kept).op("i32.gt_u").brIf(1);
      });
    });
    f.get(word).get(choices).op("i32.rem_u").set(word);
    pushScaled(f, out, i, 4);
    f.set(p);
    pushScaled(f, out, word, 4);
    f.tee(q).memory("i32.load").set(kept);
    f.get(q).get(p).memory("i32.load").memory("i32.store");
    f.get(p).get(kept).memory("i32.store");
    f.get(i).i32(1).op("i32.sub").tee(i).brIf(0);
  });
}
