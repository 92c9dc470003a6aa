import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { I32, V128 } from "../../../../assembler/types.ts";
import {
  advance,
  BEGIN,
  END,
  firstWords,
  grainOf,
  loadPointer,
  phaseFunction,
  phaseOf,
  repeatUnrolled,
  SCRATCH,
  storeWords,
} from "../_phase.ts";
import { Combiner, type Combining } from "./_reduce_combiner.ts";
import type { ReduceLayout } from "../../../../kernels/reduce_layout.ts";
import { type Emitted, SUM_BLOCK, SUM_LANES, sumBlocks } from "./reduce_layout.ts";

/** Vectors that are summed side by side: enough to hide the latency of an addition, few enough for the registers. */
const VECTORS = 8;

/**
 * Reduces the middle axis of [outer, terms, inner], vectors running across the results. A unit is a block of terms of
 * a tile of neighbouring results.
 */
export function emitReduceColumns(
  builder: ModuleBuilder,
  layout: ReduceLayout,
  operation: Combining,
): Emitted {
  const { outer, terms, inner } = layout;
  const { blocks, last } = sumBlocks(terms);
  const tileLimit = terms <= SUM_LANES ? 512 : 4 * VECTORS;
  const tiles = Math.ceil(inner / tileLimit);
  const tile = tiles === 1 ? inner : 4 * Math.ceil(inner / tiles / 4);
  const lastTile = inner - (tiles - 1) * tile;

  const bodies = new Map<string, FunctionBuilder>();
  let scratchBytes = 0;
  const body = (length: number, width: number): FunctionBuilder => {
    const name = `block_${length}x${width}`;
    let f = bodies.get(name);
    if (f === undefined) {
      f = builder.function(name, [builder.address, builder.address, builder.address]);
      bodies.set(name, f);
      const block = { length, width, inner, operation };
      if (length <= SUM_LANES) emitShortBlock(f, block);
      else {
        scratchBytes = Math.max(scratchBytes, 4 * SUM_LANES * 4 * Math.ceil(width / 4));
        if (width === inner) emitFlatBlock(f, block);
        else emitTileBlock(f, block);
      }
    }
    return f;
  };
  const variants = [
    [body(Math.min(terms, SUM_BLOCK), tile), body(Math.min(terms, SUM_BLOCK), lastTile)],
    [body(last, tile), body(last, lastTile)],
  ] as const;

  const f = phaseFunction(builder, "columns");
  const input = loadPointer(f, 0);
  const target = loadPointer(f, blocks === 1 ? 1 : 2);
  const [u, part] = f.locals(I32);
  const column = f.local(f.address);
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    if (tiles === 1) f.get(u).set(part);
    else {
      f.get(u).i32(tiles).op("i32.div_u").set(part); // which [outer, block]
      f.get(u).i32(tiles).op("i32.rem_u").scale(4 * tile).set(column); // in bytes
    }
    const call = (callee: FunctionBuilder) => {
      f.get(input).get(column).addressOp("add");
      if (blocks === 1) f.get(part).scale(4 * terms * inner);
      else {
        f.get(part).i32(blocks).op("i32.div_u").scale(4 * terms * inner);
        f.get(part).i32(blocks).op("i32.rem_u").scale(4 * SUM_BLOCK * inner).addressOp("add");
      }
      f.addressOp("add");
      f.get(target).get(column).addressOp("add").get(part).scale(4 * inner).addressOp("add");
      f.get(SCRATCH).call(callee);
    };
    const choose = (isLast: () => void, usual: FunctionBuilder, final: FunctionBuilder) => {
      if (usual === final) return call(usual);
      isLast();
      f.if(() => call(final), () => call(usual));
    };
    const isLastTile = () => f.get(column).bytes(4 * tile * (tiles - 1)).addressOp("eq");
    if (variants[0][0] === variants[1][0]) choose(isLastTile, ...variants[0]);
    else {
      f.get(part).i32(blocks).op("i32.rem_u").i32(blocks - 1).op("i32.eq");
      f.if(() => choose(isLastTile, ...variants[1]), () => choose(isLastTile, ...variants[0]));
    }
  });
  const nanoseconds = 5 + Math.min(terms, SUM_BLOCK) * tile / 10;
  const phase = phaseOf(f, outer * blocks * tiles, grainOf(nanoseconds));
  return { phase, blocks, scratchBytes };
}

