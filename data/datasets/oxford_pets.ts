import type { Column, Dataset, Rows, SourceFile } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readGzip } from "../readers/gzip.ts";
import { readJpeg } from "../readers/jpeg.ts";
import { failAs, MalformedFileError } from "../readers/malformed.ts";
import { type Picture, readPng } from "../readers/png.ts";
import { readTar } from "../readers/tar.ts";
import { readLines } from "../readers/text.ts";
import { resizeImages, resizeLabels } from "../transforms/resize.ts";
import { contentOf } from "./_content.ts";

const SIDE = 128;
const ROWS_AT_ONCE = 64;
/** More than either archive unpacks to. */
const LIMITS = { bytes: 1.5 * 2 ** 30 };
const SPECIES = ["cat", "dog"];
/** By their numbers from 1 on. */
const BREEDS = [
  ..."Abyssinian,American Bulldog,American Pit Bull Terrier,Basset Hound,Beagle,Bengal,Birman,Bombay,Boxer"
    .split(","),
  ..."British Shorthair,Chihuahua,Egyptian Mau,English Cocker Spaniel,English Setter,German Shorthaired"
    .split(","),
  ..."Great Pyrenees,Havanese,Japanese Chin,Keeshond,Leonberger,Maine Coon,Miniature Pinscher".split(","),
  ..."Newfoundland,Persian,Pomeranian,Pug,Ragdoll,Russian Blue,Saint Bernard,Samoyed,Scottish Terrier".split(
    ",",
  ),
  ..."Shiba Inu,Siamese,Sphynx,Staffordshire Bull Terrier,Wheaten Terrier,Yorkshire Terrier".split(","),
];

const columns: Readonly<Record<"image" | "trimap" | "breed" | "species" | "readable" | "id", Column>> = {
  image: { dtype: "u8", shape: [SIDE, SIDE, 3], description: "red, green and blue, 0 to 255" },
  trimap: {
    dtype: "u8",
    shape: [SIDE, SIDE],
    description: "what each pixel shows; the border belongs to neither surely",
    classes: ["pet", "background", "border"],
  },
  breed: { dtype: "u8", shape: [], description: "breed of the pet", classes: BREEDS },
  species: { dtype: "u8", shape: [], description: "species of the pet", classes: SPECIES },
  readable: {
    dtype: "u8",
    shape: [],
    description: "1; 0 where the picture's file is broken and the image all 0",
  },
  id: { dtype: "utf8", description: "name of the picture" },
};

function file(name: string, sha256: string, bytes: number): SourceFile {
  const url = `https://www.robots.ox.ac.uk/~vgg/data/pets/data/${name}`;
  return { name, encoding: "plain", sha256, bytes, sources: [{ kind: "url", url }] };
}
const fail = failAs("the pets");

/** Oxford-IIIT Pet: 7349 photographs of cats and dogs of 37 breeds, with outlines, as 128 x 128 pixels. */
export const oxfordPets: Dataset = defineDataset({
  name: "oxford-pets",
  title: "Oxford-IIIT Pet",
  description:
    "Photographs of 12 breeds of cats and 25 of dogs, some 200 of each, with a map of pet, background " +
    "and border.",
  licence: "CC-BY-SA-4.0",
  citation: "O. M. Parkhi, A. Vedaldi, A. Zisserman, C. V. Jawahar: Cats and Dogs. CVPR, 2012.",
  origin: "https://www.robots.ox.ac.uk/~vgg/data/pets/",
  notes: [
    "The photographs have many sizes. Here each is 128 x 128 pixels, without regard to its proportions: " +
    "a pixel is the mean of the area that it covers (resizeImages), and the map's is the one under its " +
    "centre (resizeLabels).",
    "A few of the listed pictures are PNG files with alpha, which is dropped, and a few are grey. Two " +
    "JPEG files are damaged (beagle_116, chihuahua_121); where one cannot be read, `readable` is 0.",
    "The photographs' own rights stay with those who took them.",
    "Converting it takes some 1.7 GB of memory, for the archive of the photographs and what it holds.",
  ],
  splitRule: "The authors' own lists, trainval.txt and test.txt, in their order; no picture is in both.",
  files: [
    file("images.tar.gz", "67195c5e1c01f1ab5f9b6a5d22b8c27a580d896ece458917e61d459337fa318d", 791_918_971),
    file(
      "annotations.tar.gz",
      "52425fb6de5c424942b7626b428656fcbd798db970a937df61750c0f1d358e91",
      19_173_078,
    ),
  ],
  splits: { train: { rows: 3680, columns }, test: { rows: 3669, columns } },
  decode(files) {
    const [images, annotations] = ["images", "annotations"].map((name) =>
      readTar(readGzip(contentOf(files, "the pets", `${name}.tar.gz`), LIMITS), LIMITS)
    ) as [Map<string, Uint8Array>, Map<string, Uint8Array>];
    const entriesOf = (list: string) =>
      readLines(contentOf(annotations, "the pets", `annotations/${list}`)).map(parseEntry);
    function* chunks(entries: readonly Entry[]): Iterable<Rows> {
      for (let start = 0; start < entries.length; start += ROWS_AT_ONCE) {
        yield rowsOf(entries.slice(start, start + ROWS_AT_ONCE), images, annotations);
      }
    }
    return { train: chunks(entriesOf("trainval.txt")), test: chunks(entriesOf("test.txt")) };
  },
});

