import { assert, assertEquals } from "@std/assert";
import { apply, f32, scalarProgram } from "./expression.ts";
import { scalarCost } from "./scalar_cost.ts";

Deno.test("scalarCost counts operations, not leaves", () => {
  assertEquals(scalarCost(scalarProgram(["f32"], (x) => [x, f32(1)])), 0);
  const sum = scalarProgram(["f32"], (x) => [apply("add", x, f32(1))]);
  assertEquals(scalarCost(sum), 1);
  assert(scalarCost(scalarProgram(["f32"], (x) => [apply("divide", x, f32(3))])) > 1);
});
