import { assert, assertEquals } from "@std/assert";
import { FAMILIES, kernelInputs, kernelOutputs, validateKernel } from "../../kernels/families.ts";
import { conformanceCases } from "./conformance_cases.ts";

Deno.test("the conformance suite names each case once and covers every family", () => {
  const names = new Set<string>();
  const families = new Set<string>();
  for (const { name, kernel, inputs } of conformanceCases()) {
    assert(!names.has(name), name);
    names.add(name);
    families.add(kernel.family);
    assert(name.startsWith(kernel.family), name);
    validateKernel(kernel);
    assertEquals(kernelInputs(kernel).map(({ length }) => length), inputs.map(({ length }) => length), name);
    assert(kernelOutputs(kernel).length > 0, name);
  }
  assertEquals([...families].sort(), Object.keys(FAMILIES).sort());
});

Deno.test("the conformance suite is the same every time", () => {
  const second = conformanceCases()[Symbol.iterator]();
  let i = 0;
  for (const first of conformanceCases()) {
    const again = second.next().value!;
    if (i++ % 10 === 0) assertEquals(again, first);
  }
});
