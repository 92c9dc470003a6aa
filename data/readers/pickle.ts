import { latin1 } from "./_characters.ts";
import {
  Bytes,
  Dtype,
  fail,
  Global,
  type Item,
  Machine,
  Pending,
  type PickleKey,
  Tuple,
} from "./_pickle_machine.ts";
import { Budget, DEFAULT_LIMITS, type Limits } from "./malformed.ts";

export type { PickleKey };

/** A NumPy array. */
export interface PickledArray {
  /** Tells what it is. */
  readonly type: "ndarray";
  /** NumPy's name of the elements' type, without the byte order: "f4", "i8", "b1". */
  readonly dtype: string;
  /** Lengths of the dimensions, the slowest first. */
  readonly shape: readonly number[];
  /** The elements in row-major order; 64-bit integers as doubles, which hold them exactly or the file is refused. */
  readonly values: NumberArray;
}

/** A SciPy matrix in compressed sparse rows: row i has the elements from `indptr[i]` to `indptr[i + 1]`. */
export interface PickledCsr {
  /** Tells what it is. */
  readonly type: "csr_matrix";
  /** Rows and columns. */
  readonly shape: readonly [number, number];
  /** Where each row starts, and behind them all the number of elements. */
  readonly indptr: NumberArray;
  /** The column of each element. */
  readonly indices: NumberArray;
  /** The elements. */
  readonly data: NumberArray;
}

/** The element types that occur. */
export type NumberArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** What a pickle holds: tuples and lists are arrays, dictionaries maps, Python 2's strings are taken as Latin-1. */
export type PickleValue =
  | PickleKey
  | readonly PickleValue[]
  | ReadonlyMap<PickleKey, PickleValue>
  | PickledArray
  | PickledCsr;

/** Lists in lists: no data nest as deep. */
const MAX_DEPTH = 100;

/**
 * Reads a pickle of protocol 2 that holds numbers, texts, lists, tuples, dictionaries, NumPy arrays and SciPy's sparse
 * rows, as Python 2 wrote them for the Planetoid data sets. It is data and stays data: there is no opcode here that
 * calls anything, and every other opcode or global is refused by its name.
 *
 * *Source* Python's pickletools.py; the states of numpy.ndarray and scipy.sparse.csr_matrix.
 * @throws {MalformedFileError} if it is something else, is cut, names what is not allowed, contains itself, or needs
 * more than the limits: `bytes` bounds the arrays, `items` the opcodes.
 *
 * @example
 * ```ts
 * import { readPickle } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * // Python 2: pickle.dumps({"a": [1, 2.5, None]}, 2)
 * const bytes = Uint8Array.fromHex("80027d7101550161" + "5d710228" + "4b01" + "474004000000000000" + "4e" + "65732e");
 * assertEquals(readPickle(bytes), new Map([["a", [1, 2.5, null]]]));
 * ```
 */
export function readPickle(bytes: Uint8Array, limits: Limits = {}): PickleValue {
  return new Resolver(limits).resolve(new Machine(bytes, limits).run());
}

/** The element types: bytes of an element, and how one is read. */
const ELEMENTS: Readonly<
  Record<string, {
    readonly bytes: number;
    make(length: number): NumberArray;
    read(view: DataView, at: number, little: boolean): number;
  }>
