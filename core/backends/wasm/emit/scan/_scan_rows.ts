import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32, V128, type ValueType } from "../../../../assembler/types.ts";
import { SCAN_BLOCK } from "../../../../kernels/scan.ts";
import { advance, BEGIN, END, grainOf, loadPointer, phaseFunction, phaseOf } from "../_phase.ts";
import type { ScanLayout } from "./scan_layout.ts";
import type { WasmPhase } from "../../wasm_kernel.ts";

const LANES = [0, 1, 2, 3] as const;
type Four = readonly [Local, Local, Local, Local];

function fourLocals(f: FunctionBuilder, type: ValueType): Four {
  const [a, b, c, d] = f.locals(type);
  return [a, b, c, d];
}

/**
 * Running sums with fewer than four columns: the lanes of a vector are four strands, each a block of one column. Strands
 * of whole blocks and the rows' last, shorter ones have a phase each, so that the four are equally long.
 */
export function emitScanRows(builder: ModuleBuilder, layout: ScanLayout): WasmPhase[] {
  const whole = Math.floor(layout.length / SCAN_BLOCK);
  const rest = layout.length % SCAN_BLOCK;
  const phases: WasmPhase[] = [];
  if (whole > 0) phases.push(emitStrands(builder, layout, 0, whole, SCAN_BLOCK));
  if (rest > 0) phases.push(emitStrands(builder, layout, whole, 1, rest));
  return phases;
}

/** The `perColumn` blocks of each column from block `first` on, all of `count` terms. A unit is four of them. */
function emitStrands(
  builder: ModuleBuilder,
  layout: ScanLayout,
  first: number,
  perColumn: number,
  count: number,
): WasmPhase {
  const { outer, length, inner, blocks, reverse, stepBytes } = layout;
  const strands = outer * perColumn * inner;
  const f = phaseFunction(builder, "scanRows");
  const input = loadPointer(f, 0);
  const out = loadPointer(f, 1);
  const totals = blocks > 1 ? loadPointer(f, 2) : out;
  const [u, strand, row, column] = f.locals(I32);
  const block = f.local(I32);
  const from = fourLocals(f, f.address);
  const to = fourLocals(f, f.address);
  const total = fourLocals(f, f.address);
  const walk = new StrandWalk(f, layout, from, to);

  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    for (const lane of LANES) {
      // A lane beyond the last strand does the last one once more.
      f.get(u).i32(4).op("i32.mul").i32(lane).op("i32.add").set(strand);
      if (strands % 4 !== 0) {
        f.get(strand).i32(strands - 1).get(strand).i32(strands).op("i32.lt_u").op("select").set(strand);
      }
      f.get(strand).i32(inner).op("i32.rem_u").set(column);
      f.get(strand).i32(inner * perColumn).op("i32.div_u").set(row);
      f.get(strand).i32(inner).op("i32.div_u").i32(perColumn).op("i32.rem_u").i32(first).op("i32.add").set(
        block,
      );
      f.get(row).i32(length * inner).op("i32.mul").get(column).op("i32.add");
      f.get(block).i32(SCAN_BLOCK * inner * (reverse ? -1 : 1)).op("i32.mul").op("i32.add");
      if (reverse) f.i32((length - 1) * inner).op("i32.add");
      f.scale(4).tee(from[lane]).get(out).addressOp("add").set(to[lane]);
      f.get(from[lane]).get(input).addressOp("add").set(from[lane]);
      if (blocks > 1) {
        f.get(row).i32(blocks).op("i32.mul").get(block).op("i32.add").i32(inner).op("i32.mul");
        f.get(column).op("i32.add").scale(4).get(totals).addressOp("add").set(total[lane]);
      }
    }
    walk.emit(count);
    if (blocks > 1) {
      for (const lane of LANES) f.get(total[lane]).get(walk.sum).memoryLane("v128.store32_lane", lane);
    }
  });
  // Four terms of four strands at a time if they are neighbours in memory.
  const nanoseconds = 10 + count * (Math.abs(stepBytes) === 4 ? 0.7 : 2.5);
  return phaseOf(f, Math.ceil(strands / 4), grainOf(nanoseconds));
}

