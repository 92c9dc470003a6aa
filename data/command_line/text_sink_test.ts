import { assertEquals, assertThrows } from "@std/assert";
import { sinkOf } from "./text_sink.ts";

Deno.test("a sink writes on after a short write, and drops what nobody reads", () => {
  const written: number[] = [];
  let open = true;
  const sink = sinkOf({
    isTerminal: () => false,
    writeSync(bytes) {
      if (!open) throw new Deno.errors.BrokenPipe("os error 32");
      written.push(bytes[0]!);
      return 1;
    },
  });
  sink.write("abc");
  open = false;
  sink.write("def");
  open = true;
  sink.write("ghi");
  assertEquals(String.fromCharCode(...written), "abc");
  assertEquals(sink.columns(), undefined);
});

Deno.test("a sink tells of other errors", () => {
  const full = sinkOf({
    isTerminal: () => false,
    writeSync() {
      throw new Error("No space left on device");
    },
  });
  assertThrows(() => full.write("x"), Error, "No space left on device");
});
