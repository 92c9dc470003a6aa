import { assert, assertEquals, assertThrows } from "@std/assert";
import { Budget, failAs, MalformedFileError } from "./malformed.ts";

Deno.test("MalformedFileError is one line of bounded length, whatever the file holds", () => {
  const error = new MalformedFileError("a file", "this", `a\r\nb\u2028c\0\x1b[31m${"x".repeat(1000)}`);
  assert(error instanceof RangeError);
  assertEquals(error.name, "MalformedFileError");
  assertEquals(error.message, `Cannot read a file: expected this, got a b c [31m${"x".repeat(190)}…`);
});

Deno.test("Budget gives up before more is made than the limits allow", () => {
  const budget = new Budget({ bytes: 10, items: 2 }, failAs("a file"));
  budget.takeBytes(4);
  budget.takeBytes(6);
  assertEquals(budget.bytesLeft, 0);
  for (const count of [1, NaN, Infinity]) {
    assertThrows(
      () => budget.takeBytes(count),
      MalformedFileError,
      "Cannot read a file: expected at most 10 bytes of content, got more",
    );
  }
  budget.takeItems(2);
  assertThrows(() => budget.takeItems(1), MalformedFileError, "expected at most 2 members or rows, got more");
});
