import { BYTES_PER_ELEMENT, type Dtype, type HostTensor, type HostTree } from "@verbatim/core";

/** What the format calls the dtypes of tensors. */
export const SAFETENSORS_DTYPES: Readonly<Record<Dtype, string>> = {
  f32: "F32",
  i32: "I32",
  u32: "U32",
  u8: "U8",
};

/** The header is padded to a multiple of so many bytes. */
const HEADER_ALIGNMENT = 8;
const LENGTH_BYTES = 8;
/** The one name in the header that is no tensor's. */
const METADATA = "__metadata__";

/**
 * The pieces of a safetensors file with these tensors, in order: the length of the header, the header, the tensors.
 *
 * The bytes depend on nothing but the tensors and the metadata: wider elements come first, so that every tensor lies at a
 * multiple of its element, and tensors of one width are in the order of their names.
 *
 * *Source* the description of the format in the README of huggingface/safetensors.
 * @throws {RangeError} if a tensor is named `__metadata__`, or its values are not as many as its shape says.
 *
 * @example
 * ```ts
 * import { encodeSafetensors, readSafetensors } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const tensors = { "dense/w": { dtype: "f32", shape: [1, 2], values: Float32Array.of(1, -2) } } as const;
 * const file = new Uint8Array(await new Blob(encodeSafetensors(tensors, { step: "3" })).arrayBuffer());
 * assertEquals(readSafetensors(file), { tensors, metadata: { step: "3" } });
 * ```
 */
export function encodeSafetensors(
  tensors: HostTree,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer>[] {
  const byName = <V>(entries: [string, V][]) => entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const width = ([, { dtype }]: [string, HostTensor]) => BYTES_PER_ELEMENT[dtype];
  const header: [string, unknown][] = [];
  const notes = byName(Object.entries(metadata));
  if (notes.length > 0) header.push([METADATA, Object.fromEntries(notes)]);
  const contents: Uint8Array<ArrayBuffer>[] = [];
  let end = 0;
  for (const [name, tensor] of byName(Object.entries(tensors)).toSorted((a, b) => width(b) - width(a))) {
    const { dtype, shape, values } = tensor;
    const length = shape.reduce((product, size) => product * size, 1);
    if (name === METADATA || length !== values.length) {
      throw new RangeError(
        `Cannot write safetensors: expected ${length} values of [${shape}] under a name but ${METADATA}, got ` +
          `${values.length} of "${name}"`,
      );
    }
    const begin = end;
    end += values.byteLength;
    header.push([name, { dtype: SAFETENSORS_DTYPES[dtype], shape, data_offsets: [begin, end] }]);
    // A copy: what lies in shared memory cannot be written to files.
    contents.push(new Uint8Array(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)));
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = new Uint8Array(Math.ceil(text.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT).fill(0x20);
  padded.set(text);
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  return [length, padded, ...contents];
}
