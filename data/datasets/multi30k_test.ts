import { assertEquals } from "@std/assert";
import { textOf } from "../columns.ts";
import { testDataset } from "./_testing.ts";
import { multi30k } from "./multi30k.ts";

testDataset(multi30k, "its published sizes", (splits) => {
  // Rows by its README; characters counted by Python.
  const known = {
    train: [29_000, 1_772_238, 2_046_956],
    validation: [1014, 62_283, 73_692],
    test: [1000, 61_076, 68_509],
  };
  const english: string[][] = [];
  for (const [name, [rows, englishLength, germanLength]] of Object.entries(known)) {
    const columns = splits[name]!;
    const [en, de] = [textOf(columns, "english"), textOf(columns, "german")];
    assertEquals([en.length, de.length], [rows, rows]);
    assertEquals([en.join("").length, de.join("").length], [englishLength, germanLength]);
    english.push([...new Set(en)]);
  }
  const [train, validation, test] = english as [string[], string[], string[]];
  const common = (a: string[], b: string[]) => new Set(a).intersection(new Set(b)).size;
  assertEquals([train.length, common(train, validation), common(train, test), common(validation, test)], [
    28_991,
    1,
    0,
    0,
  ]);
  assertEquals(
    [textOf(splits.train!, "english")[0], textOf(splits.train!, "german")[0]],
    [
      "Two young, White males are outside near many bushes.",
      "Zwei junge weiße Männer sind im Freien in der Nähe vieler Büsche.",
    ],
  );
});

// The set comes from one server alone: this shows its decoder where that cannot be reached.
Deno.test("Multi30k pairs the lines of its files", () => {
  const lines = (...texts: string[]) => new TextEncoder().encode(texts.map((text) => `${text}\n`).join(""));
  const files = new Map(["train", "val", "test_2016_flickr"].flatMap((name) => [
    [`${name}.en.gz`, lines(`A dog, ${name}.`, "Two\u2028lines?")],
    [`${name}.de.gz`, lines(`Ein Hund, ${name}.`, "Zwei Zeilen? ")],
  ]));
  assertEquals(multi30k.decode(files).validation, {
    english: ["A dog, val.", "Two\u2028lines?"],
    german: ["Ein Hund, val.", "Zwei Zeilen? "],
  });
});
