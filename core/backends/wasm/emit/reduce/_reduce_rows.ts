import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32 } from "../../../../assembler/types.ts";
import {
  advance,
  BEGIN,
  END,
  firstWords,
  grainOf,
  loadPointer,
  phaseFunction,
  phaseOf,
  pushScaled,
  repeatUnrolled,
} from "../_phase.ts";
import { Combiner, type Combining } from "./_reduce_combiner.ts";
import type { ReduceLayout } from "../../../../kernels/reduce_layout.ts";
import { type Emitted, SUM_BLOCK, SUM_LANES, sumBlocks } from "./reduce_layout.ts";

/** Reduces the rows of [outer, terms]: the 16 lanes of a block are four vectors along the row. A unit is a block. */
export function emitReduceRows(builder: ModuleBuilder, layout: ReduceLayout, operation: Combining): Emitted {
  const { outer, terms } = layout;
  const { blocks, last } = sumBlocks(terms);
  const f = phaseFunction(builder, "rows");
  const input = loadPointer(f, 0);
  const target = loadPointer(f, blocks === 1 ? 1 : 2);
  const u = f.local(I32);
  const [p, q] = f.locals(f.address);
  const row = new RowReducer(f, operation, p);
  const store = () => f.get(q).get(row.result).memoryLane("v128.store32_lane", 0);

  f.get(BEGIN).set(u);
  pushScaled(f, target, u, 4);
  f.set(q);
  if (blocks === 1) {
    const first = f.local(f.address);
    pushScaled(f, input, u, 4 * terms);
    f.set(first);
    f.forUpTo(u, END, 1, () => {
      f.get(first).set(p);
      row.emit(terms);
      store();
      advance(f, first, 4 * terms);
      advance(f, q, 4);
    });
  } else {
    const block = f.local(I32);
    f.forUpTo(u, END, 1, () => {
      f.get(u).i32(blocks).op("i32.rem_u").set(block);
      f.get(u).i32(blocks).op("i32.div_u").scale(4 * terms);
      f.get(block).scale(4 * SUM_BLOCK).addressOp("add").get(input).addressOp("add").set(p);
      if (last === SUM_BLOCK) row.emit(SUM_BLOCK);
      else {
        f.get(block).i32(blocks - 1).op("i32.lt_u");
        f.if(() => row.emit(SUM_BLOCK), () => row.emit(last));
      }
      store();
      advance(f, q, 4);
    });
  }
  const nanoseconds = 2 + Math.min(terms, SUM_BLOCK) / 16;
  return {
    phase: phaseOf(f, outer * blocks, grainOf(nanoseconds)),
    blocks,
    scratchBytes: 0,
  };
}

/** Emits the reduction of up to one block of contiguous terms. */
export class RowReducer {
  /** The result, in lane 0. */
  readonly result: Local;
  readonly #combiner: Combiner;
  readonly #lanes: Local[];

  constructor(readonly f: FunctionBuilder, operation: Combining, readonly pointer: Local) {
    this.#lanes = f.vectors(4);
    this.result = this.#lanes[0]!;
    this.#combiner = new Combiner(f, operation);
  }

  /** Reduces `length` terms from the pointer on; moves the pointer. */
  emit(length: number): void {
    const { f, pointer, result } = this;
    const combiner = this.#combiner;
    const lanes = this.#lanes;
    if (length <= SUM_LANES) {
      const vectors = Math.ceil(length / 4);
      for (let i = 0; i < vectors; i++) {
        this.#pushTerms(i, length);
        f.set(lanes[i]!);
      }
      this.#fold(vectors);
      // The terms were not added to +0: a sum of nothing but -0 must still become +0.
      f.get(result).get(combiner.identity).op(combiner.instruction).set(result);
      combiner.finish(result);
      return;
    }
    for (const lane of lanes) f.get(combiner.identity).set(lane);
    const groups = Math.floor(length / SUM_LANES);
    const behind = repeatUnrolled(
      f,
      groups,
      4,
      (copy) => lanes.forEach((lane, i) => combiner.addTerms(lane, pointer, 64 * copy + 16 * i)),
      (copies) => advance(f, pointer, 64 * copies),
    );
    const rest = length - groups * SUM_LANES;
    if (rest > 0) {
      advance(f, pointer, 64 * behind);
      for (let i = 0; i < Math.ceil(rest / 4); i++) {
        f.get(lanes[i]!);
        this.#pushTerms(i, rest);
        f.op(combiner.instruction).set(lanes[i]!);
      }
    }
    this.#fold(4);
    combiner.finish(result);
  }

  /** Pushes vector `i` of the terms, with the neutral element where there are no more than `length`. */
  #pushTerms(i: number, length: number): void {
    const { f } = this;
    this.#combiner.pushTerms(this.pointer, 16 * i);
    if (length < 4 * (i + 1)) {
      f.get(this.#combiner.identity).vectorBits(firstWords(length - 4 * i)).op("v128.bitselect");
    }
  }

  /** lane[l] += lane[l + 8], then + 4, + 2, + 1. */
  #fold(vectors: number): void {
    const { f } = this;
    const { instruction } = this.#combiner;
    const [a, b, c, d] = this.#lanes as [Local, Local, Local, Local];
    if (vectors > 2) f.get(a).get(c).op(instruction).set(a);
    if (vectors > 3) f.get(b).get(d).op(instruction).set(b);
    if (vectors > 1) f.get(a).get(b).op(instruction).set(a);
    f.get(a).get(a).get(a).shuffleWords([2, 3, 2, 3]).op(instruction).set(a);
    f.get(a).get(a).get(a).shuffleWords([1, 1, 1, 1]).op(instruction).set(a);
  }
}
