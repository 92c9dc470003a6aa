import { assertEquals } from "@std/assert";
import { conformanceCases } from "../backends/conformance/conformance_cases.ts";
import { kernelKey } from "./families.ts";

Deno.test("kernelKey is equal for equal kernels and for no others", () => {
  const kernels = new Map<string, string>();
  for (const { kernel } of conformanceCases()) {
    // A program's key stands for its graph, whose nodes are shared and would be very long as text.
    const text = JSON.stringify(kernel, (name, value) => name === "program" ? value.key : value);
    const key = kernelKey(kernel);
    assertEquals(kernels.get(key) ?? text, text);
    kernels.set(key, text);
  }
  assertEquals(new Set(kernels.values()).size, kernels.size);
});
