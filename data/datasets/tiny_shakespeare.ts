import type { Dataset, TextColumn } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readText } from "../readers/text.ts";
import { contentOf } from "./_content.ts";

const text: TextColumn = {
  dtype: "utf8",
  description:
    "a speech: its speaker's line, its lines, the empty line after it; joined, the rows are the text",
};

/** The first character of the test split: nine tenths, rounded down. */
const CUT = 1_003_854;

/** Tiny Shakespeare: 1,115,394 characters of plays in one text, for models of characters. */
export const tinyShakespeare: Dataset = defineDataset({
  name: "tiny-shakespeare",
  title: "Tiny Shakespeare",
  description:
    "40,000 lines of Shakespeare's plays as one text of 1,115,394 characters, 65 of them distinct.",
  licence: "LicenseRef-public-domain",
  citation:
    "Andrej Karpathy: char-rnn, 2015; the plays by William Shakespeare, published 1623. The split as in nanoGPT, 2022.",
  origin: "https://github.com/karpathy/char-rnn",
  notes: [
    "Nothing says where one play ends and the next begins; the text starts with Coriolanus.",
    "The plays are in the public domain; the repository that the file comes from names no licence of its own.",
  ],
  splitRule:
    "The first 1,003,854 characters and the last 111,540, as in nanoGPT; the cut divides one speech, so that the last " +
    "row of train and the first of test are its parts.",
  files: [{
    name: "input.txt",
    encoding: "plain",
    sha256: "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    bytes: 1_115_394,
    sources: [{
      kind: "url",
      url:
        "https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt",
    }],
  }],
  splits: { train: { rows: 6283, columns: { text } }, test: { rows: 940, columns: { text } } },
  decode(files) {
    const all = readText(contentOf(files, "Tiny Shakespeare", "input.txt"));
    const speeches = (part: string) => part.match(/.+?(?:\n\n+|$)/gs) ?? [];
    return { train: { text: speeches(all.slice(0, CUT)) }, test: { text: speeches(all.slice(CUT)) } };
  },
});
