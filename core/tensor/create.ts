import type { Dtype, HostArray } from "../numerics/dtype.ts";
import { BYTES_PER_ELEMENT, viewAs } from "../numerics/dtype.ts";
import { defaultDevice } from "./device.ts";
import { nameOf } from "./check.ts";
import { checkShape, formatShape, type Shape, sizeOf } from "./shape.ts";
import { Storage, Tensor } from "./tensor.ts";

/** More axes than any tensor has: a list that holds itself is found out. */
const MAX_RANK = 32;

/** Numbers nested to any depth, all rows of equal length. */
export type Nested = number | readonly Nested[];

/**
 * The dtype of a typed array. @throws {TypeError} if tensors have no such dtype.
 *
 * @example
 * ```ts
 * import { dtypeOf } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([new Float32Array(1), new Uint8Array(1)].map(dtypeOf), ["f32", "u8"]);
 * ```
 */
export function dtypeOf(values: HostArray): Dtype {
  if (values instanceof Float32Array) return "f32";
  if (values instanceof Uint32Array) return "u32";
  if (values instanceof Int32Array) return "i32";
  if (values instanceof Uint8Array) return "u8";
  throw new TypeError(
    `Cannot make a tensor: expected a Float32Array, Uint32Array, Int32Array or Uint8Array, got ${
      nameOf(values)
    }`,
  );
}

/**
 * A tensor on the default device from host values, which are copied.
 *
 * Numbers are rounded to f32 once, here. A typed array keeps its type.
 *
 * @param shape Default: that of the nested arrays, or [length] for a typed array.
 * @throws {RangeError} if nested rows differ in length, or the shape does not fit the number of values.
 * @throws {TypeError} if the values are no numbers, or a typed array of another type (round float64 yourself).
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 2, 3], [4, 5, 6]]);
 * assertEquals(x.shape, [2, 3]);
 * using labels = tensor(new Uint8Array([7, 9]));
 * assertEquals(labels.dtype, "u8");
 * ```
 */
export function tensor(values: Nested | HostArray, shape?: Shape): Tensor {
  const { array, natural, dtype } = ArrayBuffer.isView(values)
    ? { array: values, natural: [values.length], dtype: dtypeOf(values) }
    : fromNested(values);
  if (shape !== undefined) checkShape(shape, "make a tensor");
  // A copy: the caller's list may change, a tensor's shape may not.
  const wanted = [...(shape ?? natural)];
  if (sizeOf(wanted) !== array.length) {
    throw new RangeError(
      `Cannot make a tensor of shape ${formatShape(wanted)}: expected ${
        sizeOf(wanted)
      } values, got ${array.length}`,
    );
  }
  const { backend } = defaultDevice();
  const buffer = backend.allocate(dtype, array.length);
  backend.write(buffer, array);
  return new Tensor(dtype, wanted, new Storage(backend, buffer));
}

function fromNested(values: Nested): { array: Float32Array; natural: number[]; dtype: "f32" } {
  const natural: number[] = [];
  for (let level: Nested = values; typeof level !== "number"; level = level[0]!) {
    if (!Array.isArray(level)) throw notNumbers(level);
    if (natural.push(level.length) > MAX_RANK) {
      throw new RangeError(`Cannot make a tensor: expected at most ${MAX_RANK} axes, got more nested lists`);
    }
    if (level.length === 0) break;
  }
  const array = new Float32Array(sizeOf(natural));
  let next = 0;
  const fill = (level: Nested, depth: number): void => {
    if (typeof level === "number") {
      if (depth !== natural.length) throw ragged(natural);
      array[next++] = level;
    } else {
      if (!Array.isArray(level)) throw notNumbers(level);
      if (depth >= natural.length || level.length !== natural[depth]) throw ragged(natural);
      for (const child of level) fill(child, depth + 1);
    }
  };
  fill(values, 0);
  return { array, natural, dtype: "f32" };
}

function notNumbers(value: unknown): TypeError {
  return new TypeError(
    `Cannot make a tensor: expected numbers, lists of them or a typed array, got ${nameOf(value)}`,
  );
}

