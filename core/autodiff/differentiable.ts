import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { isTracked, record, withoutTapes } from "./tape.ts";

/** From the adjoint g of the result to the adjoint of one operand; null where there is none. */
export type Gradient = ((g: Tensor, result: Tensor) => Tensor) | null;

/**
 * An operation with a gradient: what it computes, and its vector-Jacobian product as a composition of operations.
 *
 * @param operands What the result depends on.
 * @param forward Computes the result from the operands; its intermediate tensors are freed.
 * @param gradients One for each operand; called only for operands that a derivative follows.
 *
 * @example The identity with its gradient reversed, as adversarial training uses it
 * ```ts
 * import { createDevice, differentiable, grad, setDefaultDevice, type Tensor, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const reverse = (x: Tensor) => differentiable([x], () => x.reshape(x.shape), [(g) => g.neg()]);
 * using x = tensor(3);
 * using y = reverse(x);
 * using slope = grad(reverse)(x);
 * assertEquals([await y.item(), await slope.item()], [3, -1]);
 * ```
 */
export function differentiable<const Operands extends readonly Tensor[]>(
  operands: Operands,
  forward: () => Tensor,
  gradients: { readonly [I in keyof Operands]: Gradient },
): Tensor {
  const result = scope(() => withoutTapes(forward));
  if (isTracked(operands)) {
    record(
      operands,
      [result],
      ([g], wanted) => gradients.map((gradient, i) => wanted(i) ? gradient?.(g!, result) ?? null : null),
    );
  }
  return result;
}
