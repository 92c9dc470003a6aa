import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ModuleBuilder } from "../../../../assembler/mod.ts";
import { emitPanel, type PanelSpec } from "./register_tile.ts";
import { panelColumns, tileHeights } from "./tile_shape.ts";

Deno.test("tileHeights covers the rows with the fewest tiles, as equal as they can be", () => {
  assertEquals(tileHeights(28, 5), [{ height: 5, tiles: 4 }, { height: 4, tiles: 2 }]);
  assertEquals(tileHeights(10, 5), [{ height: 5, tiles: 2 }]);
  assertEquals(tileHeights(5, 4), [{ height: 3, tiles: 1 }, { height: 2, tiles: 1 }]);
  assertEquals(tileHeights(0, 4), []);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 8 }), (rows, highest) => {
      const runs = tileHeights(rows, highest);
      assertEquals(runs.reduce((sum, { height, tiles }) => sum + height * tiles, 0), rows);
      assertEquals(runs.reduce((sum, { tiles }) => sum + tiles, 0), Math.ceil(rows / highest));
      assert(runs.every(({ height, tiles }) => height > 0 && height <= highest && tiles > 0));
    }),
    { seed: 5 },
  );
});

Deno.test("panelColumns covers the columns, and leaves no vector alone behind a panel", () => {
  assertEquals(panelColumns(48), [16, 16, 16]);
  assertEquals(panelColumns(10), [10]);
  assertEquals(panelColumns(36), [16, 12, 8]);
  for (let columns = 0; columns < 100; columns++) {
    const panels = panelColumns(columns);
    assertEquals(panels.reduce((sum, width) => sum + width, 0), columns);
    assert(panels.length <= 1 || panels.every((width) => width > 4), `${columns}: ${panels}`);
  }
});

function panelText(spec: Omit<PanelSpec, "name">): string[] {
  const builder = new ModuleBuilder(1);
  return emitPanel(builder, { name: "panel", ...spec }).text().split("\n").map((line) => line.trim());
}

Deno.test("emitPanel writes one short product without a loop", () => {
  const text = panelText({
    columns: 3,
    rows: 1,
    aRowStride: 8,
    cRowStride: 12,
    terms: [{ count: 2, aStride: 4, bStride: 12 }],
  });
  // Parameters: 0 a, 1 b, 2 c, 3 accumulate. Locals: 4 and 5 point to the term, 6 to a row, 8 is the sum, 16 and 24 hold
  // values of A and B.
  assertEquals(text.slice(0, 3), [
    "func $panel (params 4) (locals 22)",
    "v128.const splat 0x00000000",
    "local.set 8",
  ]);
  assertEquals(text.slice(3, 31), [
    ...["local.get 0", "local.set 4", "local.get 1", "local.set 5"],
    ...["local.get 5", "v128.load offset=0", "local.set 24"],
    ...["local.get 4", "v128.load32_splat offset=0", "local.set 16"],
    ...["local.get 8", "local.get 16", "local.get 24", "f32x4.mul", "f32x4.add", "local.set 8"],
    ...["local.get 5", "i32.const 12", "i32.add", "local.set 6"],
    ...["local.get 6", "v128.load offset=0", "local.set 24"],
    ...["local.get 4", "i32.const 4", "i32.add", "v128.load32_splat offset=0", "local.set 16"],
  ]);
  assertEquals(
    text.slice(-14),
    [
      ...["local.get 2", "local.get 8", "v128.store64_lane offset=0 0"],
      ...["local.get 2", "local.get 8", "v128.store32_lane offset=8 2"],
      ...["local.get 0", "i32.const 8", "i32.add", "local.set 0"],
      ...["local.get 2", "i32.const 12", "i32.add", "local.set 2"],
    ].slice(-16),
  );
});

Deno.test("emitPanel keeps sixteen columns of two rows in registers", () => {
  const text = panelText({
    columns: 16,
    rows: 2,
    aRowStride: 1024,
    cRowStride: 64,
    terms: [{ count: 256, aStride: 4, bStride: 64 }],
  });
  const loop = text.slice(text.indexOf("loop"), text.indexOf("br_if 0"));
  const count = (start: string) => loop.filter((line) => line.startsWith(start)).length;
  assertEquals(count("v128.load32_splat"), 8 * 2);
  assertEquals(count("v128.load offset"), 8 * 4);
  assertEquals([count("f32x4.mul"), count("f32x4.add")], [8 * 8, 8 * 8]);
  assertEquals(count("v128.store"), 0);
  // Few different limits for the engine to compare addresses with.
  const offsets = new Set(text.flatMap((line) => line.match(/ offset=\d+/) ?? []));
  assertEquals([...offsets].sort(), [" offset=0", " offset=16", " offset=32", " offset=48"]);
});

Deno.test("emitPanel loads what slides along the rows of a depthwise convolution once", () => {
  const text = panelText({
    columns: 8,
    rows: 3,
    paired: true,
    aRowStride: 32,
    cRowStride: 32,
    terms: [{ count: 3, aStride: 640, bStride: 96 }, { count: 3, aStride: 32, bStride: 32 }],
  });
  const count = (start: string) => text.filter((line) => line.startsWith(start)).length;
  // For both vectors and each of three kernel rows: 3 + 2 pixels and 3 weights; then the 3 sums of C, if there are any.
  assertEquals(count("v128.load offset"), 2 * 3 * (5 + 3) + 2 * 3);
  assertEquals([count("f32x4.mul"), count("v128.store")], [2 * 3 * 3 * 3, 2 * 3]);
});
