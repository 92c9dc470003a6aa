import type { Dataset, NumberColumn, Rows } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCifar } from "../readers/cifar.ts";
import { readGzip } from "../readers/gzip.ts";
import { readTar } from "../readers/tar.ts";
import { contentOf } from "./_content.ts";

const ARCHIVE = "cifar-10-binary.tar.gz";
const FOLDER = "cifar-10-batches-bin";

const columns: Readonly<Record<"image" | "label", NumberColumn>> = {
  image: { dtype: "u8", shape: [32, 32, 3], description: "red, green and blue, 0 to 255" },
  label: {
    dtype: "u8",
    shape: [],
    description: "what is shown",
    classes: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  },
};

/** CIFAR-10: 50,000 + 10,000 colour images of 32 x 32 pixels in ten classes of equal size. */
export const cifar10: Dataset = defineDataset({
  name: "cifar-10",
  title: "CIFAR-10",
  description:
    "Small colour photographs of six kinds of animals and four of vehicles: 32 x 32 pixels, 6000 of each.",
  licence: "LicenseRef-not-stated",
  citation: "Alex Krizhevsky: Learning Multiple Layers of Features from Tiny Images. Technical report, 2009.",
  origin: "https://www.cs.toronto.edu/~kriz/cifar.html",
  notes: [
    "The photographs are from the web, by way of 80 Million Tiny Images; the page names no licence, and " +
    "asks to cite.",
    "3.3 % of the test images have a near duplicate in the training set (B. Barz, J. Denzler: Do We " +
    "Train on Test Data? 2020).",
    "Converting it takes some 400 MB of memory.",
  ],
  splitRule: "The authors' own files: five training batches and one for testing, with 1000 of each class.",
  files: [{
    name: ARCHIVE,
    encoding: "plain",
    sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    bytes: 170_052_171,
    sources: [{ kind: "url", url: `https://www.cs.toronto.edu/~kriz/${ARCHIVE}` }],
  }],
  splits: { train: { rows: 50_000, columns }, test: { rows: 10_000, columns } },
  decode(files) {
    const members = readTar(readGzip(contentOf(files, "CIFAR-10", ARCHIVE)));
    function* batches(...names: readonly string[]): Iterable<Rows> {
      for (const name of names) {
        const { images, labels } = readCifar(contentOf(members, "CIFAR-10", `${FOLDER}/${name}.bin`), 10);
        yield { image: images, label: labels };
      }
    }
    return {
      train: batches("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"),
      test: batches("test_batch"),
    };
  },
});