function ragged(natural: Shape): RangeError {
  return new RangeError(
    `Cannot make a tensor: expected nested rows of shape ${formatShape(natural)}, got ragged ones`,
  );
}

/** The values that each integer dtype holds. */
const RANGES: Readonly<Partial<Record<Dtype, readonly [number, number]>>> = {
  u32: [0, 4294967295],
  i32: [-2147483648, 2147483647],
  u8: [0, 255],
};

/** A tensor whose values `fill` writes. Room is asked for first: a shape that is too large costs nothing. */
function filled(shape: Shape, dtype: Dtype, fill: (values: HostArray) => void): Tensor {
  if (!Object.hasOwn(BYTES_PER_ELEMENT, dtype)) {
    throw new TypeError(`Cannot make a tensor: expected f32, u32, i32 or u8, got ${nameOf(dtype)}`);
  }
  const { backend } = defaultDevice();
  const length = sizeOf(shape);
  const buffer = backend.allocate(dtype, length);
  const result = new Tensor(dtype, [...shape], new Storage(backend, buffer));
  try {
    const values = viewAs(dtype, new ArrayBuffer(length * BYTES_PER_ELEMENT[dtype]), 0, length);
    fill(values);
    backend.write(buffer, values);
    return result;
  } catch (error) {
    result.dispose();
    throw error;
  }
}

/**
 * A tensor of one value repeated.
 *
 * @throws {RangeError} if the shape is not one, or an integer dtype does not hold the value.
 * @throws {TypeError} if the value is no number.
 *
 * @example
 * ```ts
 * import { createDevice, full, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = full([2, 2], 0.5);
 * assertEquals(await x.read(), Float32Array.of(0.5, 0.5, 0.5, 0.5));
 * ```
 */
export function full(shape: Shape, value: number, dtype: Dtype = "f32"): Tensor {
  checkShape(shape, "make a tensor");
  if (typeof value !== "number") {
    throw new TypeError(`Cannot fill a tensor: expected a number, got ${nameOf(value)}`);
  }
  const [least, most] = RANGES[dtype] ?? [];
  if (least !== undefined && !(Number.isInteger(value) && value >= least && value <= most!)) {
    throw new RangeError(
      `Cannot fill a tensor of ${dtype}: expected an integer from ${least} to ${most}, got ${value}`,
    );
  }
  return filled(shape, dtype, (values) => void values.fill(value));
}

/**
 * A tensor of +0.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, zeros } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = zeros([3], "u8");
 * assertEquals(await x.read(), Uint8Array.of(0, 0, 0));
 * ```
 */
export function zeros(shape: Shape, dtype: Dtype = "f32"): Tensor {
  return full(shape, 0, dtype);
}

/**
 * A tensor of ones.
 *
 * @example
 * ```ts
 * import { createDevice, ones, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = ones([3]);
 * assertEquals(await x.read(), Float32Array.of(1, 1, 1));
 * ```
 */
export function ones(shape: Shape, dtype: Dtype = "f32"): Tensor {
  return full(shape, 1, dtype);
}

/** How many integers from 0 on each dtype holds exactly. */
const LARGEST_RANGE: Readonly<Record<"f32" | "u32" | "i32", number>> = {
  f32: 16777217,
  u32: 4294967296,
  i32: 2147483648,
};

/**
 * The integers 0 to length - 1.
 *
 * @throws {RangeError} if the length is no integer, or the dtype does not hold the last one exactly.
 *
 * @example
 * ```ts
 * import { arange, createDevice, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = arange(3);
 * assertEquals(await x.read(), Uint32Array.of(0, 1, 2));
 * ```
 */
export function arange(length: number, dtype: "f32" | "u32" | "i32" = "u32"): Tensor {
  const most = LARGEST_RANGE[dtype];
  if (most === undefined || !Number.isInteger(length) || length < 0 || length > most) {
    const expected = most === undefined ? "f32, u32 or i32" : `a length from 0 to ${most} for ${dtype}`;
    throw new RangeError(
      `Cannot make a range: expected ${expected}, got ${nameOf(most === undefined ? dtype : length)}`,
    );
  }
  return filled([length], dtype, (values) => {
    for (let i = 0; i < length; i++) values[i] = i;
  });
}
