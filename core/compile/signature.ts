import { nameOf } from "../tensor/check.ts";
import type { Dtype } from "../numerics/dtype.ts";
import { Key } from "../random/key.ts";
import type { Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** A leaf of a step's inputs: what changes from step to step, and what selects a program. */
export type InputLeaf =
  & { readonly path: readonly string[] }
  & (
    | { readonly kind: "tensor"; readonly dtype: Dtype; readonly shape: Shape }
    | { readonly kind: "number" }
    | { readonly kind: "key" }
    | { readonly kind: "static"; readonly value: string | boolean | null | undefined }
  );

/** An object or a list among the inputs, and how many children it has. */
export interface InputBranch {
  readonly path: readonly string[];
  readonly children: number;
}

/** What inputs must be like to be given to a program; `InputReader` compares. */
export interface Signature {
  readonly leaves: readonly InputLeaf[];
  readonly branches: readonly InputBranch[];
}

/** @throws {TypeError} if a leaf is none of tensor, number, key, string, boolean, null. */
export function signatureOf(inputs: unknown): Signature {
  const leaves: InputLeaf[] = [];
  const branches: InputBranch[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    if (value instanceof Tensor) {
      leaves.push({ path, kind: "tensor", dtype: value.dtype, shape: value.shape });
    } else if (value instanceof Key) leaves.push({ path, kind: "key" });
    else if (typeof value === "number") leaves.push({ path, kind: "number" });
    else if (
      value === null || value === undefined || typeof value === "string" || typeof value === "boolean"
    ) {
      leaves.push({ path, kind: "static", value });
    } else if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) {
      const names = Array.isArray(value) ? Array.from(value, (_, i) => `${i}`) : Object.keys(value as object);
      branches.push({ path, children: names.length });
      for (const name of names) walk((value as Record<string, unknown>)[name], [...path, name]);
    } else {
      throw new TypeError(
        `Cannot compile: expected tensors, numbers, keys, strings and booleans as inputs, got ${
          nameOf(value)
        } ` +
          `at ${path.join("/") || "the top"}`,
      );
    }
  };
  walk(inputs, []);
  return { leaves, branches };
}