/** A block of `length` terms for `width` neighbouring results out of `inner`. */
interface Block {
  readonly length: number;
  readonly width: number;
  readonly inner: number;
  readonly operation: Combining;
}

const INPUT: Local = 0;
const OUTPUT: Local = 1;
const LANES: Local = 2;

/** Pushes the fold of the lanes that exist: lane[l] += lane[l + 8], then + 4, + 2, + 1. */
function pushFold(
  combiner: Combiner,
  length: number,
  pushLane: (lane: number) => void,
  lane = 0,
  distance = 1,
): void {
  if (distance === SUM_LANES) return pushLane(lane);
  pushFold(combiner, length, pushLane, lane, 2 * distance);
  if (lane + distance >= length) return;
  pushFold(combiner, length, pushLane, lane + distance, 2 * distance);
  combiner.f.op(combiner.instruction);
}

/** Up to 16 terms: one in each lane, so that the fold is all there is. */
function emitShortBlock(f: FunctionBuilder, { length, width, inner, operation }: Block): void {
  const combiner = new Combiner(f, operation);
  const result = f.local(V128);
  const column = (offset: number, count: number) => {
    // The terms are not added to +0: a sum of nothing but -0 must still become +0.
    f.get(combiner.identity);
    pushFold(combiner, length, (lane) => combiner.pushTerms(INPUT, 4 * inner * lane + offset));
    f.op(combiner.instruction).set(result);
    combiner.finish(result);
    storeWords(f, OUTPUT, result, count, offset);
  };
  const behind = repeatUnrolled(
    f,
    Math.floor(width / 4),
    length <= 4 ? 4 : 1,
    (copy) => column(16 * copy, 4),
    (copies) => {
      advance(f, INPUT, 16 * copies);
      advance(f, OUTPUT, 16 * copies);
    },
  );
  if (width % 4 > 0) column(16 * behind, width % 4);
}

