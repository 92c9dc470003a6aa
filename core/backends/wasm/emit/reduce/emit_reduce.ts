import type { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import { F32, I32 } from "../../../../assembler/types.ts";
import type { ReduceKernel } from "../../../../kernels/reduce.ts";
import { type ReduceLayout, reduceLayout } from "../../../../kernels/reduce_layout.ts";
import {
  BEGIN,
  emittedKernel,
  END,
  grainOf,
  loadPointer,
  phaseFunction,
  phaseOf,
  pushScaled,
} from "../_phase.ts";
import { emitArgmax } from "./_reduce_argmax.ts";
import { emitReduceColumns } from "./_reduce_columns.ts";
import { type Combining, finishScalar, SCALAR_COMBINERS } from "./_reduce_combiner.ts";
import type { Emitted } from "./reduce_layout.ts";
import { emitReduceRows } from "./_reduce_rows.ts";
import { emitReduceStrided } from "./_reduce_strided.ts";
import type { Emitter, WasmPhase } from "../../wasm_kernel.ts";

/**
 * Emits a reduction over any axes.
 *
 * Neighbouring axes that are both kept or both reduced are taken as one. What remains is mostly [outer, terms] (the
 * last axes are reduced: vectors run along the terms) or [outer, terms, inner] (vectors run across the results); other
 * patterns go term by term. Sums and maxima are cut into the blocks of rule N5: if there are several, a first phase
 * leaves one partial result for each block in the temporary and a second phase combines them in order.
 *
 * *Order* N5.
 */
export const emitReduce: Emitter<ReduceKernel> = (kernel, builder) => {
  const layout = reduceLayout(kernel);
  if (layout.terms === 0) {
    if (kernel.operation !== "sum") {
      throw new RangeError(
        `Cannot take the ${kernel.operation} of no elements: got axes [${kernel.axes}] of [${kernel.shape}]`,
      );
    }
    return emittedKernel([emitZeros(builder, layout.results)]);
  }
  if (layout.results === 0) return emittedKernel([]);
  if (kernel.operation === "argmax") return emittedKernel([emitArgmax(builder, layout)]);

  const { operation } = kernel;
  let emitted: Emitted;
  if (layout.strided) emitted = emitReduceStrided(builder, layout, operation);
  else if (layout.inner === 1 && layout.terms > 1) emitted = emitReduceRows(builder, layout, operation);
  else emitted = emitReduceColumns(builder, layout, operation);
  const { phase, blocks, scratchBytes } = emitted;
  if (blocks === 1) return emittedKernel([phase], 0, scratchBytes);
  const combine = emitCombine(builder, layout, blocks, operation);
  return emittedKernel([phase, combine], 4 * layout.results * blocks, scratchBytes);
};

function emitZeros(builder: ModuleBuilder, results: number): WasmPhase {
  const f = phaseFunction(builder, "zeros");
  const out = loadPointer(f, 1);
  const u = f.local(I32);
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    pushScaled(f, out, u, 4);
    f.i32(0).memory("i32.store");
  });
  return phaseOf(f, results, grainOf(1));
}

/** Adds up the partial results [outer, blocks, inner] in the order of the blocks, from +0. */
function emitCombine(
  builder: ModuleBuilder,
  layout: ReduceLayout,
  blocks: number,
  operation: Combining,
): WasmPhase {
  const f = phaseFunction(builder, "combine");
  const out = loadPointer(f, 1);
  const partials = loadPointer(f, 2);
  const u = f.local(I32);
  const [p, end] = f.locals(f.address);
  const total = f.local(F32);
  const { inner } = layout;
  const { instruction, identity } = SCALAR_COMBINERS[operation];
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    f.get(partials);
    if (inner === 1) f.get(u).scale(4 * blocks).addressOp("add");
    else {
      f.get(u).i32(inner).op("i32.div_u").scale(4 * blocks * inner).addressOp("add");
      f.get(u).i32(inner).op("i32.rem_u").scale(4).addressOp("add");
    }
    f.set(p);
    f.f32Bits(identity).set(total);
    f.get(p).offset(4 * blocks * inner).set(end);
    f.forUpTo(p, end, 4 * inner, () => f.get(total).get(p).memory("f32.load").op(instruction).set(total));
    finishScalar(f, operation, total);
    pushScaled(f, out, u, 4);
    f.get(total).memory("f32.store");
  });
  return phaseOf(f, layout.results, grainOf(blocks));
}
