import { ones, zeros } from "../tensor/create.ts";
import { formatShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { mapTree, treeLeaves } from "../tensor/tree.ts";
import { composition } from "./composition.ts";
import { Tape, withTape } from "./tape.ts";

/** What a differentiated function returns: the loss alone, or the loss with other results beside it. */
export type Differentiated = Tensor | { readonly loss: Tensor };

/**
 * The function that gives the value of f and the gradient of its loss with respect to every f32 tensor of its first
 * argument.
 *
 * f is synchronous; its loss is a 0-d f32. Anything else that f returns beside `loss` passes through. A parameter on
 * which the loss does not depend gets zeros. Derivatives nest: the gradient is made of operations itself.
 *
 * *Order* N8.
 *
 * @throws {TypeError} if f returns a promise, or something without a loss.
 * @throws {RangeError} if the loss is not a 0-d f32.
 *
 * @example The derivative of x^3 at 2, and its derivative
 * ```ts
 * import { createDevice, setDefaultDevice, type Tensor, tensor, valueAndGrad } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const cube = (x: Tensor) => x.mul(x).mul(x);
 * using x = tensor(2);
 * const [value, slope] = valueAndGrad(cube)(x);
 * assertEquals([await value.item(), await slope.item()], [8, 12]);
 * const [, curvature] = valueAndGrad((x: Tensor) => valueAndGrad(cube)(x)[1])(x);
 * assertEquals(await curvature.item(), 12);
 * for (const result of [value, slope, curvature]) result.dispose();
 * ```
 */
export function valueAndGrad<P, R extends Differentiated, A extends readonly unknown[]>(
  f: (params: P, ...rest: A) => R,
): (params: P, ...rest: A) => [value: R, gradient: P] {
  return (params, ...rest) =>
    composition((): [R, P] => {
      // Each use of a tensor as a variable is a variable of its own, even if an outer derivative follows the same tensor.
      const variables = mapTree(
        params,
        (tensor) => tensor.dtype === "f32" ? tensor.reshape(tensor.shape) : tensor,
      );
      const tape = new Tape();
      for (const [, variable] of treeLeaves(variables)) if (variable.dtype === "f32") tape.watch(variable);
      const value = withTape(tape, () => f(variables, ...rest));
      const loss = lossOf(value);
      const adjoints = tape.backward(loss, ones([]));
      const gradient = mapTree(variables, (variable) => adjoints.get(variable) ?? zeros(variable.shape));
      return [value, gradient];
    });
}

/**
 * The gradient alone; see `valueAndGrad`.
 *
 * @example The slopes of w x + b with respect to w and b are x and 1
 * ```ts
 * import { createDevice, disposeTree, grad, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = { w: tensor(3), b: tensor(1) };
 * using x = tensor(5);
 * const slope = grad(({ w, b }: typeof params) => w.mul(x).add(b))(params);
 * assertEquals([await slope.w.item(), await slope.b.item()], [5, 1]);
 * disposeTree([params, slope]);
 * ```
 */
export function grad<P, A extends readonly unknown[]>(
  f: (params: P, ...rest: A) => Differentiated,
): (params: P, ...rest: A) => P {
  return (params, ...rest) => composition(() => valueAndGrad(f)(params, ...rest)[1]);
}

function lossOf(value: unknown): Tensor {
  if (value instanceof Promise) {
    throw new TypeError(
      "Cannot differentiate: expected a synchronous function, got one that returns a promise",
    );
  }
  const loss = value instanceof Tensor ? value : (value as { loss?: unknown } | null)?.loss;
  if (!(loss instanceof Tensor)) {
    throw new TypeError(`Cannot differentiate: expected a loss tensor or { loss }, got ${describe(value)}`);
  }
  if (loss.dtype !== "f32" || loss.rank !== 0) {
    throw new RangeError(
      `Cannot differentiate: expected a 0-d f32 loss, got ${loss.dtype} ${formatShape(loss.shape)}`,
    );
  }
  return loss;
}

function describe(value: unknown): string {
  return value === null
    ? "null"
    : typeof value === "object"
    ? `{ ${Object.keys(value).join(", ")} }`
    : typeof value;
}
