import type { F32 } from "../scalar/expression.ts";
import { multiply } from "../scalar/notation.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type BinaryOperation, elementwise } from "./elementwise.ts";

/**
 * The gradient of a smooth function f as one map, (g, x) to g f'(x).
 *
 * @param slope f', as a formula.
 * @param curvature f'', as a composition of operations, so that there are derivatives of any order.
 */
export function slopeOperation(
  what: string,
  slope: (x: F32) => F32,
  curvature: (x: Tensor) => Tensor,
): BinaryOperation {
  const operation: BinaryOperation = elementwise(
    `differentiate ${what}`,
    ["f32", "f32"],
    (g, x) => multiply(g, slope(x)),
    [(h, [, x]) => operation(h, x), (h, [g, x]) => h.mul(g).mul(curvature(x))],
  );
  return operation;
}
