import { Key } from "../random/key.ts";
import { sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { InputLeaf, Signature } from "./signature.ts";

/**
 * Compares inputs with a signature and takes their leaves. It is asked at every step and makes no objects: what it does
 * is written as code for the signature. Code for all would read the properties by names that it does not know, and then
 * an engine makes an object of every number.
 */
export class InputReader {
  /** For each leaf that is a number, its value, rounded to binary32. */
  readonly numbers: readonly Float32Array[];
  /** For each leaf that is none, itself. */
  readonly objects: unknown[];
  /** Takes the leaves, if the inputs are of the signature; otherwise does nothing and returns false. */
  readonly take: (inputs: unknown) => boolean;

  constructor(signature: Signature) {
    const { leaves } = signature;
    this.numbers = leaves.map(() => new Float32Array(1));
    this.objects = leaves.map(() => undefined);
    const parameters = ["leaves", "numbers", "objects", "isBranch", "isLeaf"];
    const write = new Function(...parameters, sourceOf(signature));
    this.take = write(leaves, this.numbers, this.objects, isBranch, isLeaf);
  }
}

/** JavaScript that makes the function `take`. */
function sourceOf({ leaves, branches }: Signature): string {
  const constants: string[] = [];
  const checks: string[] = [];
  const takes: string[] = [];
  const names = new Map<string, string>();
  /** Reads what stands at a path to a variable. Whatever it stands in was read before. */
  const read = (path: readonly string[], variable: string): void => {
    names.set(JSON.stringify(path), variable);
    const whole = names.get(JSON.stringify(path.slice(0, -1)));
    const place = path.length === 0 ? "inputs" : `${whole}[${JSON.stringify(path.at(-1))}]`;
    checks.push(`const ${variable} = ${place};`);
  };
  branches.forEach(({ path, children }, i) => {
    read(path, `branch${i}`);
    checks.push(`if (!isBranch(branch${i}, ${children})) return false;`);
  });
  leaves.forEach(({ path, kind }, i) => {
    read(path, `leaf${i}`);
    if (kind === "number") {
      constants.push(`const number${i} = numbers[${i}];`);
      checks.push(`if (typeof leaf${i} !== "number") return false;`);
      takes.push(`number${i}[0] = leaf${i};`);
    } else {
      constants.push(`const kind${i} = leaves[${i}];`);
      checks.push(`if (!isLeaf(leaf${i}, kind${i})) return false;`);
      takes.push(`objects[${i}] = leaf${i};`);
    }
  });
  const lines = [...constants, "return (inputs) => {", ...checks, ...takes, "return true;", "};"];
  return lines.join("\n");
}

/** Whether a value is an object or a list of so many children. */
function isBranch(value: unknown, children: number): boolean {
  if (typeof value !== "object" || value === null || value instanceof Tensor) return false;
  // The names of a list's children would be made for it.
  if (Array.isArray(value)) return value.length === children;
  let count = 0;
  for (const name in value) if (Object.hasOwn(value, name)) count++;
  return count === children;
}

/** Whether a value is like a leaf, which is no number. */
function isLeaf(value: unknown, leaf: InputLeaf): boolean {
  switch (leaf.kind) {
    case "tensor":
      return value instanceof Tensor && value.dtype === leaf.dtype && sameShape(value.shape, leaf.shape);
    case "key":
      return value instanceof Key;
    case "static":
      return value === leaf.value;
    case "number":
      return typeof value === "number";
  }
}
