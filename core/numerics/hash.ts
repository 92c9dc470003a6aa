import type { HostTensor, HostTree } from "./host_tree.ts";
import { CANONICAL_NAN } from "./float_bits.ts";

/** Hashes of a tree of tensors: of each leaf by path, and of all of them with their paths. */
export interface TreeHash {
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256: string;
  /** SHA-256 of each tensor, by path. */
  readonly tensors: Readonly<Record<string, string>>;
}

const ARRAY_TYPES = { f32: Float32Array, u32: Uint32Array, i32: Int32Array, u8: Uint8Array } as const;
const hostIsLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

interface Sha256 {
  update(data: string | Uint8Array): Sha256;
  digest(encoding: "hex"): string;
}

/**
 * Node's SHA-256, loaded when the first hash is asked for: that takes as long as a training step, and where there is no
 * such module everything else still works.
 */
function newSha256(): Sha256 {
  const crypto = globalThis.process?.getBuiltinModule?.("node:crypto");
  if (crypto === undefined) {
    throw new TypeError("Cannot hash: expected an engine with node:crypto, such as Deno or Node, got none");
  }
  return crypto.createHash("sha256");
}

/** The elements as little-endian bytes, every NaN as 0x7fc00000. */
function canonicalBytes(values: HostTensor["values"]): Uint8Array {
  if (values instanceof Uint8Array) return values;
  if (hostIsLittleEndian && !(values instanceof Float32Array && values.some(Number.isNaN))) {
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bytes = new DataView(new ArrayBuffer(values.byteLength));
  words.forEach((word, i) => {
    bytes.setUint32(
      4 * i,
      values instanceof Float32Array && Number.isNaN(values[i]) ? CANONICAL_NAN : word,
      true,
    );
  });
  return new Uint8Array(bytes.buffer);
}

/**
 * The SHA-256 of a tensor: of the line `dtype[shape]`, such as `f32[2,3]` and a newline, and then its elements, row-major,
 * as little-endian bytes with every NaN as 0x7fc00000.
 *
 * @throws {RangeError} if the number of values is not the product of the shape.
 * @throws {TypeError} if the values are not held by the dtype's typed array.
 *
 * @example -0 and 0 differ, and so do shapes
 * ```ts
 * import { hashTensor } from "@verbatim/core";
 * import { assertNotEquals } from "@std/assert";
 *
 * const hash = (shape: number[], ...values: number[]) =>
 *   hashTensor({ dtype: "f32", shape, values: Float32Array.from(values) });
 * assertNotEquals(hash([1], 0), hash([1], -0));
 * assertNotEquals(hash([1], 0), hash([], 0));
 * ```
 */
export function hashTensor(tensor: HostTensor): string {
  const { dtype, shape, values } = tensor;
  if (!(values instanceof ARRAY_TYPES[dtype])) {
    throw new TypeError(`Cannot hash a tensor: expected ${dtype} values, got ${values.constructor.name}`);
  }
  const length = shape.reduce((product, n) => product * n, 1);
  if (values.length !== length) {
    throw new RangeError(
      `Cannot hash a tensor: expected ${length} values for [${shape}], got ${values.length}`,
    );
  }
  return newSha256().update(`${dtype}[${shape}]\n`).update(canonicalBytes(values)).digest("hex");
}

/**
 * The SHA-256 of each tensor of a tree, and of the tree: of one line for each tensor, its path as a JSON string, a space
 * and its hash, in the order of the paths by UTF-16 code units.
 *
 * @throws {RangeError} {TypeError} as `hashTensor` does.
 *
 * @example
 * ```ts
 * import { hashTree } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const w = { dtype: "u8", shape: [2], values: Uint8Array.of(1, 2) } as const;
 * const b = { dtype: "f32", shape: [], values: Float32Array.of(0.5) } as const;
 * assertEquals(hashTree({ "layer/w": w, "layer/b": b }), hashTree({ "layer/b": b, "layer/w": w }));
 * ```
 */
export function hashTree(tree: HostTree): TreeHash {
  const hash = newSha256();
  const tensors: Record<string, string> = {};
  for (const path of Object.keys(tree).sort()) {
    const sha256 = hashTensor(tree[path]!);
    tensors[path] = sha256;
    hash.update(`${JSON.stringify(path)} ${sha256}\n`);
  }
  return { sha256: hash.digest("hex"), tensors };
}
