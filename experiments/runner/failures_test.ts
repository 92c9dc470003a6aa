import { OutOfMemoryError } from "@verbatim/core";
import { DamagedFileError } from "@verbatim/data";
import { UsageError } from "@verbatim/data/command_line";
import { writeError } from "@verbatim/data/files";
import { assertEquals } from "@std/assert";
import { DivergedError, needsStack, placedMessage } from "./failures.ts";

Deno.test("only what may be a mistake in a program needs a stack", async () => {
  const missing = await Deno.open("no such file").then(() => new Error(), (error) => error);
  const plain = [
    new UsageError("x"),
    new DamagedFileError("x"),
    new DivergedError("x"),
    new SyntaxError("x"),
    writeError("x", new Error("y")),
    missing,
  ];
  assertEquals(plain.filter(needsStack), []);
  const program = [new TypeError("x"), new RangeError("x"), new Error("x"), new OutOfMemoryError("x")];
  assertEquals(program.filter(needsStack), program);
});

Deno.test("a message is told with its place in the file, once and without colours", () => {
  const error = new Error("\x1b[36mwrong\x1b[0m");
  error.stack =
    "Error: wrong\n    at f (file:///w/runner.ts:1:1)\n    at file:///w/a/b.ts:7:3\n    at g (file:///w/a/b.ts:9:1)";
  assertEquals(placedMessage(error, "a/b.ts"), "wrong\n    at file:///w/a/b.ts:7:3");
  assertEquals(placedMessage(error, "a/c.ts"), "wrong");
  assertEquals(placedMessage(new Error("at file:///w/a/b.ts:1:1"), "a/b.ts"), "at file:///w/a/b.ts:1:1");
  assertEquals(placedMessage("text", "a/b.ts"), "text");
});
