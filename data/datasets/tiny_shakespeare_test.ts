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