/** A tile of a wider matrix: the lanes one after another, each over its rows with one accumulator for each vector. */
function emitTileBlock(f: FunctionBuilder, { length, width, inner, operation }: Block): void {
  const vectors = Math.ceil(width / 4);
  const groups = Math.floor(length / SUM_LANES);
  const rest = length % SUM_LANES;
  const p = f.local(f.address);
  const left = f.local(I32);
  const combiner = new Combiner(f, operation);
  const totals = f.vectors(vectors);
  const step = 4 * inner * SUM_LANES;
  const lanes = (count: number, terms: number) => {
    if (count === 0) return;
    f.i32(count).set(left);
    f.loop(() => {
      for (const total of totals) f.get(combiner.identity).set(total);
      f.get(INPUT).set(p);
      repeatUnrolled(
        f,
        terms,
        vectors > 4 ? 1 : 4,
        (copy) => totals.forEach((total, j) => combiner.addTerms(total, p, step * copy + 16 * j)),
        (copies) => advance(f, p, step * copies),
      );
      totals.forEach((total, j) => f.get(LANES).get(total).memory("v128.store", 16 * j));
      advance(f, INPUT, 4 * inner);
      advance(f, LANES, 16 * vectors);
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
  };
  lanes(rest, groups + 1);
  lanes(SUM_LANES - rest, groups);
  advance(f, LANES, -16 * vectors * SUM_LANES);
  totals.forEach((total, j) => {
    pushFold(combiner, length, (lane) => f.get(LANES).memory("v128.load", 16 * vectors * lane + 16 * j));
    f.set(total);
    combiner.finish(total);
    storeWords(f, OUTPUT, total, Math.min(4, width - 4 * j), 16 * j);
  });
}

/**
 * A narrow matrix: 16 rows are one contiguous run of 16 x inner numbers, which is added to the 16 lanes of all results
 * as it stands, a few vectors of it at a time.
 */
function emitFlatBlock(f: FunctionBuilder, { length, inner, operation }: Block): void {
  const groups = Math.floor(length / SUM_LANES);
  const rest = (length % SUM_LANES) * inner; // numbers behind the last whole group
  const [p, q] = f.locals(f.address);
  const combiner = new Combiner(f, operation);
  const totals = f.vectors(VECTORS);
  const step = 4 * inner * SUM_LANES;
  const chunk = (vectors: number) => {
    const used = totals.slice(0, vectors);
    for (const total of used) f.get(combiner.identity).set(total);
    f.get(INPUT).set(p);
    repeatUnrolled(
      f,
      groups,
      2,
      (copy) => used.forEach((total, j) => combiner.addTerms(total, p, step * copy + 16 * j)),
      (copies) => advance(f, p, step * copies),
    );
    used.forEach((total, j) => f.get(q).get(total).memory("v128.store", 16 * j));
    advance(f, INPUT, 16 * vectors);
    advance(f, q, 16 * vectors);
  };
  f.get(LANES).set(q);
  repeatUnrolled(f, Math.floor(4 * inner / VECTORS), 1, () => chunk(VECTORS), () => {});
  if (4 * inner % VECTORS > 0) chunk(4 * inner % VECTORS);
  if (rest > 0) {
    f.get(LANES).set(q);
    f.get(INPUT).offset((groups - 1) * step).set(p);
    addRest(combiner, q, p, rest);
  }
  for (let distance = 8; distance >= 2; distance /= 2) {
    f.get(LANES).tee(p).offset(4 * inner * distance).set(q);
    foldLanes(combiner, p, q, inner * distance);
  }
  const result = totals[0]!;
  for (let j = 0; j < Math.ceil(inner / 4); j++) {
    f.get(LANES).memory("v128.load", 16 * j).get(LANES).memory("v128.load", 4 * inner + 16 * j);
    f.op(combiner.instruction).set(result);
    combiner.finish(result);
    storeWords(f, OUTPUT, result, Math.min(4, inner - 4 * j), 16 * j);
  }
}

/** lanes[j] += terms[j] for `count` numbers. */
function addRest(combiner: Combiner, lanes: Local, terms: Local, count: number): void {
  const { f, identity, instruction } = combiner;
  const add = (offset: number, words: number) => {
    f.get(lanes).get(lanes).memory("v128.load", offset);
    combiner.pushTerms(terms, offset);
    if (words < 4) f.get(identity).vectorBits(firstWords(words)).op("v128.bitselect");
    f.op(instruction).memory("v128.store", offset);
  };
  const behind = repeatUnrolled(f, Math.floor(count / 4), 4, (copy) => add(16 * copy, 4), (copies) => {
    advance(f, lanes, 16 * copies);
    advance(f, terms, 16 * copies);
  });
  if (count % 4 > 0) add(16 * behind, count % 4);
}

/** a[j] += b[j] for `count` numbers. The last vector may run past them: into numbers that have been read already. */
function foldLanes({ f, instruction }: Combiner, a: Local, b: Local, count: number): void {
  repeatUnrolled(
    f,
    Math.ceil(count / 4),
    4,
    (copy) => {
      f.get(a).get(a).memory("v128.load", 16 * copy).get(b).memory("v128.load", 16 * copy);
      f.op(instruction).memory("v128.store", 16 * copy);
    },
    (copies) => {
      advance(f, a, 16 * copies);
      advance(f, b, 16 * copies);
    },
  );
}
