import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type F32, f32, input, scalarProgram } from "./expression.ts";
import { exp, gelu } from "./functions/mod.ts";
import { add, multiply } from "./notation.ts";
import { wgslInterpreter } from "./wgsl_interpreter.ts";

const wordAt = (index: string) => `words[${index}]`;

Deno.test("wgslInterpreter makes instructions of operation, target and operands, and loads constants", () => {
  const program = scalarProgram(["f32", "f32"], (x, y) => [add(multiply(x, y), f32(2))]);
  const { words, statements, outputTexts, helpers } = wgslInterpreter(program)!;
  const [product, two, sum] = [2, 0, 1];
  assertEquals(words.map((word) => word.toString(16)), [
    // x y, then 2, whose register is that of x or y, no longer needed
    ...[(1 | (product << 8) | (0 << 16) | (1 << 24)).toString(16), "0"],
    ...[(0 | (sum << 8)).toString(16), "40000000"],
    ...[(2 | (two << 8) | (product << 16) | (sum << 24)).toString(16), "0"],
  ]);
  assertEquals(statements(["a", "b"]), ["registers[0u] = a;", "registers[1u] = b;", "interpret();"]);
  assertEquals(outputTexts, ["registers[0u]"]);
  assertEquals([...helpers].sort(), ["add_soft", "multiply_soft"]);
});

Deno.test("wgslInterpreter has each operation once, and few registers", () => {
  const text = wgslInterpreter(scalarProgram(["f32"], (x) => [gelu(exp(x))]))!.declarations(wordAt);
  assertEquals(text.split("add_soft(").length, 2 + 1); // sum and difference
  assertEquals(text.split("multiply_soft(").length, 2);
  assertStringIncludes(text, "let code = words[pc];");
  const registers = Number(text.match(/array<u32, (\d+)>/)![1]);
  assert(registers < 60, `${registers}`);
});

Deno.test("wgslInterpreter gives up where there are more values than registers", () => {
  const many = Array.from({ length: 257 }, (_, i) => input("f32", i));
  const program = scalarProgram(
    many.map(() => "f32" as const),
    (...values: readonly F32[]) => [values.reduce((sum, value) => add(sum, value))],
  );
  assertEquals(wgslInterpreter(program), undefined);
});
