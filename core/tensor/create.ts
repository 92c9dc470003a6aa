import type { Dtype, HostArray } from "../numerics/dtype.ts";
import { BYTES_PER_ELEMENT } from "../numerics/dtype.ts";
import { defaultDevice } from "./device.ts";
import { checkShape, formatShape, type Shape, sizeOf } from "./shape.ts";
import { Storage, Tensor } from "./tensor.ts";

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
    `Cannot make a tensor: expected a Float32Array, Uint32Array, Int32Array or Uint8Array, got ${typeof values}`,
  );
}

/**
 * A tensor on the default device from host values, which are copied.
 *
 * Numbers are rounded to f32 once, here. A typed array keeps its type.
 *
 * @param shape Default: that of the nested arrays, or [length] for a typed array.
 * @throws {RangeError} if nested rows differ in length, or the shape does not fit the number of values.
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
  const { array, natural } = ArrayBuffer.isView(values)
    ? { array: values, natural: [values.length] }
    : fromNested(values);
  const wanted = shape ?? natural;
  checkShape(wanted, "make a tensor");
  if (sizeOf(wanted) !== array.length) {
    throw new RangeError(
      `Cannot make a tensor of shape ${formatShape(wanted)}: expected ${
        sizeOf(wanted)
      } values, got ${array.length}`,
    );
  }
  const { backend } = defaultDevice();
  const buffer = backend.allocate(dtypeOf(array), array.length);
  backend.write(buffer, array);
  return new Tensor(dtypeOf(array), wanted, new Storage(backend, buffer));
}

function fromNested(values: Nested): { array: Float32Array; natural: number[] } {
  const natural: number[] = [];
  for (let level: Nested = values; typeof level !== "number"; level = level[0]!) {
    natural.push(level.length);
    if (level.length === 0) break;
  }
  const array = new Float32Array(sizeOf(natural));
  let next = 0;
  const fill = (level: Nested, depth: number): void => {
    if (typeof level === "number") {
      if (depth !== natural.length) throw ragged(natural);
      array[next++] = level;
    } else {
      if (depth >= natural.length || level.length !== natural[depth]) throw ragged(natural);
      for (const child of level) fill(child, depth + 1);
    }
  };
  fill(values, 0);
  return { array, natural };
}

function ragged(natural: Shape): RangeError {
  return new RangeError(
    `Cannot make a tensor: expected nested rows of shape ${formatShape(natural)}, got ragged ones`,
  );
}

/**
 * A tensor of one value repeated. @throws {RangeError} if the shape is not one.
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
  const { backend } = defaultDevice();
  const length = sizeOf(shape);
  const bytes = new ArrayBuffer(length * BYTES_PER_ELEMENT[dtype]);
  const views = {
    f32: () => new Float32Array(bytes),
    u32: () => new Uint32Array(bytes),
    i32: () => new Int32Array(bytes),
    u8: () => new Uint8Array(bytes),
  };
  const buffer = backend.allocate(dtype, length);
  backend.write(buffer, views[dtype]().fill(value));
  return new Tensor(dtype, shape, new Storage(backend, buffer));
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

/**
 * The integers 0 to length - 1.
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
  checkShape([length], "make a range");
  const integers = Uint32Array.from({ length }, (_, i) => i);
  return tensor(
    dtype === "f32" ? Float32Array.from(integers) : dtype === "i32" ? Int32Array.from(integers) : integers,
  );
}
