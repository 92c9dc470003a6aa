import type { HostArray } from "@verbatim/core";
import { type ElementType, readElements, sizeOf } from "./_elements.ts";
import { Budget, type Fail, failAs, type Limits, quoted } from "./malformed.ts";

/** A volume read from a NIfTI file. */
export interface NiftiVolume {
  /** Lengths of the dimensions, the slowest first: [..., z, y, x]. */
  readonly shape: readonly number[];
  /** Distance of neighbours along each dimension of `shape`, in the file's units (millimetres, mostly). */
  readonly spacing: readonly number[];
  /** The elements in row-major order. */
  readonly values: HostArray;
  /** The 3 x 4 matrix, row-major, from (x, y, z, 1) to places in space (right, anterior, superior), if there is one. */
  readonly affine?: readonly number[];
}

const fail: Fail = failAs("a NIfTI-1 file");
const HEADER_BYTES = 348;
/** Where elements start at the earliest: four bytes after the header say whether there are extensions. */
const MIN_OFFSET = 352;
const TYPES: ReadonlyMap<number, ElementType> = new Map([
  [2, "u8"],
  [4, "i16"],
  [8, "i32"],
  [16, "f32"],
  [64, "f64"],
  [256, "i8"],
  [512, "u16"],
  [768, "u32"],
]);

/**
 * Reads a volume from a NIfTI-1 file (.nii, decompressed), of either byte order.
 *
 * v' = slope * v + inter where the header has a slope other than 0 and NaN that is not the identity, computed in float64 and
 * rounded to binary32; the file's values otherwise.
 * *Shapes* the file's first dimension, x, varies fastest, so it is the last of the shape.
 * *Dtypes* f32 if scaled; else u8 gives u8; u16 and u32 give u32; i8, i16 and i32 give i32; f32 gives f32; f64 gives f32,
 * rounded once.
 * *Source* NIfTI-1.1, nifti1.h.
 * @throws {MalformedFileError} if the header is not that of such a volume in one file, the length is not what it says,
 * or the limits do not suffice.
 *
 * @example
 * ```ts
 * import { readNifti } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = new Uint8Array(352 + 6);
 * const view = new DataView(file.buffer);
 * view.setInt32(0, 348, true);
 * [2, 3, 2].forEach((size, i) => view.setInt16(40 + 2 * i, size, true)); // Two dimensions: 3 columns, 2 rows.
 * view.setInt16(70, 2, true); // Bytes,
 * view.setInt16(72, 8, true); // of 8 bits,
 * view.setFloat32(108, 352, true); // which start here.
 * file.set([0x6e, 0x2b, 0x31], 344); // "n+1"
 * file.set([1, 2, 3, 4, 5, 6], 352);
 * const { shape, values } = readNifti(file);
 * assertEquals(shape, [2, 3]);
 * assertEquals(values, Uint8Array.of(1, 2, 3, 4, 5, 6));
 * ```
 */
export function readNifti(bytes: Uint8Array, limits: Limits = {}): NiftiVolume {
  if (bytes.length < MIN_OFFSET) fail(`a header of ${MIN_OFFSET} bytes`, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = view.getInt32(0, true) === HEADER_BYTES;
  if (!little && view.getInt32(0) !== HEADER_BYTES) {
    fail(`the header's length ${HEADER_BYTES}`, view.getInt32(0, true));
  }
  const magic = String.fromCharCode(...bytes.subarray(344, 348));
  if (magic !== "n+1\0") fail('one file (magic "n+1")', quoted(magic));
  const int16 = (at: number) => view.getInt16(at, little);
  const float = (at: number) => view.getFloat32(at, little);

  const rank = int16(40);
  if (rank < 1 || rank > 7) fail("1 to 7 dimensions", rank);
  const axes = Array.from({ length: rank }, (_, i) => rank - i); // The slowest first.
  const shape = axes.map((axis) => int16(40 + 2 * axis));
  if (shape.some((size) => size < 1)) fail("positive dimensions", shape.join(" x "));
  const type = TYPES.get(int16(70));
  if (type === undefined) {
    return fail("numbers of type u8, i8, u16, i16, u32, i32, f32 or f64", `type ${int16(70)}`);
  }
  if (int16(72) !== 8 * sizeOf(type)) fail(`elements of ${8 * sizeOf(type)} bits`, int16(72));
  const start = float(108);
  if (!(Number.isInteger(start) && start >= MIN_OFFSET)) {
    fail(`elements at byte ${MIN_OFFSET} or later`, start);
  }
  const length = shape.reduce((product, size) => product * size, 1) * sizeOf(type);
  if (!(start + length === bytes.length)) {
    fail(`${length} bytes of elements at ${start} for shape [${shape.join(", ")}]`, bytes.length - start);
  }

  const budget = new Budget(limits, fail);
  const [slope, inter] = [float(112), float(116)];
  const isScaled = slope !== 0 && slope === slope && !(slope === 1 && inter === 0);
  if (isScaled && !(Number.isFinite(slope) && Number.isFinite(inter))) {
    fail("a finite slope and intercept", `${slope} and ${inter}`);
  }
  const scale = isScaled ? { scale: (value: number) => slope * value + inter } : {};
  const values = readElements(bytes.subarray(start), type, little, { budget, fail, ...scale });
  const spacing = axes.map((axis) => float(76 + 4 * axis));
  const affine = Array.from({ length: 12 }, (_, i) => float(280 + 4 * i));
  return { shape, spacing, values, ...int16(254) > 0 && { affine } };
}
