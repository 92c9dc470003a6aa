import type { ReduceKernel } from "./reduce.ts";

/** A reduction with neighbouring axes of one kind taken as one axis, and without axes of extent 1. */
export interface ReduceLayout {
  readonly reduced: readonly Run[];
  readonly kept: readonly Run[];
  /** Terms of each result. */
  readonly terms: number;
  readonly results: number;
  /** Extent of the last axis if it is kept, otherwise 1. */
  readonly inner: number;
  /** results / inner. */
  readonly outer: number;
  /** Whether the terms of a result are not evenly spaced. */
  readonly strided: boolean;
}

/** An axis, with its stride in elements. */
export interface Run {
  readonly extent: number;
  readonly stride: number;
}

/** Joins the neighbouring axes of a reduction that are of one kind. */
export function reduceLayout({ shape, axes }: ReduceKernel): ReduceLayout {
  const runs: { extent: number; stride: number; reduced: boolean }[] = [];
  let stride = 1;
  let terms = 1;
  let results = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis]!;
    const reduced = axes.includes(axis);
    if (reduced) terms *= extent;
    else results *= extent;
    if (extent !== 1) {
      if (runs[0]?.reduced === reduced) runs[0] = { ...runs[0], extent: runs[0].extent * extent };
      else runs.unshift({ extent, stride, reduced });
    }
    stride *= extent;
  }
  const reduced = runs.filter((run) => run.reduced);
  const kept = runs.filter((run) => !run.reduced);
  const inner = runs.at(-1)?.reduced === false ? runs.at(-1)!.extent : 1;
  return { reduced, kept, terms, results, inner, outer: results / inner, strided: reduced.length > 1 };
}
