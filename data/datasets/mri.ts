import type { HostArray } from "@verbatim/core";
import type { Dataset, NumberColumn, SourceFile } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { failAs } from "../readers/malformed.ts";
import { readNifti } from "../readers/nifti.ts";
import { AAL_REGIONS } from "./_aal_regions.ts";
import { contentOf } from "./_content.ts";

/** Voxels of a volume: upwards, to the front, to the right. */
const DEPTH = 181, HEIGHT = 217, WIDTH = 181;
/** The slice through the anterior commissure. */
const ORIGIN = 71;
/** Slices of each split, [start, end): all that show the brain, but for ten on each side of the test set. */
const BLOCKS = { train: [[4, 55], [105, 156]], test: [[65, 95]] } as const;

const columns: Readonly<Record<"image" | "brain" | "region" | "height", NumberColumn>> = {
  image: {
    dtype: "u8",
    shape: [HEIGHT, WIDTH, 1],
    description:
      "T1-weighted signal of 1 mm voxels, 0 to 254; the forehead is above, the left side on the left",
  },
  brain: {
    dtype: "u8",
    shape: [HEIGHT, WIDTH],
    description: "what each pixel shows",
    classes: ["other", "brain"],
  },
  region: {
    dtype: "u8",
    shape: [HEIGHT, WIDTH],
    description: "region of the atlas AAL, of grey matter mostly",
    classes: ["none", ...AAL_REGIONS],
  },
  height: { dtype: "i32", shape: [], description: "height of the slice above the anterior commissure, mm" },
};

function file(name: string, sha256: string): SourceFile {
  const path = `/usr/share/mricron/templates/${name}`;
  const bytes = 352 + DEPTH * HEIGHT * WIDTH;
  return {
    name,
    encoding: "gzip",
    sha256,
    bytes,
    sources: [{ kind: "debian", package: "mricron-data", path }],
  };
}

/** MRI: 132 slices through one head, with the brain's mask and 116 regions of an atlas. */
export const mri: Dataset = defineDataset({
  name: "mri",
  title: "MRI of one head (Colin 27)",
  description:
    "Horizontal slices, 1 mm apart, through a magnetic resonance image of one man's head, to segment.",
  licence: "BSD-3-Clause",
  citation:
    "C. J. Holmes et al.: Enhancement of MR Images Using Registration for Signal Averaging. Journal of " +
    "Computer Assisted Tomography 22, 1998. N. Tzourio-Mazoyer et al.: Automated Anatomical Labeling of " +
    "Activations in SPM. NeuroImage 15, 2002. C. Rorden: MRIcron, 2021.",
  origin: "https://www.nitrc.org/projects/mricron",
  notes: [
    "One subject, scanned 27 times and averaged: a score on other slices of this head says nothing about " +
    "other heads.",
    "The mask is where MRIcron's ch2bet, made by an algorithm (BET), is not 0: nobody traced it by hand, " +
    "and the lowest slices have flecks of it beside the spinal cord.",
    "140,185 of the 1,479,969 voxels in the atlas's regions are outside the mask, mostly at the brain's " +
    "surface.",
    "The slices and pixels are not shrunk: 217 x 181; resizeImages and resizeLabels make them smaller.",
    "The licence is MRIcron's as Debian states it; the atlas's authors ask to be cited.",
  ],
  splitRule:
    "By blocks of slices: the 30 from 65 to 94 are the test set, the ten on each side of it are left " +
    "out, the other 102 that show the brain are the training set.",
  files: [
    file("ch2.nii.gz", "707a360b809ba937f6c007231bcf7dc6e2d33657497b254414c9894b6efa5f8c"),
    file("ch2bet.nii.gz", "521204362226d485c92ef5383327765b0344c99ff9ac60000a1f591ff0c3fb34"),
    file("aal.nii.gz", "2926fcc98efc709f77c8cca2f9c1d797eba3e9a1b222a8e0cfa70ab131394c80"),
  ],
  splits: { train: { rows: 102, columns }, test: { rows: 30, columns } },
  decode(files) {
    const [image, stripped, region] = ["ch2", "ch2bet", "aal"].map((name) => {
      const { shape, values } = readNifti(contentOf(files, "MRI", `${name}.nii.gz`));
      const expected = [DEPTH, HEIGHT, WIDTH].join(", ");
      if (shape.join(", ") !== expected) {
        failAs("the head")(`a volume of shape [${expected}]`, `[${shape.join(", ")}]`);
      }
      return values;
    }) as [HostArray, HostArray, HostArray];
    const brain = Uint8Array.from(stripped, (value) => value > 0 ? 1 : 0);
    const rowsOf = (blocks: readonly (readonly [number, number])[]) => {
      const slices = blocks.flatMap(([start, end]) =>
        Array.from({ length: end - start }, (_, i) => start + i)
      );
      return {
        image: slicesOf(image, slices),
        brain: slicesOf(brain, slices),
        region: slicesOf(region, slices),
        height: Int32Array.from(slices, (slice) => slice - ORIGIN),
      };
    };
    return { train: rowsOf(BLOCKS.train), test: rowsOf(BLOCKS.test) };
  },
});

/** Horizontal slices of a volume; lines that go to the front of the head go up, so the last is the first. */
function slicesOf(volume: HostArray, slices: readonly number[]): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(slices.length * HEIGHT * WIDTH);
  slices.forEach((slice, i) => {
    for (let y = 0; y < HEIGHT; y++) {
      const start = (slice * HEIGHT + (HEIGHT - 1 - y)) * WIDTH;
      pixels.set(volume.subarray(start, start + WIDTH), (i * HEIGHT + y) * WIDTH);
    }
  });
  return pixels;
}
