import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCsv } from "../readers/csv.ts";
import { contentOf } from "./_content.ts";
import { sideBySide } from "./_side_by_side.ts";
import { lastRows, splitRows } from "./_split_rows.ts";

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const NAMES = Array.from({ length: 16 }, (_, i) => `x${i + 1}`);

const columns: Readonly<Record<"features" | "label", Column>> = {
  features: {
    dtype: "u8",
    shape: [16],
    description:
      "place and size of the box, pixels that are on, their moments and edges; each scaled to 0 to 15",
  },
  label: { dtype: "u8", shape: [], description: "letter", classes: LETTERS },
};

/** Letter recognition: 20,000 distorted printed capitals as sixteen numbers. */
export const letterRecognition: Dataset = defineDataset({
  name: "letter-recognition",
  title: "Letter recognition",
  description:
    "20,000 printed capitals of 20 fonts, each distorted at random, as sixteen whole numbers from 0 to 15.",
  licence: "CC-BY-4.0",
  citation: "P. W. Frey, D. J. Slate: Letter Recognition Using Holland-Style Adaptive Classifiers. Machine " +
    "Learning 6, 1991.",
  origin: "https://archive.ics.uci.edu/dataset/59/letter+recognition",
  notes: [
    "1,332 rows are copies of others, so 380 of the 4,000 test rows are in the training set too: the " +
    "authors' split, which all published results use, is kept nevertheless.",
    "The licence is UCI's; Debian's copy comes with OpenCV's examples.",
  ],
  splitRule: "The authors' own: the first 16,000 rows are the training set, the last 4,000 the test set.",
  files: [{
    name: "letter-recognition.data",
    encoding: "plain",
    sha256: "2b89f3602cf768d3c8355267d2f13f2417809e101fc2b5ceee10db19a60de6e2",
    bytes: 712_565,
    sources: [
      {
        kind: "url",
        url:
          "https://archive.ics.uci.edu/ml/machine-learning-databases/letter-recognition/letter-recognition.data",
      },
      {
        kind: "url",
        url: "https://raw.githubusercontent.com/opencv/opencv/4.6.0/samples/data/letter-recognition.data",
      },
      {
        kind: "debian",
        package: "opencv-doc",
        path: "/usr/share/doc/opencv-doc/examples/data/letter-recognition.data",
      },
    ],
  }],
  splits: { train: { rows: 16_000, columns }, test: { rows: 4000, columns } },
  decode(files) {
    const content = contentOf(files, "Letter recognition", "letter-recognition.data");
    const table = readCsv(content, { header: ["letter", ...NAMES] });
    const features = Uint8Array.from(sideBySide(NAMES.map((name) => table.numbers(name, "u8"))));
    const label = table.classes("letter", LETTERS);
    return splitRows(columns, { features, label }, lastRows(label.length, 4000));
  },
});
