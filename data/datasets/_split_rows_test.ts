import { assertEquals, assertThrows } from "@std/assert";
import { keepTogether, lastRows, rowKeys, splitRows, thirdOfFive } from "./_split_rows.ts";

Deno.test("split rows: the third of every five, also of each group; the last", () => {
  assertEquals(thirdOfFive(8), [false, false, true, false, false, false, false, true]);
  assertEquals(thirdOfFive(6, [0, 1, 0, 1, 0, 1]), [false, false, false, false, true, true]);
  assertEquals(lastRows(3, 1), [false, false, true]);
});

Deno.test("split rows: equal rows go where the first of them goes", () => {
  assertEquals(rowKeys([1, 2, 1, 3, 1, 2], 2), ["1 2", "1 3", "1 2"]);
  assertEquals(keepTogether([false, true, true, false], ["a", "b", "a", "b"]), [false, true, false, true]);
});

Deno.test("split rows: every column is split alike, in order", () => {
  const columns = {
    x: { dtype: "f32", shape: [2], description: "numbers" },
    name: { dtype: "utf8", description: "texts" },
  } as const;
  const rows = { x: Float32Array.of(1, 2, 3, 4, 5, 6), name: ["a", "b", "c"] };
  assertEquals(splitRows(columns, rows, [false, true, false]), {
    train: { x: Float32Array.of(1, 2, 5, 6), name: ["a", "c"] },
    test: { x: Float32Array.of(3, 4), name: ["b"] },
  });
  assertThrows(
    () => splitRows(columns, { ...rows, name: ["a"] }, [false, true, false]),
    RangeError,
    "expected 3 texts, got 1",
  );
});
