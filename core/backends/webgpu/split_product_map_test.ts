import { assertEquals } from "@std/assert";
import type { MapKernel } from "../../kernels/map.ts";
import type { ProductMapKernel } from "../../kernels/product_map.ts";
import { apply, scalarProgram } from "../../scalar/expression.ts";
import { splitCall, unstoredElements } from "./split_product_map.ts";

Deno.test("a map of a product is the product, then the map of its result", () => {
  const map: MapKernel = {
    family: "map",
    program: scalarProgram(["f32", "f32"], (y, product) => [apply("add", y, product)]),
    shape: [2, 3],
    inputs: [{ dtype: "f32", shape: [3] }, { dtype: "f32", shape: [2, 3] }],
    outputs: ["f32"],
  };
  const product = {
    family: "matmul",
    batch: 1,
    m: 2,
    k: 4,
    n: 3,
    transposeA: false,
    transposeB: false,
  } as const;
  const kernel: ProductMapKernel = { family: "productMap", product, map, at: [1], stored: false };
  const buffer = (length: number) => ({ dtype: "f32" as const, length });
  const [a, b, y, result, sum, room] = [buffer(8), buffer(12), buffer(3), buffer(6), buffer(6), buffer(6)];
  const call = { kernel, inputs: [a, b, y], outputs: [sum] };
  assertEquals(unstoredElements(call), 6);
  const asked: number[] = [];
  const split = splitCall(call, (elements) => (asked.push(elements), room));
  assertEquals(asked, [6]);
  const follow = { kernel: map, inputs: [y, room], outputs: [sum] };
  assertEquals(split, [{ kernel: product, inputs: [a, b], outputs: [room] }, follow]);
  // What is stored needs no room.
  const stored = { kernel: { ...kernel, stored: true }, inputs: [a, b, y], outputs: [result, sum] };
  assertEquals(unstoredElements(stored), 0);
  assertEquals(splitCall(stored, () => room)[0]!.outputs[0] === result, true);
  // A parameter stays one; another call stays as it is.
  assertEquals(splitCall({ ...call, inputs: [0, b, 1] }, () => room)[1]!.inputs, [1, room]);
  assertEquals(splitCall(follow, () => room), [follow]);
});
