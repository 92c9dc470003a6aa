import { assertEquals } from "@std/assert";
import { columnOf, numberListsOf, textOf } from "../columns.ts";
import { cmudict } from "./cmudict.ts";
import { assertDisjoint, testDataset } from "./_testing.ts";

testDataset(
  cmudict,
  "its words and sounds, and no word in both splits",
  (splits) => {
    const [train, test] = [splits.train!, splits.test!];
    const [trainWords, testWords] = [textOf(train, "word"), textOf(test, "word")];
    assertDisjoint(trainWords, testWords);
    assertDisjoint(
      trainWords.map((word) => word.replace(/'S$/, "")),
      testWords.map((word) => word.replace(/'S$/, "")),
    );
    // Counted by Python from the package's file.
    assertEquals([trainWords.length + testWords.length, new Set([...trainWords, ...testWords]).size], [
      133_783,
      125_004,
    ]);
    const sounds = [train, test].map((rows) => numberListsOf(rows, "phonemes"));
    assertEquals(sounds.reduce((sum, { values }) => sum + values.length, 0), 853_621);
    const used = new Set(sounds.flatMap(({ values }) => [...values]));
    assertEquals(used.size, 69); // 15 vowels with 3 stresses, 24 consonants: the 39 phonemes of its documentation
    const column = cmudict.splits.train!.columns.phonemes!;
    const classes = column.dtype === "list" ? column.classes! : [];
    const soundsOf = (word: string) => {
      const rows = trainWords.flatMap((each, row) => each === word ? [row] : []);
      const { offsets, values } = sounds[0]!;
      return rows.map((row) =>
        [...values.subarray(offsets[row], offsets[row + 1])].map((id) => classes[id]).join(" ")
      );
    };
    assertEquals(soundsOf("HELLO"), ["HH AH0 L OW1", "HH EH0 L OW1"]);
    assertEquals(soundsOf("TOMATO"), ["T AH0 M EY1 T OW2", "T AH0 M AA1 T OW2"]);
    assertEquals(columnOf(train, "variant")[trainWords.lastIndexOf("HELLO")], 1);
  },
);
