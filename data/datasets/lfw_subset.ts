import type { Dataset, NumberColumn } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { failAs } from "../readers/malformed.ts";
import { readNpy } from "../readers/npy.ts";
import { contentOf } from "./_content.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

const ROWS = 200, SIDE = 25;

const columns: Readonly<Record<"image" | "label", NumberColumn>> = {
  image: { dtype: "f32", shape: [SIDE, SIDE, 1], description: "grey value, 0 (black) to 1 (white)" },
  label: { dtype: "u8", shape: [], description: "what is shown", classes: ["other", "face"] },
};

/** LFW subset: 100 faces and 100 pictures without one, 25 x 25 pixels. */
export const lfwSubset: Dataset = defineDataset({
  name: "lfw-subset",
  title: "LFW subset",
  description:
    "100 grey pictures of faces and 100 pieces of backgrounds, 25 x 25 pixels, to tell one from the other.",
  licence: "BSD-3-Clause",
  citation:
    "G. B. Huang, M. Mattar, H. Lee, E. Learned-Miller: Learning to Align from Scratch. Advances in " +
    "Neural Information Processing Systems, 2012. Subset by the scikit-image team.",
  origin: "https://vis-www.cs.umass.edu/lfw/",
  notes: [
    "200 rows: a toy, on which scores move by 2.5 % with one test row.",
    "Who is shown is not told, so that a person might stand in both splits.",
    "The others are cut from LFW's photographs beside the faces: a few show a part of a face, many have " +
    "a black corner where a photograph was turned.",
    "The licence is scikit-image's; the photographs are of news agencies, and LFW names no terms for them.",
  ],
  splitRule: "The third of every five rows of each class, in the file's order, is in the test set.",
  files: [{
    name: "lfw_subset.npy",
    encoding: "plain",
    sha256: "9560ec2f5edfac01973f63a8a99d00053fecd11e21877e18038fbe500f8e872c",
    bytes: 1_000_080,
    sources: [
      {
        kind: "url",
        url:
          "https://raw.githubusercontent.com/scikit-image/scikit-image/v0.19.3/skimage/data/lfw_subset.npy",
      },
      {
        kind: "debian",
        package: "python3-skimage",
        path: "/usr/lib/python3/dist-packages/skimage/data/lfw_subset.npy",
      },
    ],
  }],
  splits: { train: { rows: 160, columns }, test: { rows: 40, columns } },
  decode(files) {
    const { shape, values } = readNpy(contentOf(files, "LFW subset", "lfw_subset.npy"));
    if (`${shape}` !== `${[ROWS, SIDE, SIDE]}`) {
      failAs("the faces")(`pictures of shape [${ROWS}, ${SIDE}, ${SIDE}]`, `[${shape}]`);
    }
    const label = Uint8Array.from({ length: ROWS }, (_, row) => row < ROWS / 2 ? 1 : 0);
    return splitRows(columns, { image: values, label }, thirdOfFive(ROWS, label));
  },
});
