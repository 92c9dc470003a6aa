import { assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { cldrEnglishFrench } from "./cldr_english_french.ts";
import { cldrEnglishGerman } from "./cldr_english_german.ts";
import { cldrEnglishSpanish } from "./cldr_english_spanish.ts";
import { baseEmoji } from "./_emoji_base.ts";
import { assertDisjoint, counts, numbersIn, testDataset } from "./_testing.ts";

// Counted by Python from the same files: pairs of each kind, and those with two equal sides.
for (
  const { dataset, kinds, identical, cat, germany } of [
    {
      dataset: cldrEnglishGerman,
      kinds: [4342, 644, 295, 129],
      identical: 446,
      cat: "Katze",
      germany: "Deutschland",
    },
    {
      dataset: cldrEnglishSpanish,
      kinds: [4342, 575, 295, 94],
      identical: 152,
      cat: "gato",
      germany: "Alemania",
    },
    {
      dataset: cldrEnglishFrench,
      kinds: [4342, 653, 295, 109],
      identical: 185,
      cat: "chat",
      germany: "Allemagne",
    },
  ]
) {
  testDataset(dataset, "pairs of every kind, and no emoji's kinds in both splits", (splits) => {
    assertEquals(counts(numbersIn(splits, "kind")), kinds);
    const [train, test] = [splits.train!, splits.test!];
    const all = (name: string) => [...textOf(train, name), ...textOf(test, name)];
    const [english, translation] = [all("english"), all("translation")];
    assertEquals(english.filter((name, i) => name === translation[i]).length, identical);
    assertEquals(["cat", "Germany"].map((name) => translation[english.indexOf(name)]), [cat, germany]);
    assertEquals(translation.indexOf(""), -1);
    const emoji = [train, test].map((rows) => {
      const kind = columnOf(rows, "kind");
      return textOf(rows, "code").filter((_, row) => kind[row] === 0).map(baseEmoji);
    });
    assertDisjoint(...emoji);
    for (const side of ["english", "translation"]) assertDisjoint(textOf(train, side), textOf(test, side));
    const flag = english.indexOf("flag: Germany");
    assertEquals(
      flag < textOf(train, "code").length,
      english.indexOf("Germany") < textOf(train, "code").length,
    );
  });
}
