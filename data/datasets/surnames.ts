import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readFakerNames } from "../readers/faker.ts";
import { failAs } from "../readers/malformed.ts";
import { readTar } from "../readers/tar.ts";
import { contentOf } from "./_content.ts";
import { splitNames } from "./_split_names.ts";
import { splitRows } from "./_split_rows.ts";

/** The languages by their locales in the package. */
const LANGUAGES = [
  ["cs_CZ", "Czech"],
  ["de", "German"],
  ["en", "English"],
  ["es", "Spanish"],
  ["hr", "Croatian"],
  ["it", "Italian"],
  ["pl", "Polish"],
  ["ro", "Romanian"],
  ["tr", "Turkish"],
] as const;

const columns: Readonly<Record<"name" | "language", Column>> = {
  name: { dtype: "utf8", description: "surname as it is written in the language" },
  language: {
    dtype: "u8",
    shape: [],
    description: "language that has the name",
    classes: LANGUAGES.map(([, language]) => language),
  },
};
const fail = failAs("surnames");

/** Surnames of nine languages, each of one language alone. */
export const surnames: Dataset = defineDataset({
  name: "surnames",
  title: "Surnames of nine languages",
  description:
    "7996 surnames of Europe with the one of nine languages that has them, for many-to-one models.",
  licence: "MIT",
  citation: "The Faker contributors: @faker-js/faker 10.6.0, definitions of last names. 2022 to 2026.",
  origin: "https://github.com/faker-js/faker",
  notes: [
    "The lists were made to fill examples, not as a sample of people: how frequent a name is, they do not tell.",
    "Names that two of the nine languages have are left out, and so are the feminine forms of Czech names.",
    'Letters of one language ("ř", "ğ", "ł") give many names away.',
  ],
  splitRule:
    "Each language's every fifth name is in test; no name, whatever its capitals, has two languages.",
  files: [{
    name: "locales.tar",
    encoding: "plain",
    sha256: "462b0b77245d1a6b52ec88c04913de35ad466940d2ef8d5504e143bff8bf554d",
    bytes: 707_072,
    members: /^(cs_CZ|de|en|es|hr|it|pl|ro|tr)-[\w-]{8}\.js$/,
    sources: [{
      kind: "npm",
      package: "@faker-js/faker",
      version: "10.6.0",
      integrity:
        "sha512-3RQHgEtvL1Frl/d1cSreo7qhJ3Gk1OdNUai/CtZ8G+wYeRQnJih3s9xJ9/kgYekPQRdwgh0HXRPqMlzWGwivIQ==",
      path: "dist",
    }],
  }],
  splits: { train: { rows: 6400, columns }, test: { rows: 1596, columns } },
  decode(files) {
    const members = [...readTar(contentOf(files, "surnames", "locales.tar"))];
    const names = LANGUAGES.map(([locale]) => {
      const [, module] = members.find(([name]) => name.startsWith(`${locale}-`)) ??
        fail(`a module of locale ${locale}`, "none");
      const lists = readFakerNames(module, "last_name");
      return [...new Set([...lists.get("generic") ?? [], ...lists.get("male") ?? []])];
    });
    const splits = splitNames(names);
    const rows = names.flatMap((list, language) =>
      list.map((name, i) => ({ name, language, split: splits[language]![i] }))
    ).filter(({ split }) => split !== "shared");
    const values = {
      name: rows.map(({ name }) => name),
      language: Uint8Array.from(rows, ({ language }) => language),
    };
    return splitRows(columns, values, rows.map(({ split }) => split === "test"));
  },
});
