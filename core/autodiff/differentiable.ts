import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Adjoint, isTracked, record, withoutTapes } from "./tape.ts";

/**
 * An operation with a gradient: what it computes, and its vector-Jacobian product as a composition of operations.
 *
 * @param operands What the result depends on.
 * @param forward Computes the result from the operands; its intermediate tensors are freed.
 * @param gradient From the adjoint g of the result to the adjoints of the operands (null where there is none).
 */
export function differentiable<const Operands extends readonly Tensor[]>(
  operands: Operands,
  forward: () => Tensor,
  gradient: (g: Tensor, result: Tensor) => readonly Adjoint[],
): Tensor {
  const result = scope(() => withoutTapes(forward));
  if (isTracked(operands)) record(operands, [result], ([g]) => gradient(g!, result));
  return result;
}
