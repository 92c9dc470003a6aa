import { assert, assertEquals } from "@std/assert";
import { apply, type F32, f32, input, type Scalar, scalarProgram, topologicalOrder } from "./expression.ts";
import { gelu, pow, sin } from "./functions/mod.ts";
import { add, divide, multiply, polynomial } from "./notation.ts";
import { schedule } from "./schedule.ts";

const inner = (outputs: readonly Scalar[]) =>
  topologicalOrder(outputs).filter((node) => node.operands.length > 0);

Deno.test("schedule takes every node once, operands before users", () => {
  const programs = [
    scalarProgram(["f32"], (x) => [gelu(x)]),
    scalarProgram(["f32"], (x) => [sin(x), gelu(x), x, f32(1), sin(x)]),
    scalarProgram(["f32", "f32"], (x, y) => [pow(x, y), add(x, x)]),
    scalarProgram(["f32"], (x) => [x]),
  ];
  for (const { outputs } of programs) {
    const order = schedule(outputs);
    assertEquals(new Set(order), new Set(inner(outputs)));
    assertEquals(order.length, inner(outputs).length);
    const place = new Map(order.map((node, i) => [node, i]));
    for (const node of order) {
      for (const operand of node.operands) {
        assert((place.get(operand) ?? -1) < place.get(node)!);
      }
    }
  }
});

Deno.test("schedule puts independent chains side by side", () => {
  const x = input("f32", 0);
  const y = input("f32", 1);
  const coefficients = [0x3f800000, 0x40000000, 0x40400000, 0x40800000];
  const p = polynomial(x, coefficients);
  const q = polynomial(y, coefficients);
  const order = schedule([add(p, q)]);
  const ofP = new Set(inner([p]));
  const changes = order.slice(1, -1).filter((node, i) => ofP.has(node) !== ofP.has(order[i]!));
  assert(changes.length >= 5, `${changes.length} changes in ${order.length} nodes`);
});

Deno.test("schedule begins with what takes longest", () => {
  const x = input("f32", 0);
  const slow = divide(f32(1), x);
  assertEquals(schedule([add(multiply(x, x), slow)])[0], slow);
});

Deno.test("schedule leaves out what no code reads", () => {
  const [x, y] = [input("f32", 0), input("f32", 1)] as [F32, F32];
  const larger = apply("selectF32", apply("less", x, y), y, x);
  assertEquals(schedule([larger], () => [x, y]), [larger]);
});
