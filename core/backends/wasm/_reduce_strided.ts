import type { FunctionBuilder, Local } from "../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../assembler/module_builder.ts";
import { F32, I32 } from "../../assembler/types.ts";
import { advance, BEGIN, END, grainOf, loadPointer, phaseFunction, SCRATCH } from "./_phase.ts";
import {
  type Combiner,
  type Emitted,
  finishScalar,
  type Layout,
  type Run,
  SUM_BLOCK,
  SUM_LANES,
} from "./_reduce_layout.ts";

/** Reduces any pattern of axes term by term, with the lanes of a sum in the scratch. A unit is a result. */
export function emitReduceStrided(builder: ModuleBuilder, layout: Layout, combiner: Combiner): Emitted {
  const f = phaseFunction(builder, "strided");
  const input = loadPointer(f, 0);
  const out = loadPointer(f, 1);
  const [u, p, term, lane] = [f.local(I32), f.local(I32), f.local(I32), f.local(I32)];
  const [total, sum] = [f.local(F32), f.local(F32)];
  const isSum = combiner.scalar === "f32.add";

  const clearLanes = () => {
    for (let i = 0; i < SUM_LANES; i += 4) f.get(SCRATCH).splatBits(0).memory("v128.store", 4 * i);
  };
  const pushFold = (first: number, distance: number): void => {
    if (distance === SUM_LANES) return void f.get(SCRATCH).memory("f32.load", 4 * first);
    pushFold(first, 2 * distance);
    pushFold(first + distance, 2 * distance);
    f.op("f32.add");
  };
  const closeBlock = () => {
    f.get(total);
    pushFold(0, 1);
    f.op("f32.add").set(total);
    clearLanes();
  };

  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    emitResultAddress(f, layout.kept, u, input, p);
    f.f32Bits(combiner.identity).set(total).i32(0).set(term);
    if (isSum) clearLanes();
    emitTermLoops(f, layout.reduced, p, () => {
      if (!isSum) return void f.get(total).get(p).memory("f32.load").op("f32.max").set(total);
      f.get(term).i32(SUM_LANES - 1).op("i32.and").i32(2).op("i32.shl").get(SCRATCH).op("i32.add").tee(lane);
      f.memory("f32.load").get(p).memory("f32.load").op("f32.add").set(sum);
      f.get(lane).get(sum).memory("f32.store");
      advance(f, term, 1);
      if (layout.terms > SUM_BLOCK) {
        f.get(term).i32(SUM_BLOCK - 1).op("i32.and").op("i32.eqz");
        f.if(closeBlock);
      }
    });
    if (isSum && (layout.terms % SUM_BLOCK !== 0 || layout.terms === SUM_BLOCK)) closeBlock();
    finishScalar(f, combiner, total);
    f.get(out).get(u).i32(2).op("i32.shl").op("i32.add").get(total).memory("f32.store");
  });
  const phase = { name: "strided", units: layout.results, grain: grainOf(10 + 1.5 * layout.terms) };
  return { phase, blocks: 1, scratchBytes: 4 * SUM_LANES };
}

/** address = input + the offset of the first term of result `index`. */
export function emitResultAddress(
  f: FunctionBuilder,
  kept: readonly Run[],
  index: Local,
  input: Local,
  address: Local,
): void {
  const rest = f.local(I32);
  f.get(index).set(rest).get(input).set(address);
  kept.toReversed().forEach(({ extent, stride }, i) => {
    f.get(address).get(rest);
    if (i < kept.length - 1) f.i32(extent).op("i32.rem_u");
    f.i32(4 * stride).op("i32.mul").op("i32.add").set(address);
    if (i < kept.length - 1) f.get(rest).i32(extent).op("i32.div_u").set(rest);
  });
}

/** Runs `body` for every term in row-major order, with its address in `address`, which ends where it began. */
export function emitTermLoops(
  f: FunctionBuilder,
  reduced: readonly Run[],
  address: Local,
  body: () => void,
): void {
  const [run, ...inside] = reduced;
  if (run === undefined) return body();
  const left = f.local(I32);
  f.i32(run.extent).set(left);
  f.loop(() => {
    emitTermLoops(f, inside, address, body);
    advance(f, address, 4 * run.stride);
    f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
  });
  advance(f, address, -4 * run.stride * run.extent);
}
