import type { Dtype, HostArray } from "../numerics/dtype.ts";
import { checkIntegers, checkShape, checkSignedIntegers, elementCount } from "./_check.ts";
import { bitsView } from "./_bits_view.ts";
import { fillOffsets, mergeAxes } from "./_layout.ts";
import type { FamilyDefinition } from "./kernel.ts";

/** A rectangular region copied from one operand into the result. Offsets and strides count elements. */
export interface CopyRegion {
  /** Which operand. */
  readonly input: number;
  /** Extents of the region. */
  readonly shape: readonly number[];
  /** Where the region's first element is read. */
  readonly inputOffset: number;
  /** May be zero (broadcast) or negative (flip); may overlap (windows). */
  readonly inputStrides: readonly number[];
  /** Where the region's first element is written. */
  readonly outputOffset: number;
  /** No two elements of one region go to the same place. */
  readonly outputStrides: readonly number[];
}

/**
 * Moves elements without looking at their bits: out is filled with zero bits where no region writes, then each region
 * is copied, in order. Covers transpose, slice, flip, broadcast, windows, pad, concatenate and stack.
 */
export interface CopyKernel {
  /** Tells the families apart. */
  readonly family: "copy";
  /** Of all operands and of the result. */
  readonly dtype: Dtype;
  /** Number of elements of each operand. */
  readonly inputs: readonly number[];
  /** Number of elements of the result. */
  readonly length: number;
  /** Copied in this order; a later one may overwrite an earlier one. */
  readonly regions: readonly CopyRegion[];
}

/** Copies: slots, checks and the reference that defines their bits. */
export const copyFamily: FamilyDefinition<CopyKernel> = {
  key: ({ dtype, inputs, length, regions }) =>
    `copy:${dtype}[${inputs}]${length}${
      regions.map((r) =>
        `;${r.input}[${r.shape}]${r.inputOffset}[${r.inputStrides}]${r.outputOffset}[${r.outputStrides}]`
      )
        .join("")
    }`,
  inputs: ({ dtype, inputs }) => inputs.map((length) => ({ dtype, length })),
  outputs: ({ dtype, length }) => [{ dtype, length }],
  validate({ inputs, length, regions }) {
    inputs.forEach((operand) => checkIntegers("copy", { "the length of an operand": operand }));
    checkIntegers("copy", { "the length of the result": length });
    for (const region of regions) validateRegion(region, inputs, length);
  },
  reference: copyReference,
};

function validateRegion(region: CopyRegion, inputs: readonly number[], length: number): void {
  const { input, shape, inputOffset, inputStrides, outputOffset, outputStrides } = region;
  checkShape("copy", "a region", shape);
  if (!Number.isInteger(input) || input < 0 || input >= inputs.length) {
    throw new RangeError(`Cannot copy: expected one of ${inputs.length} operands, got operand ${input}`);
  }
  if (inputStrides.length !== shape.length || outputStrides.length !== shape.length) {
    throw new RangeError(
      `Cannot copy: expected a stride for each axis of shape [${shape}], got [${inputStrides}] and [${outputStrides}]`,
    );
  }
  checkWithin(`operand ${input}`, inputs[input]!, shape, inputOffset, inputStrides);
  checkWithin("the result", length, shape, outputOffset, outputStrides);
  if (!isInjective(shape, outputStrides)) {
    throw new RangeError(
      `Cannot copy: expected each element at a place of its own, got shape [${shape}] with strides [${outputStrides}]`,
    );
  }
}

function checkWithin(
  what: string,
  length: number,
  shape: readonly number[],
  offset: number,
  strides: readonly number[],
): void {
  checkSignedIntegers("copy", { [`the offset in ${what}`]: offset });
  let least = offset;
  let most = offset;
  strides.forEach((stride, axis) => {
    checkSignedIntegers("copy", { [`a stride in ${what}`]: stride });
    const reach = (shape[axis]! - 1) * stride;
    if (reach < 0) least += reach;
    else most += reach;
  });
  if (!shape.includes(0) && (least < 0 || most >= length)) {
    throw new RangeError(
      `Cannot copy: expected a region inside ${what}, which has ${length} elements, got shape [${shape}] with ` +
        `strides [${strides}] at ${offset}`,
    );
  }
}

/** True if no two indices have the same offset. */
function isInjective(shape: readonly number[], strides: readonly number[]): boolean {
  const axes = shape.map((length, axis) => ({ length, stride: Math.abs(strides[axis]!) }))
    .filter(({ length }) => length !== 1)
    .sort((a, b) => a.stride - b.stride);
  if (shape.includes(0)) return true;
  if (axes.some(({ stride }) => stride === 0)) return false;
  let reach = 0;
  let nested = true;
  for (const { length, stride } of axes) {
    nested &&= stride > reach;
    reach += (length - 1) * stride;
  }
  if (nested) return true;
  // Axes that interleave may still miss each other: count the places.
  const offsets = new Int32Array(elementCount(shape));
  fillOffsets(offsets, axes.map(({ length }) => length), axes.map(({ stride }) => stride), 0, offsets.length);
  return new Set(offsets).size === offsets.length;
}

function copyReference(
  { regions }: CopyKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const out = bitsView(outputs[0]!);
  out.fill(0);
  for (const { input, shape, inputOffset, inputStrides, outputOffset, outputStrides } of regions) {
    if (shape.includes(0)) continue;
    const source = bitsView(inputs[input]!);
    const { shape: lengths, strides } = mergeAxes({ shape, strides: [inputStrides, outputStrides] });
    const [from, to] = strides as readonly [readonly number[], readonly number[]];
    const inner = lengths.length - 1;
    const run = lengths[inner]!;
    const fromStep = from[inner]!;
    const toStep = to[inner]!;
    const rows = elementCount(lengths.slice(0, inner));
    const rowsAtOnce = Math.min(rows, 4096);
    const fromRows = new Int32Array(rowsAtOnce);
    const toRows = new Int32Array(rowsAtOnce);
    for (let start = 0; start < rows; start += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - start);
      fillOffsets(fromRows, lengths.slice(0, inner), from.slice(0, inner), start, count);
      fillOffsets(toRows, lengths.slice(0, inner), to.slice(0, inner), start, count);
      for (let row = 0; row < count; row++) {
        let p = inputOffset + fromRows[row]!;
        let q = outputOffset + toRows[row]!;
        for (let i = 0; i < run; i++, p += fromStep, q += toStep) out[q] = source[p]!;
      }
    }
  }
}
