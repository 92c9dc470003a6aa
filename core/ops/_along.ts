import { sameShape, type Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { transpose } from "./transpose.ts";

/** The order of axes that puts one last, and the order that brings it back. */
function orders(rank: number, axis: number): { readonly there: number[]; readonly back: number[] } {
  const there = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis);
  there.push(axis);
  return { there, back: there.map((_, i) => there.indexOf(i)) };
}

/** Tensors with an axis moved to the end, where gather and scatter index one value at a time. */
export function axisLast(x: Tensor, axis: number): Tensor {
  return axis === x.rank - 1 ? x : transpose(x, orders(x.rank, axis).there);
}

/** The inverse of `axisLast`. */
export function axisBack(x: Tensor, axis: number): Tensor {
  return axis === x.rank - 1 ? x : transpose(x, orders(x.rank, axis).back);
}

/** Whether two shapes differ at most in the length of an axis. */
export function sameShapeBut(a: Shape, b: Shape, axis: number): boolean {
  return a.length === b.length && sameShape(a.with(axis, 0), b.with(axis, 0));
}