/** Sums up four strands side by side. */
class StrandWalk {
  /** The running sums; afterwards the totals. */
  readonly sum: Local;
  readonly #terms: Four;
  readonly #spare: Four;

  constructor(
    readonly f: FunctionBuilder,
    readonly layout: ScanLayout,
    readonly from: Four,
    readonly to: Four,
  ) {
    this.sum = f.local(V128);
    this.#terms = fourLocals(f, V128);
    this.#spare = fourLocals(f, V128);
  }

  /** Moves the pointers past `count` terms. */
  emit(count: number): void {
    const { f, layout: { inner } } = this;
    f.splatBits(0).set(this.sum);
    const quads = inner === 1 ? Math.floor(count / 4) : 0;
    this.#repeat(quads, () => this.#quad());
    this.#repeat(count - 4 * quads, () => this.#single());
  }

  #repeat(times: number, body: () => void): void {
    if (times === 0) return;
    const { f } = this;
    const left = f.local(I32);
    f.i32(times).set(left);
    f.loop(() => {
      body();
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
  }

  /** sum += term, and the vector of results becomes the top of the stack. */
  #add(term: Local): void {
    const { f, sum, layout: { exclusive } } = this;
    if (exclusive) f.get(sum);
    f.get(sum).get(term).op("f32x4.add").set(sum);
    if (!exclusive) f.get(sum);
  }

  /** One term of each strand. */
  #single(): void {
    const { f, from, to, layout: { stepBytes } } = this;
    const [term, result] = this.#terms;
    f.splatBits(0).set(term);
    for (const lane of LANES) f.get(from[lane]).get(term).memoryLane("v128.load32_lane", lane).set(term);
    this.#add(term);
    f.set(result);
    for (const lane of LANES) {
      f.get(to[lane]).get(result).memoryLane("v128.store32_lane", lane);
      advance(f, from[lane], stepBytes);
      advance(f, to[lane], stepBytes);
    }
  }

  /** Four neighbouring terms of each strand: transposed, added, transposed back. */
  #quad(): void {
    const { f, from, to, layout: { stepBytes, reverse } } = this;
    const terms = this.#terms;
    // Backwards, the vector at hand ends with the term that comes first.
    const back = reverse ? 12 : 0;
    for (const lane of LANES) {
      f.get(from[lane]);
      if (back > 0) f.offset(-back);
      f.memory("v128.load").set(terms[lane]);
    }
    this.#transpose();
    for (const i of reverse ? LANES.toReversed() : LANES) {
      this.#add(terms[i]!);
      f.set(terms[i]!);
    }
    this.#transpose();
    for (const lane of LANES) {
      f.get(to[lane]);
      if (back > 0) f.offset(-back);
      f.get(terms[lane]).memory("v128.store");
      advance(f, from[lane], 4 * stepBytes);
      advance(f, to[lane], 4 * stepBytes);
    }
  }

  /** Exchanges rows and columns of the four vectors of terms. */
  #transpose(): void {
    const { f } = this;
    const [a, b, c, d] = this.#terms;
    const [e, g, h, i] = this.#spare;
    const shuffle = (x: Local, y: Local, words: readonly [number, number, number, number], to: Local) =>
      f.get(x).get(y).shuffleWords(words).set(to);
    shuffle(a, b, [0, 4, 1, 5], e);
    shuffle(a, b, [2, 6, 3, 7], g);
    shuffle(c, d, [0, 4, 1, 5], h);
    shuffle(c, d, [2, 6, 3, 7], i);
    shuffle(e, h, [0, 1, 4, 5], a);
    shuffle(e, h, [2, 3, 6, 7], b);
    shuffle(g, i, [0, 1, 4, 5], c);
    shuffle(g, i, [2, 3, 6, 7], d);
  }
}
