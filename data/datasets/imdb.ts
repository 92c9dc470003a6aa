import type { Column, Dataset, Rows } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readGzip } from "../readers/gzip.ts";
import { failAs } from "../readers/malformed.ts";
import { readTar } from "../readers/tar.ts";
import { readText } from "../readers/text.ts";
import { contentOf } from "./_content.ts";

const text: Column = { dtype: "utf8", description: "the review, with some HTML: <br />" };
const id: Column = { dtype: "u32", shape: [], description: "number of the review within its folder" };
const columns: Readonly<Record<"text" | "label" | "rating" | "id", Column>> = {
  text,
  label: {
    dtype: "u8",
    shape: [],
    description: "what the reviewer thinks",
    classes: ["negative", "positive"],
  },
  rating: { dtype: "u8", shape: [], description: "stars: 1 to 4 negative, 7 to 10 positive" },
  id,
};
const fail = failAs("IMDB reviews");

/** IMDB: 50,000 reviews of films, positive and negative, and 50,000 without a label. */
export const imdb: Dataset = defineDataset({
  name: "imdb",
  title: "IMDB reviews",
  description: "25,000 + 25,000 reviews of films, half of them positive, and 50,000 more without a label.",
  licence: "LicenseRef-not-stated",
  citation:
    "Andrew L. Maas, Raymond E. Daly, Peter T. Pham, Dan Huang, Andrew Y. Ng, Christopher Potts: Learning Word Vectors for " +
    "Sentiment Analysis. ACL 2011.",
  origin: "https://ai.stanford.edu/~amaas/data/sentiment/",
  notes: [
    "The authors ask to cite their paper and state no licence; the reviews were written for a web site.",
    "No film has more than 30 reviews; reviews of 5 and 6 stars are left out of what has labels. Some texts repeat.",
    "Positive and negative reviews follow each other in turn, by their numbers.",
  ],
  splitRule:
    "The authors' own folders: no film has reviews in both train and test. Those without a label are a third split.",
  files: [{
    name: "aclImdb_v1.tar.gz",
    encoding: "plain",
    sha256: "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    bytes: 84_125_825,
    sources: [{ kind: "url", url: "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz" }],
  }],
  splits: {
    train: { rows: 25_000, columns },
    test: { rows: 25_000, columns },
    unlabelled: { rows: 50_000, columns: { text, id } },
  },
  decode(files) {
    const members = [...readTar(readGzip(contentOf(files, "IMDB reviews", "aclImdb_v1.tar.gz")))]
      .flatMap(([name, bytes]) => {
        const [, split, folder, number, stars] =
          /^aclImdb\/(train|test)\/(neg|pos|unsup)\/(\d+)_(\d+)\.txt$/.exec(name) ??
            [];
        return split === undefined
          ? []
          : [{ split, folder, id: Number(number), rating: Number(stars), bytes }];
      });
    if (members.length === 0) fail("members like aclImdb/train/pos/0_9.txt", "none");
    const rowsOf = (split: string, folders: readonly string[]): Rows => {
      const rows = members.filter((member) => member.split === split && folders.includes(member.folder!))
        .sort((a, b) => a.id - b.id || folders.indexOf(a.folder!) - folders.indexOf(b.folder!));
      const shared = {
        text: rows.map(({ bytes }) => readText(bytes)),
        id: Uint32Array.from(rows, ({ id }) => id),
      };
      return folders.length === 1 ? shared : {
        ...shared,
        label: Uint8Array.from(rows, ({ folder }) => folders.indexOf(folder!)),
        rating: Uint8Array.from(rows, ({ rating }) => rating),
      };
    };
    return {
      train: rowsOf("train", ["neg", "pos"]),
      test: rowsOf("test", ["neg", "pos"]),
      unlabelled: rowsOf("train", ["unsup"]),
    };
  },
});