> = {
  b1: { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  i1: { bytes: 1, make: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) },
  u1: { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  i2: { bytes: 2, make: (n) => new Int16Array(n), read: (view, at, little) => view.getInt16(at, little) },
  u2: { bytes: 2, make: (n) => new Uint16Array(n), read: (view, at, little) => view.getUint16(at, little) },
  i4: { bytes: 4, make: (n) => new Int32Array(n), read: (view, at, little) => view.getInt32(at, little) },
  u4: { bytes: 4, make: (n) => new Uint32Array(n), read: (view, at, little) => view.getUint32(at, little) },
  f4: { bytes: 4, make: (n) => new Float32Array(n), read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => view.getFloat64(at, little) },
  i8: {
    bytes: 8,
    make: (n) => new Float64Array(n),
    read: (view, at, little) => safe(view.getBigInt64(at, little)),
  },
  u8: {
    bytes: 8,
    make: (n) => new Float64Array(n),
    read: (view, at, little) => safe(view.getBigUint64(at, little)),
  },
};

function safe(value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : fail("integers below 2^53", `${value}`);
}

/** Turns what the opcodes left into values: every object once, and none within itself. */
class Resolver {
  readonly #budget: Budget;
  readonly #done = new Map<Item, PickleValue>();
  readonly #open = new Set<Item>();

  constructor(limits: Limits) {
    this.#budget = new Budget({ ...limits, items: DEFAULT_LIMITS.items }, fail);
  }

  resolve(item: Item): PickleValue {
    if (item === null || typeof item !== "object") return item;
    if (item instanceof Bytes) return latin1(item.bytes);
    const done = this.#done.get(item);
    if (done !== undefined) return done;
    if (this.#open.has(item)) fail("values that do not contain themselves", "one that does");
    if (this.#open.size === MAX_DEPTH) fail(`values nested at most ${MAX_DEPTH} deep`, "deeper ones");
    this.#open.add(item);
    const value = this.#container(item);
    this.#open.delete(item);
    this.#done.set(item, value);
    return value;
  }

  #container(item: Exclude<Item, PickleKey | Bytes>): PickleValue {
    if (item instanceof Tuple) return item.items.map((each) => this.resolve(each));
    if (Array.isArray(item)) return item.map((each) => this.resolve(each));
    if (item instanceof Map) {
      return new Map([...item].map(([key, value]) => [key as PickleKey, this.resolve(value)]));
    }
    if (item instanceof Pending) return item.of === "ndarray" ? this.#array(item) : this.#csr(item);
    return fail("data", item instanceof Global ? item.name : "an element type");
  }

  /** State of an array: version, shape, element type, whether in Fortran's order, bytes. */
  #array({ state }: Pending): PickledArray {
    const [, shape, dtype, fortran, data] = state instanceof Tuple ? state.items : [];
    if (!(shape instanceof Tuple) || !(dtype instanceof Dtype) || !(data instanceof Bytes)) {
      return fail("the state of an array", "another");
    }
    if (fortran !== false) fail("arrays in row-major order", "another order");
    const element = ELEMENTS[dtype.code];
    const little = dtype.order === "<" || dtype.order === "|";
    if (element === undefined || !(little || dtype.order === ">")) {
      return fail("elements that are numbers", `${dtype.order ?? ""}${dtype.code}`);
    }
    const sizes = shape.items.map((size) =>
      Number.isSafeInteger(size) && Number(size) >= 0 ? Number(size) : fail("a shape", "something else")
    );
    const length = sizes.reduce((product, size) => product * size, 1);
    if (length * element.bytes !== data.bytes.length) {
      fail(`${length} elements of ${element.bytes} bytes`, `${data.bytes.length} bytes`);
    }
    this.#budget.takeBytes(data.bytes.length);
    const values = element.make(length);
    const view = new DataView(data.bytes.buffer, data.bytes.byteOffset, data.bytes.byteLength);
    for (let i = 0; i < length; i++) values[i] = element.read(view, i * element.bytes, little);
    return { type: "ndarray", dtype: dtype.code, shape: sizes, values };
  }

  /** State of sparse rows: a dictionary of shape, indptr, indices, data. */
  #csr({ state }: Pending): PickledCsr {
    if (!(state instanceof Map)) return fail("the state of sparse rows", "another");
    const field = (name: string): NumberArray => {
      const value = this.resolve(state.get(name) ?? null);
      const isArray = value !== null && typeof value === "object" && "type" in value &&
        value.type === "ndarray";
      return isArray && value.shape.length === 1
        ? value.values
        : fail(`an array "${name}" of sparse rows`, "something else");
    };
    const shape = state.get("_shape");
    const [rows, columns] = shape instanceof Tuple && shape.items.length === 2 ? shape.items : [];
    if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(columns)) {
      return fail("rows and columns", "others");
    }
    const [indptr, indices, data] = [field("indptr"), field("indices"), field("data")];
    const [height, width] = [Number(rows), Number(columns)];
    if (indptr.length !== height + 1 || indptr[0] !== 0) fail(`${height} rows from 0`, "others");
    if (indptr.some((end, i) => i > 0 && end < indptr[i - 1]!)) fail("rows in their order", "others");
    if (indptr[height] !== indices.length || data.length !== indices.length) {
      fail(`${indptr[height]} columns and elements`, `${indices.length} and ${data.length}`);
    }
    const stray = indices.find((column) => column < 0 || column >= width);
    if (stray !== undefined) fail(`columns below ${width}`, stray);
    return { type: "csr_matrix", shape: [height, width], indptr, indices, data };
  }
}
