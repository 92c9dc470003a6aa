import { assert, assertEquals } from "@std/assert";
import { apply, type F32, f32, scalarProgram } from "./expression.ts";
import { add, divide } from "./notation.ts";
import { scalarCost, scalarLatency } from "./scalar_cost.ts";

Deno.test("scalarCost counts operations, not leaves", () => {
  assertEquals(scalarCost(scalarProgram(["f32"], (x) => [x, f32(1)])), 0);
  const sum = scalarProgram(["f32"], (x) => [apply("add", x, f32(1))]);
  assertEquals(scalarCost(sum), 1);
  assert(scalarCost(scalarProgram(["f32"], (x) => [apply("divide", x, f32(3))])) > 1);
});

Deno.test("scalarLatency is that of the longest chain", () => {
  const latency = (define: (x: F32) => F32) => scalarLatency(scalarProgram(["f32"], (x) => [define(x), x]));
  const one = latency((x) => add(x, f32(1)));
  assertEquals(latency((x) => x), 0);
  assertEquals(latency((x) => add(add(x, f32(1)), x)), 2 * one);
  assertEquals(latency((x) => add(add(x, f32(1)), add(x, f32(2)))), 2 * one);
  assert(latency((x) => divide(x, f32(3))) > one);
});
