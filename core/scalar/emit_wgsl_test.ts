import { assert, assertEquals, assertThrows } from "@std/assert";
import { emitWgsl, wgslSum } from "./emit_wgsl.ts";
import { apply, f32, scalarProgram, u32 } from "./expression.ts";
import { gelu } from "./functions/mod.ts";
import { add, multiply, subtract } from "./notation.ts";
import { wgslHelpers } from "./wgsl_helpers.ts";

const product = scalarProgram(["f32", "f32"], (x, y) => [subtract(multiply(x, y), f32(2))]);

Deno.test("emitWgsl writes sums and products in the way asked for", () => {
  assertEquals(emitWgsl(product, "plain").statements(["x", "y"]), [
    "let v0 = multiply_plain(x, y);",
    "let v1 = add_plain(v0, 0x40000000u ^ 0x80000000u);",
    "let v_out0 = v1;",
  ]);
  assertEquals(emitWgsl(product, "soft", "s").statements(["x", "y"]), [
    "let s0 = multiply_soft(x, y);",
    "let s1 = add_soft(s0, (0x40000000u ^ parameters[0].x) ^ 0x80000000u);",
    "let s_out0 = s1;",
  ]);
  assertEquals([...emitWgsl(product, "product").helpers], ["multiply_barrier", "add_plain"]);
});

Deno.test("emitWgsl asks of each operand once whether it is subnormal, unless a sum or product told", () => {
  const twice = scalarProgram(["f32"], (x) => [add(multiply(x, x), apply("negate", x))]);
  assertEquals(emitWgsl(twice, "detect").statements(["x"]), [
    "flushed = flushed | is_subnormal(x);",
    "let v0 = multiply_detect(x, x);",
    "let v1 = x ^ 0x80000000u;",
    "flushed = flushed | is_subnormal(v1);",
    "let v2 = add_detect(v0, v1);",
    "let v_out0 = v2;",
  ]);
});

Deno.test("emitWgsl shows no compiler a float, but in sums, products and first guesses", () => {
  const program = scalarProgram(["f32", "u32"], (x, n) => [
    apply("selectF32", apply("less", gelu(x), apply("f32FromU32", n)), x, f32(NaN)),
    apply("selectU32", apply("equal", x, f32(0)), u32(1), n),
  ]);
  const text = emitWgsl(program, "soft").statements(["x", "n"]).join("\n");
  assert(!/\d\.\d|f32\(|bitcast<f32>/.test(text), text);
  const helpers = wgslHelpers(emitWgsl(program, "soft").helpers);
  assert(!helpers.includes("bitcast<f32>("), helpers);
});

Deno.test("wgslHelpers declares each helper once, with those that it calls", () => {
  const text = wgslHelpers(["multiply_soft", "divide", wgslSum("detect").add]);
  for (const name of ["unpack", "pack", "multiply_high", "add_barrier", "add_detect", "divide"]) {
    assertEquals(text.split(`fn ${name}(`).length, 2, name);
  }
  assertEquals(text.split("var<private> flushed").length, 2);
  assertEquals(wgslHelpers(["divide", "multiply_soft"]), wgslHelpers(["multiply_soft", "divide"]));
});

Deno.test("emitWgsl refuses another number of names", () => {
  assertThrows(
    () => emitWgsl(product, "both").statements(["x"]),
    RangeError,
    "expected 2 input names, got 1",
  );
});
