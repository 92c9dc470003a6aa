import { bytesOf, isLists, isTexts } from "../columns.ts";
import type { ColumnValues } from "../dataset.ts";
import type { BufferPlace } from "./layout.ts";

/** The largest offset of an Arrow list or text column in one record batch. */
const MAX_OFFSET = 2 ** 31 - 1;

/** The number of each text of a dictionary, in the order in which they came. */
export type Codes = ReadonlyMap<string, number>;

/**
 * The lengths of a column in one record batch: see `lengthCount`.
 *
 * @throws {RangeError} if they are more than the offsets of a record batch can hold.
 */
export function measureColumn(name: string, values: ColumnValues, codes: Codes | undefined): number[] {
  const checked = (what: string, length: number) => {
    if (length > MAX_OFFSET) {
      throw new RangeError(
        `Cannot write column "${name}" as Arrow: expected at most ${MAX_OFFSET} ${what} in 1,024 rows, got ${length}`,
      );
    }
    return length;
  };
  if (isTexts(values)) return codes === undefined ? [checked("bytes", textBytes(values))] : [];
  if (!isLists(values)) return [];
  const elements = checked("elements", values.offsets.at(-1)!);
  return isTexts(values.values) ? [elements, checked("bytes", textBytes(values.values))] : [elements];
}

/**
 * Writes a column of one record batch into its body, which is zero there.
 *
 * @throws {RangeError} if a text is not in the dictionary.
 */
export function encodeColumn(
  name: string,
  values: ColumnValues,
  codes: Codes | undefined,
  body: Uint8Array<ArrayBuffer>,
  places: readonly BufferPlace[],
): void {
  const buffer = (index: number) => body.subarray(places[index]!.offset, endOf(places[index]!));
  if (isTexts(values)) {
    if (codes === undefined) encodeTexts(values, buffer(0), buffer(1));
    else encodeCodes(name, values, codes, buffer(0));
  } else if (isLists(values)) {
    buffer(0).set(bytesOf(values.offsets));
    if (isTexts(values.values)) encodeTexts(values.values, buffer(1), buffer(2));
    else buffer(1).set(bytesOf(values.values));
  } else {
    buffer(0).set(bytesOf(values));
  }
}

function endOf({ offset, length }: BufferPlace): number {
  return offset + length;
}

/** The number of bytes of texts in UTF-8. */
export function textBytes(texts: Iterable<string>): number {
  let bytes = 0;
  for (const text of texts) {
    bytes += text.length;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      // Each half of a surrogate pair stands for two of its four bytes.
      if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
    }
  }
  return bytes;
}

const encoder = new TextEncoder();

/** Writes the offsets and the bytes of texts. */
export function encodeTexts(
  texts: Iterable<string>,
  offsetBytes: Uint8Array<ArrayBuffer>,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  const offsets = new Int32Array(offsetBytes.buffer, offsetBytes.byteOffset, offsetBytes.length / 4);
  let end = 0;
  let i = 0;
  for (const text of texts) {
    end += encoder.encodeInto(text, bytes.subarray(end)).written;
    offsets[++i] = end;
  }
}

function encodeCodes(
  name: string,
  texts: readonly string[],
  codes: Codes,
  codeBytes: Uint8Array<ArrayBuffer>,
): void {
  const written = new Int32Array(codeBytes.buffer, codeBytes.byteOffset, texts.length);
  for (let i = 0; i < texts.length; i++) {
    const code = codes.get(texts[i]!);
    if (code === undefined) {
      throw new RangeError(
        `Cannot write column "${name}" as Arrow: expected the texts of the first reading, got ${
          JSON.stringify(texts[i])
        }`,
      );
    }
    written[i] = code;
  }
}
