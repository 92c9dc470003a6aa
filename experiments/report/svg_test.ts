import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { coordinate, element, figure, fitText, text, textWidth } from "./svg.ts";
import { parseXml } from "./_well_formed.ts";

Deno.test("any text gives well-formed XML that reads back", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("</text><script>", "]]>", "&#0;", '" onload="x', "\u0000\u0008\uffff", "\ud800"),
  );
  fc.assert(
    fc.property(hostile, hostile, (a, b) => {
      const svg = figure({ width: 10, height: 10 }, a, b, [text(a, 1, 2), element("g", { id: b }, "")]);
      const { elements, texts } = parseXml(svg);
      assertEquals(elements, ["svg", "title", "desc", "rect", "text", "g"]);
      // deno-lint-ignore no-control-regex -- what XML cannot hold is replaced
      const kept = a.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
        .toWellFormed();
      assertEquals(texts.filter((content) => content === kept).length >= (kept.trim() === "" ? 0 : 2), true);
    }),
    { seed: 5, numRuns: 100 },
  );
});

Deno.test("coordinates are short and close", () => {
  fc.assert(
    fc.property(fc.double({ min: -1e5, max: 1e5, noNaN: true }), (value) => {
      assert(Math.abs(Number(coordinate(value)) - value) <= 0.005001);
      assert(/^-?\d+(\.\d{1,2})?$/.test(coordinate(value)));
    }),
    { seed: 6, numRuns: 500 },
  );
  assertThrows(() => coordinate(NaN), RangeError, "finite");
});

Deno.test("text is cut to its place", () => {
  assertEquals(fitText("short", 12, 100), "short");
  const cut = fitText("a very long name of a class", 12, 60);
  assert(cut.endsWith("…") && textWidth(cut, 12) <= 60);
});
