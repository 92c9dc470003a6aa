import { assertEquals, assertStringIncludes } from "@std/assert";
import { drawChart, type Mark, type Panel } from "./chart.ts";
import { linearScale } from "./scale.ts";
import { parseXml } from "./_well_formed.ts";

function panel(marks: readonly Mark[]): Panel {
  const scale = linearScale(0, 10);
  return { title: "y", note: "", xTitle: "x", x: scale, y: scale, marks, legend: [] };
}

const draw = (marks: readonly Mark[]) =>
  drawChart({ title: "t", description: "d", legend: [], panels: [panel(marks)] });

Deno.test("a gap in the values is a gap in the line", () => {
  const points = [1, 2, NaN, 4, 5, Infinity, 7].map((y, x) => ({ x, y }));
  const svg = draw([{ kind: "line", colour: "#000000", dash: "solid", points }]);
  const path = /<path d="(M[^"]*)" fill="none" stroke="#000000"/.exec(svg)?.[1] ?? "";
  assertEquals(path.split("M").length - 1, 2);
  assertEquals(path.split("L").length - 1, 2);
  // The lonely last point is a dot.
  assertEquals(svg.match(/<circle /g)?.length, 1);
});

Deno.test("marks without points draw nothing, and everything is well-formed", () => {
  const empty = draw([]);
  const marks: Mark[] = [
    { kind: "line", colour: "#000000", dash: "dashed", points: [] },
    { kind: "band", colour: "#000000", opacity: 0.1, points: [{ x: 1, low: 1, high: 2 }] },
    { kind: "cross", colour: "#000000", points: [] },
  ];
  assertEquals(draw(marks), empty);
  parseXml(empty);
  parseXml(drawChart({ title: "t", description: "d", legend: [], panels: [] }));
});

Deno.test("panels stand two in a row", () => {
  const height = (count: number) => {
    const panels = Array.from({ length: count }, () => panel([]));
    const svg = drawChart({ title: "t", description: "d", legend: [], panels });
    return Number(/height="([\d.]+)"/.exec(svg)?.[1]);
  };
  assertEquals(height(1), height(2));
  assertEquals(height(3), height(4));
  assertEquals(height(3) > height(2), true);
});

Deno.test("values outside the axes are cut off at the plot", () => {
  const svg = draw([{
    kind: "line",
    colour: "#000000",
    dash: "solid",
    points: [{ x: 0, y: -1e9 }, { x: 5, y: 5 }],
  }]);
  assertStringIncludes(svg, "clip-path");
  parseXml(svg);
});
