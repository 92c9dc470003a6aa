import { nameOf } from "../tensor/check.ts";
import type { Dtype } from "../numerics/dtype.ts";
import { Key } from "../random/key.ts";
import { sameShape, type Shape } from "../tensor/shape.ts";
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
interface Branch {
  readonly path: readonly string[];
  readonly children: number;
}

/** What inputs must be like to be given to a program. */
export interface Signature {
  readonly leaves: readonly InputLeaf[];
  readonly branches: readonly Branch[];
}

/** @throws {TypeError} if a leaf is none of tensor, number, key, string, boolean, null. */
export function signatureOf(inputs: unknown): Signature {
  const leaves: InputLeaf[] = [];
  const branches: Branch[] = [];
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
      const names = Object.keys(value as object);
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

/** What stands at a path. */
export function valueAt(inputs: unknown, path: readonly string[]): unknown {
  let value = inputs;
  for (let i = 0; i < path.length; i++) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[path[i]!];
  }
  return value;
}

/** Whether inputs are of this kind. Makes no objects: it is asked at every step. */
export function matches({ leaves, branches }: Signature, inputs: unknown): boolean {
  for (let i = 0; i < branches.length; i++) {
    const value = valueAt(inputs, branches[i]!.path);
    if (typeof value !== "object" || value === null || value instanceof Tensor) return false;
    let children = 0;
    for (const name in value) if (Object.hasOwn(value, name)) children++;
    if (children !== branches[i]!.children) return false;
  }
  for (let i = 0; i < leaves.length; i++) {
    const leaf = leaves[i]!;
    const value = valueAt(inputs, leaf.path);
    switch (leaf.kind) {
      case "tensor":
        if (!(value instanceof Tensor) || value.dtype !== leaf.dtype || !sameShape(value.shape, leaf.shape)) {
          return false;
        }
        break;
      case "number":
        if (typeof value !== "number") return false;
        break;
      case "key":
        if (!(value instanceof Key)) return false;
        break;
      case "static":
        if (value !== leaf.value) return false;
    }
  }
  return true;
}
