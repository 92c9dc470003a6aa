import { assertEquals } from "@std/assert";
import { FunctionBuilder } from "./function_builder.ts";
import { I32, V128 } from "./types.ts";

Deno.test("FunctionBuilder.locals declares only what is taken", () => {
  const f = new FunctionBuilder("f", 0, [I32, I32], []);
  const [a, b, c] = f.locals(I32);
  const [d] = f.locals(V128);
  assertEquals([a, b, c, d, f.local(I32)], [2, 3, 4, 5, 6]);
  // From the specification: five groups of one local (i32 0x7f, v128 0x7b), no instruction, end.
  const groups = [1, 0x7f, 1, 0x7f, 1, 0x7f, 1, 0x7b, 1, 0x7f];
  assertEquals([...f.encode().finish()], [5, ...groups, 0x0b]);
  assertEquals(f.text(), "func $f (params 2) (locals 5)");
});
