import { assertEquals, assertNotEquals } from "@std/assert";
import { I32, ModuleBuilder } from "../../../assembler/mod.ts";
import type { MapKernel } from "../../../kernels/map.ts";
import { apply, scalarProgram } from "../../../scalar/expression.ts";
import { emitInto, emitKernel } from "./emitters.ts";

const kernel = (operation: "add" | "multiply"): MapKernel => ({
  family: "map",
  program: scalarProgram(["f32", "f32"], (x, y) => [apply(operation, x, y)]),
  shape: [5],
  inputs: [{ dtype: "f32", shape: [5] }, { dtype: "f32", shape: [] }],
  outputs: ["f32"],
});

Deno.test("emitInto adds kernels to one module, whose functions another function calls in turn", () => {
  const builder = new ModuleBuilder(1);
  const [sum, product] = [emitInto(kernel("add"), builder), emitInto(kernel("multiply"), builder)];
  assertEquals([sum.phases[0]!.name, product.phases[0]!.name], ["map", "map_2"]);
  // x + 3, then the sum * 3, then the product + 3: the sum is emitted once and used twice.
  const driver = builder.function("driver", [I32]);
  [sum, product, sum].forEach(({ phases }, step) => {
    for (const phase of phases) {
      driver.get(0).i32(64 * step).op("i32.add").i32(0).i32(phase.units).i32(0).call(phase);
    }
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(builder.encode()), { env: { memory } });
  const [x, y, three] = [1024, 2048, 4096] as const;
  const words = new Uint32Array(memory.buffer);
  words.set([x, three, y], 16);
  words.set([y, three, x], 32);
  words.set([x, three, y], 48);
  const floats = new Float32Array(memory.buffer);
  floats.set([1, 2, 3, 4, 5], x / 4);
  floats[three / 4] = 3;
  (exports["driver"] as (args: number) => void)(64);
  assertEquals([...floats.subarray(y / 4, y / 4 + 6)], [15, 18, 21, 24, 27, 0]);
});

Deno.test("emitKernel gives equal kernels equal bytes, and others others", () => {
  const module = (operation: "add" | "multiply", pages = 1) =>
    emitKernel(kernel(operation), { pages }).module;
  assertEquals(module("add"), module("add"));
  assertNotEquals(module("add"), module("multiply"));
  assertNotEquals(module("add"), module("add", 2));
});
