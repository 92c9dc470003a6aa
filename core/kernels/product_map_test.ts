import { assertEquals, assertThrows } from "@std/assert";
import { productMapCases } from "../backends/conformance/product_map_cases.ts";
import { apply, scalarProgram } from "../scalar/expression.ts";
import { assertSameBits, runKernel, smallCases } from "./_testing.ts";
import { canOverwrite } from "./can_overwrite.ts";
import { kernelInputs, kernelOutputs, validateKernel } from "./families.ts";
import type { MapKernel } from "./map.ts";
import { mapOperandPlaces, type ProductMapKernel } from "./product_map.ts";

/** y - rate (a b), and the product doubled. */
const map: MapKernel = {
  family: "map",
  program: scalarProgram(["f32", "f32", "f32"], (y, product, rate) => [
    apply("subtract", y, apply("multiply", rate, product)),
    apply("add", product, product),
  ]),
  shape: [2, 2],
  inputs: [{ dtype: "f32", shape: [2, 2] }, { dtype: "f32", shape: [2, 2] }, { dtype: "f32", shape: [] }],
  outputs: ["f32", "f32"],
};
const kernel: ProductMapKernel = {
  family: "productMap",
  product: { family: "matmul", batch: 1, m: 2, k: 3, n: 2, transposeA: false, transposeB: false },
  map,
  at: [1],
  stored: false,
};

Deno.test("a map of a product has the product's operands and then its own, and its results", () => {
  // [1 2 3; 4 5 6] [7 8; 9 10; 11 12] = [58 64; 139 154]
  const inputs = [
    Float32Array.of(1, 2, 3, 4, 5, 6),
    Float32Array.of(7, 8, 9, 10, 11, 12),
    Float32Array.of(100, 100, 200, 200),
    Float32Array.of(0.5),
  ];
  const expected = [Float32Array.of(71, 68, 130.5, 123), Float32Array.of(116, 128, 278, 308)];
  assertEquals(runKernel(kernel, inputs), expected);
  const product = Float32Array.of(58, 64, 139, 154);
  assertEquals(runKernel({ ...kernel, stored: true }, inputs), [product, ...expected]);
  assertEquals(kernelInputs(kernel).map(({ length }) => length), [6, 6, 4, 1]);
  assertEquals(kernelOutputs({ ...kernel, stored: true }).map(({ length }) => length), [4, 4, 4]);
});

Deno.test("a map of a product has the bits of both, one after the other", () => {
  for (const { name, kernel: each, inputs } of smallCases(productMapCases(), 3000)) {
    const kernel = each as ProductMapKernel;
    const [result] = runKernel(kernel.product, inputs.slice(0, 2));
    const operands = mapOperandPlaces(kernel).map((place) => place === undefined ? result! : inputs[place]!);
    const expected = [...kernel.stored ? [result!] : [], ...runKernel(kernel.map, operands)];
    runKernel(kernel, inputs).forEach((values, i) => assertSameBits(values, expected[i]!, name));
  }
});

Deno.test("a map of a product may be written over operands of the map, not of the product", () => {
  const overwrites = (stored: boolean) =>
    [0, 1, 2, 3].map((input) =>
      [0, 1, 2].map((output) => canOverwrite({ ...kernel, stored }, input, output))
    );
  const never = [false, false, false];
  assertEquals(overwrites(false), [never, never, [true, true, false], never]);
  assertEquals(overwrites(true), [never, never, [false, true, true], never]);
});

Deno.test("a map of a product refuses what is not the product's result", () => {
  const refuse = (more: Partial<ProductMapKernel>, message: string) =>
    assertThrows(() => validateKernel({ ...kernel, ...more }), RangeError, message);
  refuse({ at: [] }, "expected f32 operands of the map with all of its elements, ascending, got []");
  refuse({ at: [2] }, "got [2]");
  refuse({ at: [3] }, "got [3]");
  refuse({ at: [1, 0] }, "got [1,0]");
  refuse(
    { product: { ...kernel.product, m: 3 } as ProductMapKernel["product"] },
    "expected a map of the product's 6 elements, got shape [2,2]",
  );
  refuse(
    { product: { ...kernel.product, m: -1 } as ProductMapKernel["product"] },
    "Cannot multiply matrices",
  );
});
