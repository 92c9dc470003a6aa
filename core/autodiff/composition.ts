import { scope } from "../tensor/scope.ts";
import { named } from "../tensor/tracing.ts";
import { isRecording } from "./tape.ts";

/**
 * Frees the intermediate tensors of a composition of operations, unless an enclosing derivative still needs them: what a
 * function is written in that may be differentiated or not, such as a loss. (`scope` frees them always.) With a name,
 * diagrams show it as one.
 *
 * @example
 * ```ts
 * import {
 *   composition,
 *   createDevice,
 *   disposeTree,
 *   setDefaultDevice,
 *   type Tensor,
 *   tensor,
 *   valueAndGrad,
 * } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const meanSquare = (x: Tensor) => composition(() => x.mul(x).mean());
 * using x = tensor([1, 3]);
 * const [value, gradient] = valueAndGrad(meanSquare)(x);
 * assertEquals([await value.item(), ...await gradient.read()], [5, 1, 3]);
 * disposeTree([value, gradient]);
 * ```
 */
export function composition<T>(f: () => T, name?: string): T {
  const compute = () => isRecording() ? f() : scope(f);
  return name === undefined ? compute() : named(name, compute);
}
