import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";

/** Images of a CIFAR file. */
export interface CifarImages {
  /** Number of images. */
  readonly rows: number;
  /** Values 0 to 255, [rows, 32, 32, 3]: red, green, blue of each pixel. */
  readonly images: Uint8Array<ArrayBuffer>;
  /** The class of each image. */
  readonly labels: Uint8Array<ArrayBuffer>;
  /** Of CIFAR-100, the superclass of each image. */
  readonly coarseLabels?: Uint8Array<ArrayBuffer>;
}

const fail: Fail = failAs("a CIFAR file");
const SIDE = 32;
const PLANE = SIDE * SIDE;
const CHANNELS = 3;

/**
 * Reads a binary file of CIFAR-10, or of CIFAR-100: records of a label (a coarse and a fine one), then the red, the
 * green and the blue values of a 32 x 32 image.
 *
 * *Shapes* the planes of a record become the last axis: [rows, 3, 32, 32] -> [rows, 32, 32, 3].
 * *Dtypes* u8.
 * *Source* https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
 * @throws {MalformedFileError} if the length is not that of one or more records, a label is not below the number of
 * classes, or the limits do not suffice.
 *
 * @example
 * ```ts
 * import { readCifar } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const record = new Uint8Array(1 + 3 * 1024);
 * record[0] = 7; // A horse,
 * record.fill(255, 1 + 2 * 1024); // all blue.
 * const { rows, labels, images } = readCifar(record, 10);
 * assertEquals([rows, labels[0]], [1, 7]);
 * assertEquals([...images.subarray(0, 6)], [0, 0, 255, 0, 0, 255]);
 * ```
 */
export function readCifar(bytes: Uint8Array, classes: 10 | 100, limits: Limits = {}): CifarImages {
  const labelBytes = classes === 10 ? 1 : 2;
  const recordBytes = labelBytes + CHANNELS * PLANE;
  const rows = bytes.length / recordBytes;
  if (!(Number.isInteger(rows) && rows > 0)) fail(`records of ${recordBytes} bytes`, `${bytes.length} bytes`);
  const budget = new Budget(limits, fail);
  budget.takeItems(rows);
  budget.takeBytes(bytes.length);
  const images = new Uint8Array(rows * CHANNELS * PLANE);
  const labels = new Uint8Array(rows);
  const coarseLabels = new Uint8Array(classes === 100 ? rows : 0);
  const labelAt = (at: number, count: number, row: number) =>
    bytes[at]! < count ? bytes[at]! : fail(`classes below ${count}`, `${bytes[at]} in record ${row}`);
  for (let row = 0; row < rows; row++) {
    const start = row * recordBytes;
    if (classes === 100) coarseLabels[row] = labelAt(start, 20, row);
    labels[row] = labelAt(start + labelBytes - 1, classes, row);
    const planes = bytes.subarray(start + labelBytes, start + recordBytes);
    const image = images.subarray(row * CHANNELS * PLANE, (row + 1) * CHANNELS * PLANE);
    for (let i = 0; i < PLANE; i++) {
      for (let c = 0; c < CHANNELS; c++) image[i * CHANNELS + c] = planes[c * PLANE + i]!;
    }
  }
  return { rows, images, labels, ...classes === 100 && { coarseLabels } };
}