/** A line of a list: a name and the numbers of breed and species, from 0 on. */
interface Entry {
  readonly id: string;
  readonly breed: number;
  readonly species: number;
}

/** "american_bulldog_100 2 2 1": name, breed, species, and the breed's number within its species. */
function parseEntry(line: string): Entry {
  const [, id, name, breed, species] = /^((\w+)_\d+) (\d+) ([12]) \d+$/.exec(line) ??
    fail("a name, a breed, a species and a number", `"${line}"`);
  const known = BREEDS[Number(breed) - 1]?.toLowerCase().replaceAll(" ", "_");
  if (name!.toLowerCase() !== known) fail(`a picture of breed ${breed}, ${known}`, id!);
  return { id: id!, breed: Number(breed) - 1, species: Number(species) - 1 };
}

function rowsOf(
  entries: readonly Entry[],
  images: ReadonlyMap<string, Uint8Array>,
  annotations: ReadonlyMap<string, Uint8Array>,
): Rows {
  const image = new Uint8Array(entries.length * SIDE * SIDE * 3);
  const trimap = new Uint8Array(entries.length * SIDE * SIDE);
  const readable = new Uint8Array(entries.length);
  entries.forEach(({ id }, i) => {
    const picture = pictureOf(contentOf(images, "the pets", `images/${id}.jpg`));
    if (picture !== null) {
      const { height, width, channels } = picture;
      const resized = resizeImages(picture.pixels, [height, width, channels], [SIDE, SIDE]);
      image.set(inColour(resized, channels), i * SIDE * SIDE * 3);
      readable[i] = 1;
    }
    const { height, width, pixels, indices } = readPng(
      contentOf(annotations, "the pets", `annotations/trimaps/${id}.png`),
    );
    const labels = resizeLabels(indices ?? pixels, [height, width], [SIDE, SIDE]);
    labels.forEach((label, at) => {
      trimap[i * SIDE * SIDE + at] = label >= 1 && label <= 3
        ? label - 1
        : fail("a map of 1, 2 and 3", label);
    });
  });
  return {
    image,
    trimap,
    breed: Uint8Array.from(entries, ({ breed }) => breed),
    species: Uint8Array.from(entries, ({ species }) => species),
    readable,
    id: entries.map(({ id }) => id),
  };
}

/** The picture of a file, which its name calls a JPEG; null if it is broken, or of a kind that is not read. */
function pictureOf(bytes: Uint8Array): Picture | null {
  try {
    return bytes[0] === 0x89 ? readPng(bytes) : readJpeg(bytes);
  } catch (error) {
    if (error instanceof MalformedFileError) return null;
    throw error;
  }
}

/** Red, green and blue of each pixel, of grey values or colours with or without alpha. */
function inColour(pixels: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return pixels;
  const count = pixels.length / channels;
  return Uint8Array.from({ length: 3 * count }, (_, i) => {
    const [pixel, colour] = [Math.floor(i / 3), i % 3];
    return pixels[pixel * channels + (channels === 4 ? colour : 0)]!;
  });
}
