import type { Backend, DeviceBuffer } from "../backends/backend.ts";
import type { Dtype, HostArray } from "../numerics/dtype.ts";
import { enrol } from "./scope.ts";
import { formatShape, type Shape, sizeOf } from "./shape.ts";

/**
 * Device memory shared by the tensors that view it; freed with the last of them.
 *
 * @example A tensor and its reshaping share one
 * ```ts
 * import { createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertStrictEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using row = tensor([1, 2]);
 * using column = row.reshape([2, 1]);
 * assertStrictEquals(column.storage, row.storage);
 * ```
 */
export class Storage {
  #references = 0;

  /** Takes over a buffer of a backend, without a reference yet. */
  constructor(readonly backend: Backend, readonly buffer: DeviceBuffer) {}

  /** Adds a reference. */
  retain(): void {
    this.#references++;
  }

  /** Gives a reference up; the last one frees the buffer. */
  release(): void {
    if (--this.#references === 0 && !closed.has(this.backend)) this.backend.free(this.buffer);
  }
}

const closed = new WeakSet<Backend>();

/** For the device: its backend gave all memory back at once, so there is nothing left to free. */
export function forgetBackend(backend: Backend): void {
  closed.add(backend);
}

let leaked = 0;
const safetyNet = new FinalizationRegistry<Storage>((storage) => {
  if (closed.has(storage.backend)) return;
  storage.release();
  if (leaked++ === 0) {
    console.warn(
      "A tensor was collected before it was disposed: wrap the work in scope(), or dispose of what it returns",
    );
  }
});

/** A tensor, or a number that stands for a 0-d tensor of f32. */
export type TensorLike = Tensor | number;

/**
 * The methods of a tensor that mathematics writes infix or as an index. The list is closed: every other operation is a
 * function. The operations' layer installs them, since it stands above this one.
 */
export interface TensorMethods {
  add(a: Tensor, b: TensorLike): Tensor;
  subtract(a: Tensor, b: TensorLike): Tensor;
  multiply(a: Tensor, b: TensorLike): Tensor;
  divide(a: Tensor, b: TensorLike): Tensor;
  negate(a: Tensor): Tensor;
  matmul(a: Tensor, b: Tensor): Tensor;
  transpose(a: Tensor, order?: readonly number[]): Tensor;
  reshape(a: Tensor, shape: Shape): Tensor;
  slice(a: Tensor, start: readonly number[], end: readonly number[]): Tensor;
  sum(a: Tensor, axes?: number | readonly number[]): Tensor;
  mean(a: Tensor, axes?: number | readonly number[]): Tensor;
  max(a: Tensor, axes?: number | readonly number[]): Tensor;
}

let methods: TensorMethods;

/** Installs the methods; called once, by the operations' layer. */
export function installTensorMethods(table: TensorMethods): void {
  methods = table;
}

/**
 * An immutable array on a device: a dtype, a shape, and contiguous row-major values. Using a tensor never consumes it.
 * Its memory is given back by the scope in which it was made, by `dispose()` or by `using`.
 *
 * @example x x^T - 1; the scope frees what stands between
 * ```ts
 * import { createDevice, scope, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 2], [3, 4]]);
 * assertEquals([x.dtype, x.rank, x.size], ["f32", 2, 4]);
 * using y = scope(() => x.matmul(x.transpose()).sub(1));
 * assertEquals(await y.read(), Float32Array.of(4, 10, 10, 24));
 * ```
 */
export class Tensor {
  /** Number of elements: the product of the shape. */
  readonly size: number;
  #storage: Storage | undefined;

  /** For the layers of core: makes a tensor over storage that it shares. */
  constructor(readonly dtype: Dtype, readonly shape: Shape, storage: Storage) {
    this.size = sizeOf(shape);
    this.#storage = storage;
    storage.retain();
    safetyNet.register(this, storage, this);
    enrol(this);
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** For the layers of core: the device memory. @throws {Error} if the tensor was disposed. */
  get storage(): Storage {
    if (this.#storage === undefined) {
      throw new Error(`Cannot use a tensor of shape ${formatShape(this.shape)}: it was disposed`);
    }
    return this.#storage;
  }

  /** True after `dispose()`. */
  get disposed(): boolean {
    return this.#storage === undefined;
  }

  /** Gives the memory back; a second call does nothing. */
  dispose(): void {
    if (this.#storage === undefined) return;
    safetyNet.unregister(this);
    this.#storage.release();
    this.#storage = undefined;
  }

  /** For `using`: disposes. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Copies the values out, row-major. */
  read(): Promise<HostArray> {
    const { backend, buffer } = this.storage;
    return backend.read(buffer);
  }

  /** The value of a tensor with one element. Rejects with a RangeError if it has another size. */
  item(): Promise<number> {
    // Not an async function: a trace refuses at once.
    const values = this.read();
    return values.then((array) => {
      if (this.size === 1) return array[0]!;
      throw new RangeError(
        `Cannot take the item of a tensor: expected one element, got shape ${formatShape(this.shape)}`,
      );
    });
  }

  /** this + other, broadcasting; see `add`. */
  add(other: TensorLike): Tensor {
    return methods.add(this, other);
  }

  /** this - other, broadcasting; see `subtract`. */
  sub(other: TensorLike): Tensor {
    return methods.subtract(this, other);
  }

  /** this other, element by element, broadcasting; see `multiply`. */
  mul(other: TensorLike): Tensor {
    return methods.multiply(this, other);
  }

  /** this / other, broadcasting; see `divide`. */
  div(other: TensorLike): Tensor {
    return methods.divide(this, other);
  }

  /** -this; see `negate`. */
  neg(): Tensor {
    return methods.negate(this);
  }

  /** The matrix product; see `matmul`. */
  matmul(other: Tensor): Tensor {
    return methods.matmul(this, other);
  }

  /** The axes in another order, by default reversed; see `transpose`. */
  transpose(order?: readonly number[]): Tensor {
    return methods.transpose(this, order);
  }

  /** The same values under another shape; see `reshape`. */
  reshape(shape: Shape): Tensor {
    return methods.reshape(this, shape);
  }

  /** The part from `start` to `end`, which is excluded; see `slice`. */
  slice(start: readonly number[], end: readonly number[]): Tensor {
    return methods.slice(this, start, end);
  }

  /** The sum over axes, by default all; see `sum`. */
  sum(axes?: number | readonly number[]): Tensor {
    return methods.sum(this, axes);
  }

  /** The mean over axes, by default all; see `mean`. */
  mean(axes?: number | readonly number[]): Tensor {
    return methods.mean(this, axes);
  }

  /** The largest value over axes, by default all; see `max`. */
  max(axes?: number | readonly number[]): Tensor {
    return methods.max(this, axes);
  }

  /** For `console.log`: dtype and shape. */
  [Symbol.for("Deno.customInspect")](): string {
    return `Tensor(${this.dtype} ${formatShape(this.shape)}${this.disposed ? ", disposed" : ""})`;
  }
}
