import { assertEquals, assertStringIncludes } from "@std/assert";
import { ProgressLine } from "./progress_line.ts";

function sink(columns: number | undefined) {
  const written: string[] = [];
  return { written, write: (text: string) => void written.push(text), columns: () => columns };
}

Deno.test("without a terminal there is a line at each quarter", () => {
  const out = sink(undefined);
  const line = new ProgressLine(out);
  for (let done = 0; done <= 200; done++) line.update({ name: "lenet", done, total: 200, message: "loss 1" });
  assertEquals(out.written, [
    "lenet: 25% (50/200) loss 1\n",
    "lenet: 50% (100/200) loss 1\n",
    "lenet: 75% (150/200) loss 1\n",
    "lenet: 100% (200/200) loss 1\n",
  ]);
});

Deno.test("what was done before a run resumed is not told again", () => {
  const out = sink(undefined);
  const line = new ProgressLine(out);
  for (let done = 120; done <= 160; done += 20) line.update({ name: "a", done, total: 200, message: "" });
  assertEquals(out.written.map((text) => text.trim()), ["a: 80% (160/200)"]);
});

Deno.test("on a terminal one line is drawn again, never wider than it, and cleared for other lines", () => {
  const out = sink(30);
  const line = new ProgressLine(out);
  line.update({ name: "a run with a long name", done: 1, total: 3, message: "and a long message" });
  line.update({ name: "b", done: 1, total: 3, message: "" }); // too soon to draw
  assertEquals(out.written, ["\r\x1b[2K33% a run with a long name (1"]);
  line.print("done");
  assertEquals(out.written.slice(1), ["\r\x1b[2K", "done\n"]);
  line.clear();
  assertEquals(out.written.length, 3);
});

Deno.test("quiet says nothing of progress", () => {
  const out = sink(80);
  const line = new ProgressLine(out, true);
  line.update({ name: "a", done: 1, total: 1, message: "" });
  line.finish("a");
  assertEquals(out.written, []);
  line.print("error");
  assertStringIncludes(out.written.join(""), "error");
});
