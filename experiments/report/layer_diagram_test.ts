import { assertEquals, assertStringIncludes } from "@std/assert";
import { drawLayers } from "./layer_diagram.ts";

const layer = (name: string, parameters = 10) => ({ name, shape: "[B, 4]", parameters });

Deno.test("layers become boxes in their order", () => {
  const diagram = drawLayers([layer("conv"), layer("pool", 0), layer("dense", 1234)])!;
  assertStringIncludes(diagram, 'n0["<b>conv</b><br>[B, 4]<br><small>10 parameters</small>"]:::learned');
  assertStringIncludes(diagram, 'n1["<b>pool</b><br>[B, 4]<br><small>no parameters</small>"]:::fixed');
  assertStringIncludes(diagram, "1,234 parameters");
  assertStringIncludes(diagram, "n0 --> n1 --> n2");
  assertEquals(drawLayers([]), undefined);
});

Deno.test("markup in names is written as character codes", () => {
  assertStringIncludes(drawLayers([layer('a"]; <b>#')])!, "<b>a#34;]#59; #60;b#62;#35;</b>");
});

Deno.test("branches are drawn by what each layer reads, also between groups", () => {
  const branches = [
    { ...layer("input", 0), from: [] },
    { ...layer("a"), from: [0] },
    { ...layer("b"), from: [0] },
    { ...layer("+", 0), from: [1, 2] },
  ];
  const diagram = drawLayers(branches)!;
  assertStringIncludes(diagram, "  n0 --> n1\n  n0 --> n2\n  n1 --> n3\n  n2 --> n3\n");
  // Twelve blocks of a and b, each added to what it read: block i stands at 1 + 3 i.
  const blocks = Array.from({ length: 12 }, (_, i) => [
    { ...layer(`block${i}/a`), from: [3 * i] },
    { ...layer(`block${i}/b`), from: [3 * i + 1] },
    { ...layer("+", 0), from: [3 * i, 3 * i + 2] },
  ]);
  const deep = drawLayers([{ ...layer("input", 0), from: [] }, ...blocks.flat()])!;
  assertStringIncludes(deep, "<b>block0 (2 layers)</b>");
  assertStringIncludes(deep, "  n0 --> n1\n  n0 --> n2\n  n1 --> n2\n  n2 --> n3\n");
});

Deno.test("many layers are drawn as groups", () => {
  const layers = [
    layer("stem"),
    ...Array.from({ length: 30 }, (_, i) => layer(`stage${i % 15 < 10 ? 1 : 2}/block${i}`)),
  ];
  const diagram = drawLayers([...layers, layer("head")])!;
  // 10 of stage 1, 5 of stage 2, and both again.
  assertStringIncludes(diagram, 'n1["<b>stage1 (10 layers)</b><br>[B, 4]<br><small>100 parameters</small>"]');
  assertStringIncludes(diagram, "n0 --> n1 --> n2 --> n3 --> n4 --> n5");
});
