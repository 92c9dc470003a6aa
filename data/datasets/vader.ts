import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCsv } from "../readers/csv.ts";
import { failAs } from "../readers/malformed.ts";
import { contentOf } from "./_content.ts";

const columns: Readonly<Record<"token" | "valence" | "deviation" | "ratings", Column>> = {
  token: { dtype: "utf8", description: "word, emoticon or abbreviation, in small letters" },
  valence: { dtype: "f32", shape: [], description: "mean of the ratings: -4, very bad, to 4, very good" },
  deviation: { dtype: "f32", shape: [], description: "standard deviation of the ratings" },
  ratings: { dtype: "i32", shape: [10], description: "ten people's ratings, -4 to 4" },
};
const fail = failAs("VADER's lexicon");

/** VADER's lexicon: 7517 words, emoticons and abbreviations, rated by ten people each. */
export const vader: Dataset = defineDataset({
  name: "vader",
  title: "VADER lexicon",
  description:
    "7517 English words, emoticons and abbreviations with ten people's ratings of how good or bad they are.",
  licence: "Apache-2.0",
  citation:
    "C. J. Hutto, Eric Gilbert: VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text. ICWSM 2014.",
  origin: "https://github.com/cjhutto/vaderSentiment",
  notes: [
    "From the package vader-sentiment, whose licence is given; the original is under the MIT licence.",
    '14 tokens stand twice, with other ratings: their capitals were different once ("LOL", "lol").',
    "The mean of lmfao and the deviation of repetitive are the file's, and do not follow from the ratings.",
  ],
  splitRule: "There is one split, a lexicon.",
  files: [{
    name: "vader_lexicon.txt",
    encoding: "plain",
    sha256: "ffb6117bfccf798a34e91d72f50604329946e6fd763668092618d5c5b340a298",
    bytes: 426_632,
    sources: [{
      kind: "npm",
      package: "vader-sentiment",
      version: "1.1.3",
      integrity:
        "sha512-z9ys48I7pd3ngy/YzYDCTcOp6//z96wiXaJnQnuyxiPT3PTU0mWLWVCKvips11S5euvHfXsr0ahsmWT2oeXcUw==",
      path: "vader_lexicon.txt",
    }],
  }],
  splits: { all: { rows: 7517, columns } },
  decode(files) {
    const table = readCsv(contentOf(files, "VADER's lexicon", "vader_lexicon.txt"), {
      delimiter: "\t",
      quotes: false,
      header: ["token", "valence", "deviation", "ratings"],
    });
    const ratings = table.text("ratings").flatMap((list) => {
      const numbers = list.match(/-?\d+/g) ?? [];
      return numbers.length === 10 && /^\[[-\d, ]+\]$/.test(list)
        ? numbers.map(Number)
        : fail("ten ratings", list);
    });
    return {
      all: {
        token: table.text("token"),
        valence: table.numbers("valence", "f32"),
        deviation: table.numbers("deviation", "f32"),
        ratings: Int32Array.from(ratings),
      },
    };
  },
});
