import type { FunctionBuilder, Local } from "../../../assembler/function_builder.ts";
import { V128 } from "../../../assembler/types.ts";
import { type Distribution, drawProgram } from "../../../kernels/random.ts";
import { WasmScalarEmitter } from "../../../scalar/emit_wasm.ts";

/** Elements that are drawn at a time: four counters, one in each lane, of four words each. */
export const DRAWN = 16;

/** Emits draws of 16 elements, and puts them in order. */
export class Draws {
  /** The vector of the next four counters. */
  readonly group: Local;
  /** The drawn elements, four in each. */
  readonly rows: readonly Local[];
  readonly #f: FunctionBuilder;
  readonly #scalars: WasmScalarEmitter;
  readonly #inputs: readonly Local[];
  readonly #words: readonly Local[];
  readonly #four: Local;

  /** Loads the words of the key that a pointer points to. */
  constructor(f: FunctionBuilder, distribution: Distribution, key: Local) {
    const program = drawProgram(distribution);
    this.#f = f;
    this.#scalars = new WasmScalarEmitter(f, program);
    this.#scalars.constants();
    this.#inputs = f.vectors(program.inputs.length);
    this.group = this.#inputs[0]!;
    for (let word = 0; word < 4; word++) {
      f.get(key).memory("v128.load32_splat", 4 * word).set(this.#inputs[word + 1]!);
    }
    this.#words = f.vectors(4);
    this.rows = f.vectors(4);
    this.#four = f.local(V128);
    f.splatBits(4).set(this.#four);
  }

  /** Pops the number of a unit of 16 elements, which the next draw gives. */
  begin(): void {
    const f = this.#f;
    f.i32(4).op("i32.mul").op("i32x4.splat").vectorBits([0, 1, 2, 3]).op("i32x4.add").set(this.group);
  }

  /** Draws into `rows`. */
  draw(): void {
    const f = this.#f;
    this.#scalars.emit(1, (_, i) => this.#inputs[i]!, (_, word, push) => {
      push();
      f.set(this.#words[word]!);
    });
    transpose(f, this.#words, this.rows);
  }

  /** Goes on to the next 16 elements. */
  next(): void {
    this.#f.get(this.group).get(this.#four).op("i32x4.add").set(this.group);
  }
}

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
