import type { ReduceKernel } from "../../../kernels/reduce.ts";
import { reduceLayout } from "../../../kernels/reduce_layout.ts";
import type { GpuFamily, GpuKernel, GpuTarget } from "../gpu_kernel.ts";
import { checkValues } from "./_check_values.ts";
import { emitReductions } from "./_reduction.ts";
import type { Walk } from "./_reduction_texts.ts";
import { SHORT } from "./_short_reduction.ts";

/** Axes that are not neighbours are walked so many at a time: kernels with fewer share their text. */
const RANK = 4;

/** The form of a kernel's text. */
interface Form {
  /** 0 for [outer, terms, inner]; else the most kept and reduced axes. */
  readonly rank: number;
  readonly across: boolean;
}

/** Reductions over any axes. *Order* N5; a maximum by the order key. */
export const reduceGpu: GpuFamily<ReduceKernel> = {
  emit: (kernel, target) => emitForm(kernel, target, formOf(kernel)),
  small(kernel) {
    const form = formOf(kernel);
    const { terms } = reduceLayout(kernel);
    const shapes = terms > 1024
      ? { strided: [2, 2, 515], straight: [1, 1030, 3] }
      : terms > SHORT
      ? { strided: [5, 3, 7, 2], straight: [7, 35, 3] }
      : { strided: [3, 5, 2, 7], straight: [7, 29, 3] };
    const small: ReduceKernel = { ...kernel, shape: shapes.strided, axes: [0, 2] };
    const straight: ReduceKernel = { ...kernel, shape: shapes.straight, axes: [1] };
    const chosen = form.rank > 0 ? small : straight;
    return {
      kernel: chosen,
      inputs: checkValues(chosen),
      emit: (target) => emitForm(chosen, target, form),
    };
  },
};

function formOf(kernel: ReduceKernel): Form {
  const { kept, reduced, inner, strided } = reduceLayout(kernel);
  const most = Math.max(kept.length, reduced.length);
  return { rank: strided ? RANK * Math.ceil(most / RANK) : 0, across: inner > 1 };
}

function emitForm(kernel: ReduceKernel, target: GpuTarget, { rank, across }: Form): GpuKernel {
  const { kept, reduced, terms, results, inner } = reduceLayout(kernel);
  const walk: Walk = {
    results,
    terms,
    axes: rank > 0 ? { kept, reduced, rank } : { inner },
    across,
  };
  const source = target.inputs[0]!;
  const term = { write: () => ({ lines: [`let y0 = ${source.at("i")};`], helpers: [] }), uses: [source] };
  return emitReductions(
    walk,
    term,
    [{ operation: kernel.operation, term: "y0", out: target.outputs[0]! }],
    target,
  );
}
