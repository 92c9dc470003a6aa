import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { compileVectors } from "./compile_vectors.ts";
import { compileScalar } from "./emit_typescript.ts";
import { apply, scalarProgram } from "./expression.ts";
import { sinCos } from "./functions/sin_cos.ts";
import { add, less, multiply } from "./notation.ts";
import { normalPair } from "./normal_pair.ts";

Deno.test("vectors have the bits of scalars, for any length and any uniform inputs", () => {
  const program = scalarProgram(["f32", "f32", "u32"], (scale, x, word) => [
    ...sinCos(multiply(scale, x)),
    ...normalPair(word, apply("bitsOf", x)),
    apply("multiplyHighU32", word, apply("bitsOf", scale)),
  ]);
  const scalar = compileScalar(program);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.float({ noNaN: true }), fc.nat(0xffffffff)), { minLength: 1, maxLength: 40 }),
      fc.float({ noNaN: true }),
      fc.nat(1),
      (rows, scale, uniform) => {
        const { inputs, outputs, run } = compileVectors(program, rows.length, uniform);
        inputs[0]!.fill(scale);
        inputs[1]!.set(rows.map(([x]) => x));
        inputs[2]!.set(rows.map(([, word]) => word));
        run(rows.length);
        rows.forEach(([x, word], i) => {
          assertEquals(outputs.map((values) => values[i]), scalar(scale, x, word));
        });
      },
    ),
    { seed: 1, numRuns: 40 },
  );
});

Deno.test("a run goes on with the inputs as they are and checks its length", () => {
  const program = scalarProgram(["f32", "f32"], (a, b) => [add(a, b)]);
  const { inputs, outputs, run } = compileVectors(program, 9, 1);
  assertEquals([inputs[0]!.length, inputs[1]!.length, outputs[0]!.length], [1, 9, 9]);
  inputs[0]![0] = 1;
  inputs[1]!.fill(2);
  run(9);
  assertEquals([...outputs[0]!], new Array(9).fill(3));
  inputs[0]![0] = 5;
  run(1);
  assertEquals(outputs[0]![0], 7);
  assertThrows(() => run(10), RangeError, "expected a length up to 9, got 10");
  assertThrows(() => compileVectors(program, 0), RangeError, "expected a capacity");
  assertThrows(() => compileVectors(program, 1, 3), RangeError, "expected up to 2 uniform inputs, got 3");
  const bool = scalarProgram(["f32", "f32"], (a, b) => [less(a, b)]);
  assertThrows(() => compileVectors(bool, 1), TypeError, "got bool");
});
