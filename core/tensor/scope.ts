import { Tensor } from "./tensor.ts";
import { treeLeaves } from "./tree.ts";

interface Frame {
  readonly tensors: Tensor[];
  readonly parent: Frame | undefined;
}

let current: Frame | undefined;

/** For the layers of core: notes that a tensor was made in the current scope. */
export function enrol(tensor: Tensor): void {
  current?.tensors.push(tensor);
}

/** For the layers of core: runs f so that what it makes belongs to no scope. */
export function outsideScopes<T>(f: () => T): T {
  const before = current;
  current = undefined;
  try {
    return f();
  } finally {
    current = before;
  }
}

/**
 * Runs f and frees every tensor made in it, except those in the tree that it returns (they belong to the enclosing
 * scope, if any, or else to the caller). If f throws, everything is freed.
 *
 * @throws {TypeError} if f returns a promise: a scope is synchronous; across `await` use `using` or `dispose()`.
 *
 * @example
 * ```ts
 * import { createDevice, scope, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using total = scope(() => {
 *   const x = tensor([1, 2, 3]);
 *   return x.mul(x).sum();
 * });
 * assertEquals(await total.item(), 14);
 * ```
 */
export function scope<T>(f: () => T): T {
  const frame: Frame = { tensors: [], parent: current };
  current = frame;
  let kept: ReadonlySet<Tensor> | undefined;
  try {
    const result = f();
    if (result instanceof Promise) {
      throw new TypeError(
        "Cannot leave a scope: expected a synchronous function, got one that returns a promise",
      );
    }
    kept = new Set(result instanceof Tensor ? [result] : treeLeaves(result).map(([, tensor]) => tensor));
    return result;
  } finally {
    current = frame.parent;
    // Latest first, so that the next allocation finds the memory that is warm in the cache.
    for (let i = frame.tensors.length - 1; i >= 0; i--) {
      const tensor = frame.tensors[i]!;
      if (kept?.has(tensor)) current?.tensors.push(tensor);
      else tensor.dispose();
    }
  }
}
