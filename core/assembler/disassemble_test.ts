import { assertEquals, assertThrows } from "@std/assert";
import { disassemble } from "./disassemble.ts";
import { ModuleBuilder } from "./module_builder.ts";
import { I32, V128 } from "./types.ts";

Deno.test("disassemble reads bytes written by hand after the specification", () => {
  const lines = (...bytes: number[]) => disassemble(Uint8Array.from(bytes), (index) => `f${index}`);
  assertEquals(lines(0x20, 0x80, 0x01, 0x21, 0x00), ["local.get 128", "local.set 0"]);
  // -1 and 64 in signed LEB128
  assertEquals(lines(0x41, 0x7f, 0x41, 0xc0, 0x00), ["i32.const -1", "i32.const 64"]);
  assertEquals(lines(0x43, 0x00, 0x00, 0x80, 0x3f), ["f32.const 0x3f800000"]);
  assertEquals(lines(0x28, 0x02, 0x08), ["i32.load offset=8"]);
  assertEquals(lines(0xfd, 0x5a, 0x02, 0x04, 0x03), ["v128.store32_lane offset=4 3"]);
  assertEquals(lines(0xfd, 0xe4, 0x01), ["f32x4.add"]);
  assertEquals(lines(0x10, 0x02, 0x0e, 0x02, 0x00, 0x01, 0x02), ["call $f2", "br_table 0 1 2"]);
  assertEquals(lines(0x04, 0x40, 0x1a, 0x05, 0x02, 0x40, 0x0b, 0x0b), [
    "if",
    "  drop",
    "else",
    "  block",
    "  end",
    "end",
  ]);
});

Deno.test("disassemble names every instruction that the builder writes", () => {
  const builder = new ModuleBuilder(1);
  const g = builder.function("g", [I32]);
  const f = builder.function("f", [I32]);
  const vector = f.local(V128);
  f.i32(-5).i64(-(2 ** 40)).op("drop").f32Bits(0x80000000).splatBits(7).vectorBits([1, 2, 3, 0xffffffff]).set(
    vector,
  );
  f.shuffleWords([0, 5, 2, 7]).lane("f32x4.extract_lane", 2).memoryFill().call(g).brTable([0, 1], 2);
  assertEquals(builder.text().split("\n").slice(2), [
    "func $f (params 1) (locals 1)",
    "  i32.const -5",
    "  i64.const -1099511627776",
    "  drop",
    "  f32.const 0x80000000",
    "  v128.const splat 0x00000007",
    "  v128.const 0x00000001 0x00000002 0x00000003 0xffffffff",
    "  local.set 1",
    "  i8x16.shuffle 0 1 2 3 20 21 22 23 8 9 10 11 28 29 30 31",
    "  f32x4.extract_lane 2",
    "  memory.fill",
    "  call $g",
    "  br_table 0 1 2",
  ]);
});

Deno.test("disassemble refuses what is no instruction", () => {
  const name = (index: number) => `${index}`;
  assertThrows(() => disassemble(Uint8Array.of(0xff), name), RangeError, "expected an instruction, got 255");
  assertThrows(() => disassemble(Uint8Array.of(0xfd, 0x7f), name), RangeError, "got 253,127");
  assertThrows(() => disassemble(Uint8Array.of(0x20), name), RangeError, "got the end");
});
