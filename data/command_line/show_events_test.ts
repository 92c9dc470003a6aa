import { assertEquals } from "@std/assert";
import { ProgressLine } from "./progress_line.ts";
import { showEvents } from "./show_events.ts";

function told(quiet: boolean): string[] {
  const written: string[] = [];
  const sink = { write: (text: string) => void written.push(text), columns: () => undefined };
  const show = showEvents(new ProgressLine(sink, quiet), "data: ");
  for (let bytes = 0; bytes <= 8_000_000; bytes += 80_000) {
    show({ kind: "progress", file: "a", source: "b", bytes, total: 8_000_000 });
  }
  show({ kind: "notice", message: "careful" });
  show({ kind: "progress", file: "c", source: "d", bytes: 0, total: null });
  show({ kind: "progress", file: "c", source: "d", bytes: 10, total: null });
  return written;
}

Deno.test("each quarter of a download is told once, and one of unknown length once", () => {
  assertEquals(told(false), [
    "data: a: 25% (2.0 MB/8.0 MB) from b\n",
    "data: a: 50% (4.0 MB/8.0 MB) from b\n",
    "data: a: 75% (6.0 MB/8.0 MB) from b\n",
    "data: a: 100% (8.0 MB/8.0 MB) from b\n",
    "data: careful\n",
    "data: c: ... from d\n",
  ]);
});

Deno.test("quiet tells nothing of it", () => assertEquals(told(true), []));
