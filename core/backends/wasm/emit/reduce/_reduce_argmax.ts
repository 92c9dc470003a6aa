import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32, V128 } from "../../../../assembler/types.ts";
import { OrderKeys } from "../_order_key.ts";
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
  storeWords,
} from "../_phase.ts";
import type { ReduceLayout } from "../../../../kernels/reduce_layout.ts";

import { emitResultAddress, emitTermLoops } from "./_reduce_strided.ts";
import type { WasmPhase } from "../../wasm_kernel.ts";

const SMALLEST = 0x80000000;

/** Positions of the first largest keys. A lane replaces its best only by a larger key, so that the first stays. */
export function emitArgmax(builder: ModuleBuilder, layout: ReduceLayout): WasmPhase {
  if (layout.strided || (layout.inner === 1 && layout.terms < 8)) return emitOneByOne(builder, layout);
  return layout.inner === 1 ? emitRows(builder, layout) : emitColumns(builder, layout);
}

/** The best keys so far of four lanes, their positions, and the position of the vector at hand. */
class Candidates {
  readonly keys: OrderKeys;
  readonly best: Local;
  readonly position: Local;
  readonly #here: Local;
  readonly #step: Local;
  readonly #key: Local;

  constructor(readonly f: FunctionBuilder, readonly start: [number, number, number, number], step: number) {
    this.keys = new OrderKeys(f);
    [this.best, this.position, this.#here, this.#step, this.#key] = f.locals(V128);
    f.splatBits(step).set(this.#step);
  }

  /** Takes the four floats on the stack as the first. */
  first(): void {
    this.keys.fromFloats();
    this.f.set(this.best).vectorBits(this.start).tee(this.position).set(this.#here);
  }

  /** Compares the four floats on the stack, which stand one step further; only `count` of them take part. */
  next(count = 4): void {
    const { f } = this;
    this.keys.fromFloats();
    if (count < 4) {
      f.set(this.#key);
      f.get(this.#key).splatBits(SMALLEST).vectorBits(firstWords(count)).op("v128.bitselect");
    }
    f.set(this.#key);
    f.get(this.#here).get(this.#step).op("i32x4.add").tee(this.#here);
    f.get(this.position).get(this.#key).get(this.best).op("i32x4.gt_s").op("v128.bitselect").set(
      this.position,
    );
    f.get(this.best).get(this.#key).op("i32x4.max_s").set(this.best);
  }

  /** Pushes the smallest position among the lanes with the largest key. */
  pushAcrossLanes(): void {
    const { f, best, position } = this;
    const key = this.#key;
    const across = (vector: Local, op: "i32x4.max_s" | "i32x4.min_u") => {
      f.get(vector).get(vector).get(vector).shuffleWords([2, 3, 0, 1]).op(op).set(vector);
      f.get(vector).get(vector).get(vector).shuffleWords([1, 0, 3, 2]).op(op).set(vector);
    };
    f.get(best).set(key);
    across(key, "i32x4.max_s");
    f.get(position).splatBits(0xffffffff).get(best).get(key).op("i32x4.eq").op("v128.bitselect").set(
      position,
    );
    across(position, "i32x4.min_u");
    f.get(position).lane("i32x4.extract_lane", 0);
  }
}

/** [outer, terms] with at least 8 terms: vectors run along the terms. */
function emitRows(builder: ModuleBuilder, { outer, terms }: ReduceLayout): WasmPhase {
  const f = phaseFunction(builder, "argmaxRows");
  const input = loadPointer(f, 0);
  const out = loadPointer(f, 1);
  const u = f.local(I32);
  const [p, end] = f.locals(f.address);
  const candidates = new Candidates(f, [0, 1, 2, 3], 4);
  const whole = Math.floor(terms / 4);
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    pushScaled(f, input, u, 4 * terms);
    f.tee(p).memory("v128.load");
    candidates.first();
    f.get(p).offset(16 * whole).set(end);
    advance(f, p, 16);
    f.forUpTo(p, end, 16, () => {
      f.get(p).memory("v128.load");
      candidates.next();
    });
    if (terms % 4 > 0) {
      f.get(p).memory("v128.load");
      candidates.next(terms % 4);
    }
    pushScaled(f, out, u, 4);
    candidates.pushAcrossLanes();
    f.memory("i32.store");
  });
  return phaseOf(f, outer, grainOf(5 + terms / 2));
}

/** [outer, terms, inner]: vectors run across the results. A unit is one vector of results. */
function emitColumns(builder: ModuleBuilder, { outer, terms, inner }: ReduceLayout): WasmPhase {
  const f = phaseFunction(builder, "argmaxColumns");
  const input = loadPointer(f, 0);
  const out = loadPointer(f, 1);
  const [u, outerIndex, left] = f.locals(I32);
  const [p, q, column] = f.locals(f.address);
  const candidates = new Candidates(f, [0, 0, 0, 0], 1);
  const vectors = Math.ceil(inner / 4);
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    f.get(u).i32(vectors).op("i32.rem_u").scale(16).set(column);
    f.get(u).i32(vectors).op("i32.div_u").set(outerIndex);
    f.get(outerIndex).scale(4 * inner).get(column).addressOp("add").get(out).addressOp("add").set(q);
    f.get(outerIndex).scale(4 * inner * terms).get(column).addressOp("add");
    f.get(input).addressOp("add").tee(p).memory("v128.load");
    candidates.first();
    if (terms > 1) {
      f.i32(terms - 1).set(left);
      f.loop(() => {
        advance(f, p, 4 * inner);
        f.get(p).memory("v128.load");
        candidates.next();
        f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
      });
    }
    if (inner % 4 === 0) storeWords(f, q, candidates.position, 4);
    else {
      f.get(column).bytes(16 * (vectors - 1)).addressOp("eq");
      f.if(
        () => storeWords(f, q, candidates.position, inner % 4),
        () => storeWords(f, q, candidates.position, 4),
      );
    }
  });
  return phaseOf(f, outer * vectors, grainOf(5 + 2 * terms));
}

/** Any pattern of axes, one term at a time. */
function emitOneByOne(builder: ModuleBuilder, layout: ReduceLayout): WasmPhase {
  const f = phaseFunction(builder, "argmaxStrided");
  const input = loadPointer(f, 0);
  const out = loadPointer(f, 1);
  const keys = new OrderKeys(f);
  const [u, term, position] = f.locals(I32);
  const p = f.local(f.address);
  const [key, best] = f.locals(I32);
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    emitResultAddress(f, layout.kept, u, input, p);
    f.i32(0).tee(term).set(position).i32(SMALLEST).set(best);
    emitTermLoops(f, layout.reduced, p, () => {
      f.get(p).memory("v128.load32_zero");
      keys.fromFloats();
      f.lane("i32x4.extract_lane", 0).tee(key).get(best).op("i32.gt_s");
      f.if(() => f.get(key).set(best).get(term).set(position));
      advance(f, term, 1);
    });
    pushScaled(f, out, u, 4);
    f.get(position).memory("i32.store");
  });
  return phaseOf(f, layout.results, grainOf(5 + 2 * layout.terms));
}
