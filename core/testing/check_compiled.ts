import { assertEquals } from "@std/assert";
import { hashTree } from "../numerics/hash.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { disposeTree } from "../tensor/tree.ts";
import { readTree } from "../training/read_tree.ts";
import { compile } from "../compile/compile.ts";

/** Checks that a function of tensors gives the same bits compiled as eagerly, on the default device. */
export async function checkCompiled(
  f: (...operands: Tensor[]) => readonly Tensor[],
  operands: readonly Tensor[],
): Promise<void> {
  const eager = scope(() => f(...operands));
  using program = compile((_: [], inputs: readonly Tensor[]) => ({ carry: _, out: f(...inputs) }), []);
  const compiled = program.step(operands);
  const bits = async (results: readonly Tensor[]) => hashTree(await readTree([...results])).sha256;
  assertEquals(await bits(compiled), await bits(eager), "expected the bits of the eager operations");
  disposeTree(eager);
}
