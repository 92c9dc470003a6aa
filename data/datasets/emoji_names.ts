import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCldrAnnotations } from "../readers/cldr.ts";
import { readJsonTable } from "../readers/json_table.ts";
import { failAs } from "../readers/malformed.ts";
import { cldrPackage } from "./_cldr_packages.ts";
import { contentOf } from "./_content.ts";
import { textLists } from "./_lists.ts";

const columns: Readonly<Record<"id" | "character" | "name" | "unicodeName" | "keywords", Column>> = {
  id: { dtype: "utf8", description: "its code points in hexadecimal, joined by dashes: 1F600" },
  character: { dtype: "utf8", description: "the emoji itself" },
  name: { dtype: "utf8", description: "its short name in CLDR, no two the same: grinning face" },
  unicodeName: { dtype: "utf8", description: "its name in emoji-data, mostly Unicode's: GRINNING FACE" },
  keywords: { dtype: "list", of: "utf8", description: "words to find it by, from CLDR" },
};
const fail = failAs("names of emoji");

/** What 1906 emoji are called, for captions of the pictures of the set `emoji`. */
export const emojiNames: Dataset = defineDataset({
  name: "emoji-names",
  title: "Names of emoji",
  description: "Short English names and keywords of the 1906 emoji of the set emoji, of one to eight words.",
  licence: "Unicode-3.0 AND MIT",
  citation:
    "The Unicode Consortium: Common Locale Data Repository, version 48.2, 2025. Cal Henderson: emoji-data, version 16.0.0, " +
    "2024.",
  origin: "https://cldr.unicode.org",
  notes: [
    "The rows are those of the set emoji, in its order, each once; join them by id.",
    "Variants in skin colours are left out, and so are the five patches of skin colour.",
  ],
  splitRule:
    "There is one split: the pictures of the set emoji are split, by id, and a caption goes where its picture goes.",
  files: [
    {
      name: "emoji.json",
      encoding: "plain",
      sha256: "1d602e65be88772bf8cc368ce16b855d719eeddbafe128d471b80203f494d29f",
      bytes: 1_313_457,
      sources: [{
        kind: "npm",
        package: "emoji-datasource",
        version: "16.0.0",
        integrity:
          "sha512-/qHKqK5Nr3+8zhgO6kHmF43Fm5C8HNn0AaFRIpgw8HF3+uF0Vfc8jgLI1ZQS5ba1vBzksS8NBCjHejwLb2D/Sg==",
        path: "emoji.json",
      }],
    },
    {
      name: "annotations.json",
      encoding: "plain",
      sha256: "f22083cb86dffb63a643d5bacb5d9899f82d2fa5d388ad4f3aed72184acef505",
      bytes: 438_314,
      sources: [cldrPackage("cldr-annotations-full", "annotations/en/annotations.json")],
    },
    {
      name: "derived.json",
      encoding: "plain",
      sha256: "15c9457afa703a32dcc78d54626418a91e820fe0ddd67b7d491c4c4d9f5846ab",
      bytes: 782_906,
      sources: [cldrPackage("cldr-annotations-derived-full", "annotationsDerived/en/annotations.json")],
    },
  ],
  splits: { all: { rows: 1906, columns } },
  decode(files) {
    const content = (name: string) => contentOf(files, "names of emoji", name);
    const table = readJsonTable(content("emoji.json")).filter(({ category }) => category !== "Component");
    const annotations = new Map([
      ...readCldrAnnotations(content("annotations.json")),
      ...readCldrAnnotations(content("derived.json")),
    ]);
    const id = table.text("unified");
    const character = id.map((codes) =>
      String.fromCodePoint(...codes.split("-").map((code) => Number.parseInt(code, 16)))
    );
    const found = character.map((each) =>
      annotations.get(each.replaceAll("\ufe0f", "")) ?? fail(`an annotation of ${each}`, "none")
    );
    return {
      all: {
        id,
        character,
        name: found.map(({ name }, row) => name ?? fail(`a name of ${character[row]}`, "none")),
        unicodeName: table.text("name"),
        keywords: textLists(found.map(({ keywords }) => keywords)),
      },
    };
  },
});
