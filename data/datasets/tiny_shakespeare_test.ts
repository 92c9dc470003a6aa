import { assertEquals } from "@std/assert";
import { textOf } from "../columns.ts";
import { testDataset } from "./_testing.ts";
import { tinyShakespeare } from "./tiny_shakespeare.ts";

testDataset(tinyShakespeare, "the sizes that nanoGPT prints", (splits) => {
  const [train, test] = [splits.train!, splits.test!]
    .map((rows) => textOf(rows, "text").join("")) as [string, string];
  // data/shakespeare_char of nanoGPT: 1,115,394 characters, 65 distinct, 1,003,854 and 111,540 tokens.
  assertEquals([train.length, test.length], [1_003_854, 111_540]);
  assertEquals(
    [...new Set(train + test)].sort().join(""),
    "\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  );
  assertEquals(textOf(splits.train!, "text")[1], "All:\nSpeak, speak.\n\n");
});

// The set comes from one server alone: this shows its decoder where that cannot be reached.
Deno.test("Tiny Shakespeare is cut where nanoGPT cuts it, and at empty lines", () => {
  const speeches = ["First Citizen:\nSpeak.\n\n", `All:\n${"la ".repeat(335_000)}\n\n\n`, "ROMEO:\nAy me.\n"];
  const decoded = tinyShakespeare.decode(
    new Map([["input.txt", new TextEncoder().encode(speeches.join(""))]]),
  );
  const [train, test] = [textOf(Object(decoded.train), "text"), textOf(Object(decoded.test), "text")];
  assertEquals([train.length, test.length, train[0], test[1]], [2, 2, speeches[0], speeches[2]]);
  assertEquals([train.join("").length, [...train, ...test].join("")], [1_003_854, speeches.join("")]);
});
