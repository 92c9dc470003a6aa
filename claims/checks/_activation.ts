import { grad, type Tensor, tensor } from "@verbatim/core";
import { valuesOf } from "./_compute.ts";

/** A function of each element. */
export type Activation = (x: Tensor) => Tensor;

/** Values of an activation at points. */
export function at(activation: Activation, points: readonly number[]): Promise<number[]> {
  return valuesOf(() => activation(tensor(Float32Array.from(points))));
}

/** Its derivative there, by automatic differentiation. */
export function slopesAt(activation: Activation, points: readonly number[]): Promise<number[]> {
  return valuesOf(() => grad((x: Tensor) => activation(x).sum())(tensor(Float32Array.from(points))));
}
