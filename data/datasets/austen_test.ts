import { assert, assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { counts, numbersIn, testDataset } from "./_testing.ts";
import { austen } from "./austen.ts";

testDataset(austen, "the chapters of the six novels", (splits) => {
  // As many chapters as the printed books have.
  assertEquals(counts(numbersIn(splits, "book")), [50, 61, 48, 55, 31, 24]);
  assertEquals(counts(columnOf(splits.test!, "book")), [5, 6, 4, 5, 3, 2]);
  const train = textOf(splits.train!, "text");
  const second = train[counts(columnOf(splits.train!, "book"))[0]!]!;
  assert(
    second.startsWith(
      "It is a truth universally acknowledged, that a single man in possession\nof a good fortune",
    ),
  );
  // R 4.2.2, from the same lines: characters without the empty lines around a chapter, and one line end each.
  const lengths = Array<number>(6).fill(0);
  const books = numbersIn(splits, "book");
  [...train, ...textOf(splits.test!, "text")].forEach((text, i) => lengths[books[i]!]! += text.length - 1);
  assertEquals(lengths, [672_797, 683_704, 882_390, 882_025, 431_980, 466_417]);
});
