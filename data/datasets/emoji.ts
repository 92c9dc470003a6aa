import type { Column, Dataset, SourceFile } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readJsonTable } from "../readers/json_table.ts";
import { readPng } from "../readers/png.ts";
import { contentOf } from "./_content.ts";
import { keepTogether, rowKeys, splitRows, thirdOfFive } from "./_split_rows.ts";
import { cutTiles } from "./_tiles.ts";

const SIDE = 32;
/** On a sheet, a picture has one transparent pixel on each side. */
const PITCH = SIDE + 2;
const PIXEL_VALUES = SIDE * SIDE * 4;
const VENDORS = ["Google", "Twitter"];
const CATEGORIES = [
  "Activities",
  "Animals & Nature",
  "Flags",
  "Food & Drink",
  "Objects",
  "People & Body",
  "Smileys & Emotion",
  "Symbols",
  "Travel & Places",
];

const columns: Readonly<Record<"image" | "category" | "vendor" | "name" | "id", Column>> = {
  image: {
    dtype: "u8",
    shape: [SIDE, SIDE, 4],
    description: "red, green, blue, and alpha from 0 (transparent) to 255, not multiplied with it",
  },
  category: { dtype: "u8", shape: [], description: "Unicode's group of the emoji", classes: CATEGORIES },
  vendor: { dtype: "u8", shape: [], description: "whose picture it is", classes: VENDORS },
  name: { dtype: "utf8", description: "name of the emoji" },
  id: { dtype: "utf8", description: "its code points in hexadecimal, joined by dashes" },
};

function file(name: string, sha256: string, bytes: number, path = name): SourceFile {
  return {
    name,
    encoding: "plain",
    sha256,
    bytes,
    sources: [{
      kind: "npm",
      package: "emoji-datasource",
      version: "16.0.0",
      integrity:
        "sha512-/qHKqK5Nr3+8zhgO6kHmF43Fm5C8HNn0AaFRIpgw8HF3+uF0Vfc8jgLI1ZQS5ba1vBzksS8NBCjHejwLb2D/Sg==",
      path,
    }],
  };
}

/** Emoji: the pictures that Google and Twitter drew of 1906 emoji, 32 x 32 pixels, in nine categories. */
export const emoji: Dataset = defineDataset({
  name: "emoji",
  title: "Emoji",
  description:
    "1906 emoji of Unicode 16 as Google and as Twitter drew them: 32 x 32 pixels with exact alpha masks.",
  licence: "MIT AND Apache-2.0 AND CC-BY-4.0",
  citation:
    "Cal Henderson: emoji-data, version 16.0.0, 2024; pictures by Google (Noto Emoji) and Twitter (Twemoji).",
  origin: "https://github.com/iamcal/emoji-data",
  notes: [
    "Licences: the table MIT, Google's pictures Apache 2.0, Twitter's CC BY 4.0. The package's pictures " +
    "by others are not used.",
    "The five patches of skin colour (category Component) are left out, and so are variants in skin colours.",
    "Where alpha is 0 the colours have no meaning but are not all 0: set the pictures upon a colour first.",
    "Twitter draws 30 families in 4 ways, so that 26 rows repeat others. Persons, men and women that do " +
    "the same look alike and may stand in different splits.",
  ],
  splitRule:
    "The third of every five emoji of each category, in the file's order, is in test, with both its " +
    "pictures; emoji with the same picture stay together.",
  files: [
    file("emoji.json", "1d602e65be88772bf8cc368ce16b855d719eeddbafe128d471b80203f494d29f", 1_313_457),
    file(
      "google.png",
      "b417e9f6cd4bbc10656bbfd5e13b6e9a2545b55e6a4cf7312d75be1faaa34952",
      5_806_664,
      "img/google/sheets/32.png",
    ),
    file(
      "twitter.png",
      "2767ef2e87cbfb6cc12ac46596c339549afaf0ae8771cf51100c8853f6bde632",
      4_901_480,
      "img/twitter/sheets/32.png",
    ),
  ],
  splits: { train: { rows: 3030, columns }, test: { rows: 782, columns } },
  decode(files) {
    const table = readJsonTable(contentOf(files, "emoji", "emoji.json"))
      .filter(({ category }) => category !== "Component");
    const [xs, ys] = [table.numbers("sheet_x", "u8"), table.numbers("sheet_y", "u8")];
    const places = Array.from(xs, (x, i) => [x * PITCH + 1, ys[i]! * PITCH + 1] as const);
    const [google, twitter] = ["google.png", "twitter.png"].map((name) =>
      cutTiles(readPng(contentOf(files, "emoji", name)), SIDE, places)
    ) as [Uint8Array, Uint8Array];
    const category = table.classes("category", CATEGORIES);
    // None of Google's pictures is the same as another.
    const heldOut = keepTogether(thirdOfFive(places.length, category), rowKeys(twitter, PIXEL_VALUES));

    const image = new Uint8Array(2 * google.length);
    for (let i = 0; i < places.length; i++) {
      const [start, end] = [i * PIXEL_VALUES, (i + 1) * PIXEL_VALUES];
      image.set(google.subarray(start, end), 2 * start);
      image.set(twitter.subarray(start, end), start + end);
    }
    const twice = <T>(values: Iterable<T>) => Array.from(values, (value) => [value, value]).flat();
    const rows = {
      image,
      category: Uint8Array.from(twice(category)),
      vendor: Uint8Array.from({ length: 2 * places.length }, (_, row) => row % 2),
      name: twice(table.text("name")),
      id: twice(table.text("unified")),
    };
    return splitRows(columns, rows, twice(heldOut));
  },
});
