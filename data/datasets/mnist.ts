import type { Dataset, NumberColumn, SourceFile } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readGzip } from "../readers/gzip.ts";
import { readIdx } from "../readers/idx.ts";
import { contentOf } from "./_content.ts";

/** The archives are kept as they are, because it is their hashes that are published. */
function file(name: string, sha256: string, bytes: number): SourceFile {
  const bases = [
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
  ];
  const sources = bases.map((base) => ({ kind: "url", url: base + name } as const));
  return { name, encoding: "plain", sha256, bytes, sources };
}

const columns: Readonly<Record<"image" | "label", NumberColumn>> = {
  image: { dtype: "u8", shape: [28, 28, 1], description: "grey value, 0 (background) to 255 (ink)" },
  label: {
    dtype: "u8",
    shape: [],
    description: "digit that was written",
    classes: Array.from({ length: 10 }, (_, digit) => `${digit}`),
  },
};

/** MNIST: 60,000 + 10,000 handwritten digits of 28 x 28 pixels. */
export const mnist: Dataset = defineDataset({
  name: "mnist",
  title: "MNIST",
  description: "Handwritten digits as grey 28 x 28 images, centred by mass: the first benchmark of everyone.",
  licence: "LicenseRef-not-stated",
  citation: "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-Based Learning Applied to Document " +
    "Recognition. Proceedings of the IEEE 86 (11), 1998.",
  origin: "http://yann.lecun.com/exdb/mnist/",
  notes: [
    "The origin's page names no licence; Keras's documentation says CC BY-SA 3.0.",
    "The classes differ in size: 5421 fives, 6742 ones in the training set.",
    "The first 5000 test images, of employees of the Census Bureau, are easier than the last 5000, of " +
    "pupils.",
  ],
  splitRule:
    "The authors' own files: the writers of the training set and of the test set are different people.",
  files: [
    file(
      "train-images-idx3-ubyte.gz",
      "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
      9_912_422,
    ),
    file(
      "train-labels-idx1-ubyte.gz",
      "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
      28_881,
    ),
    file(
      "t10k-images-idx3-ubyte.gz",
      "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
      1_648_877,
    ),
    file(
      "t10k-labels-idx1-ubyte.gz",
      "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
      4_542,
    ),
  ],
  splits: { train: { rows: 60_000, columns }, test: { rows: 10_000, columns } },
  decode(files) {
    const values = (name: string) => readIdx(readGzip(contentOf(files, "MNIST", name))).values;
    return {
      train: { image: values("train-images-idx3-ubyte.gz"), label: values("train-labels-idx1-ubyte.gz") },
      test: { image: values("t10k-images-idx3-ubyte.gz"), label: values("t10k-labels-idx1-ubyte.gz") },
    };
  },
});
