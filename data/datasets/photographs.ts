import type { Column, Dataset, SourceFile } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { failAs } from "../readers/malformed.ts";
import { readJpeg } from "../readers/jpeg.ts";
import { contentOf } from "./_content.ts";
import { scikitLearn } from "./_packages.ts";

const HEIGHT = 427, WIDTH = 640;
const NAMES = ["china", "flower"];

function file(name: string, sha256: string, bytes: number): SourceFile {
  return { name, encoding: "plain", sha256, bytes, sources: scikitLearn(name, "images") };
}

const columns: Readonly<Record<"image" | "name", Column>> = {
  image: { dtype: "u8", shape: [HEIGHT, WIDTH, 3], description: "red, green and blue, 0 to 255" },
  name: { dtype: "utf8", description: "what is shown: a temple in China, a flower" },
};

/** Photographs: two of 640 x 427 pixels, to compress, to filter, or to set other things upon. */
export const photographs: Dataset = defineDataset({
  name: "photographs",
  title: "Two photographs",
  description: "A temple and a flower in colour, 640 x 427 pixels: backgrounds, and pictures to compress.",
  licence: "CC-BY-2.0",
  citation: "Daniel Büchele (danielbuechele): china.jpg; vultilion: flower.jpg. Flickr, 2011, by way of " +
    "scikit-learn.",
  origin: "https://www.flickr.com/photos/danielbuechele/6061409035/",
  notes: [
    "The flower is at https://www.flickr.com/photos/vultilion/6056698931/.",
    "scikit-learn's README names danielbuechele for both; its links name vultilion for the flower.",
    "Decoded as libjpeg does, bit for bit: other decoders may differ by one or two grey values.",
  ],
  splitRule:
    "Two rows, not split; what is cut from them for training and testing should come from different places.",
  files: [
    file("china.jpg", "8378025ad2519d649d02e32bd98990db4ab572357d9f09841c2fbfbb4fefad29", 196_653),
    file("flower.jpg", "a77f6ec41e353afdf8bdff2ea981b2955535d8d83294f8cfa49cf4e423dd5638", 142_987),
  ],
  splits: { all: { rows: NAMES.length, columns } },
  decode(files) {
    const image = new Uint8Array(NAMES.length * HEIGHT * WIDTH * 3);
    NAMES.forEach((name, i) => {
      const { height, width, channels, pixels } = readJpeg(contentOf(files, "photographs", `${name}.jpg`));
      if (height !== HEIGHT || width !== WIDTH || channels !== 3) {
        failAs("a photograph")(`${WIDTH} x ${HEIGHT} pixels in colour`, `${width} x ${height} x ${channels}`);
      }
      image.set(pixels, i * pixels.length);
    });
    return { all: { image, name: NAMES } };
  },
});
