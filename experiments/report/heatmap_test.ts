import { assert, assertEquals } from "@std/assert";
import { drawConfusion } from "./heatmap.ts";
import { parseXml } from "./_well_formed.ts";

const square = (n: number, count: (row: number, column: number) => number) => ({
  classes: Array.from({ length: n }, (_, i) => `class ${i}`),
  counts: Array.from({ length: n }, (_, row) => Array.from({ length: n }, (_, column) => count(row, column))),
});

Deno.test("names and counts are on the picture", () => {
  const { texts } = parseXml(
    drawConfusion("t", "n", { classes: ["cat", "a<b"], counts: [[1234, 5], [0, 7]] }),
  );
  for (const word of ["cat", "a<b", "1,234", "5", "7", "predicted class", "true class"]) {
    assert(texts.includes(word), word);
  }
  assertEquals(texts.filter((word) => word === "cat").length, 2);
  // A count of zero is left blank.
  assert(!texts.includes("0"));
});

Deno.test("the heading of a narrow matrix has room", () => {
  const title = "Confusion matrix: Two-hop propagation on WordNet's nouns";
  const svg = drawConfusion(title, "n", square(2, () => 1));
  const width = Number(svg.match(/width="(\d+)"/)?.[1]);
  // In DejaVu Sans Bold at 17 pixels it is 580 wide, says Pillow.
  assert(width >= 24 + 580, `${width} pixels`);
});

Deno.test("large and empty matrices stay small and well-formed", () => {
  for (const n of [1, 20, 21, 60, 61, 120]) {
    const svg = drawConfusion("t", "n", square(n, (row, column) => (row * 7 + column * 13) % 50));
    parseXml(svg);
    assert(svg.length < 500_000, `${n} classes: ${svg.length} characters`);
  }
  parseXml(drawConfusion("t", "n", square(3, () => 0)));
  parseXml(drawConfusion("t", "n", { classes: [], counts: [] }));
});
