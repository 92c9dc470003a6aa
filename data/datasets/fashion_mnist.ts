import type { Dataset, NumberColumn, SourceFile } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readIdx } from "../readers/idx.ts";

function file(name: string, sha256: string, bytes: number): SourceFile {
  return {
    name,
    encoding: "gzip",
    sha256,
    bytes,
    sources: [
      { kind: "url", url: `http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/${name}` },
      { kind: "debian", package: "dataset-fashion-mnist", path: `/usr/share/datasets/fashion-mnist/${name}` },
    ],
  };
}

const columns: Readonly<Record<"image" | "label", NumberColumn>> = {
  image: { dtype: "u8", shape: [28, 28, 1], description: "grey value, 0 (background) to 255" },
  label: {
    dtype: "u8",
    shape: [],
    description: "kind of garment",
    classes: [
      "T-shirt/top",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot",
    ],
  },
};

/** Fashion-MNIST: 60,000 + 10,000 grey images of 28 x 28 pixels in ten classes of equal size. */
export const fashionMnist: Dataset = defineDataset({
  name: "fashion-mnist",
  title: "Fashion-MNIST",
  description:
    "Grey 28 x 28 images of garments in ten classes of equal size; a drop-in replacement for MNIST.",
  licence: "MIT",
  citation:
    "Han Xiao, Kashif Rasul, Roland Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine " +
    "Learning Algorithms. arXiv:1708.07747, 2017.",
  origin: "https://github.com/zalandoresearch/fashion-mnist",
  notes: [
    "Made from the shop Zalando's product photographs: shrunk to 28 x 28 pixels, turned grey and inverted.",
    "The labels are the shop's own categories; shirt, T-shirt, pullover and coat overlap, to people too.",
  ],
  splitRule:
    "The authors' own files: 60,000 and 10,000 rows, with the same number of each class; each row is another product.",
  files: [
    file(
      "train-images-idx3-ubyte.gz",
      "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
      47_040_016,
    ),
    file(
      "train-labels-idx1-ubyte.gz",
      "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
      60_008,
    ),
    file(
      "t10k-images-idx3-ubyte.gz",
      "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
      7_840_016,
    ),
    file(
      "t10k-labels-idx1-ubyte.gz",
      "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
      10_008,
    ),
  ],
  splits: { train: { rows: 60_000, columns }, test: { rows: 10_000, columns } },
  decode(files) {
    const values = (name: string) => {
      const bytes = files.get(name);
      if (bytes === undefined) {
        throw new RangeError(`Cannot decode Fashion-MNIST: expected file "${name}", got none`);
      }
      return readIdx(bytes).values;
    };
    return {
      train: {
        image: values("train-images-idx3-ubyte.gz"),
        label: values("train-labels-idx1-ubyte.gz"),
      },
      test: {
        image: values("t10k-images-idx3-ubyte.gz"),
        label: values("t10k-labels-idx1-ubyte.gz"),
      },
    };
  },
});
