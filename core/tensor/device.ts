import type { Backend } from "../backends/backend.ts";
import { ReferenceBackend } from "../backends/reference/reference_backend.ts";
import { nameOf } from "./check.ts";
import { forgetBackend } from "./tensor.ts";
import { WasmBackend } from "../backends/wasm/wasm_backend.ts";

/** What kind of device to make. */
export interface DeviceOptions {
  /**
   * "wasm": SIMD kernels on a pool of workers. "webgpu": a graphics processor. "reference": the plain definition of the
   * bits, slow.
   */
  readonly backend?: "wasm" | "webgpu" | "reference";
  /** Number of threads that compute, on wasm; default: one for each processor. No bit depends on it. */
  readonly workers?: number;
  /**
   * Bytes of memory; default 1 GiB, at most 16 GiB on wasm, whose addresses have 64 bits from 4 GiB on. Pages that
   * are never touched cost nothing. On the others: the most that arrays take together; default no limit but the machine's.
   */
  readonly bytes?: number;
  /**
   * On webgpu: whether an adapter is used all the same that is not exact. Results are then only near those of the others.
   */
  readonly allowInexact?: boolean;
}

/**
 * A backend in use: tensors live on a device. Close it, or declare it with `using`.
 *
 * @example A closed device is no longer the default
 * ```ts
 * import { defaultDevice, Device, ReferenceBackend, setDefaultDevice } from "@verbatim/core";
 * import { assertStrictEquals, assertThrows } from "@std/assert";
 *
 * const device = new Device(new ReferenceBackend());
 * setDefaultDevice(device);
 * assertStrictEquals(defaultDevice(), device);
 * await device.close();
 * assertThrows(defaultDevice, Error, "got none");
 * ```
 */
export class Device {
  #open = true;

  /** Makes a device of a backend of your own; `createDevice` makes the usual ones. */
  constructor(readonly backend: Backend) {}

  /** Ends its workers; its tensors are gone. Resolves when they have ended. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    if (current === this) current = undefined;
    forgetBackend(this.backend);
    await this.backend.close();
  }

  /** For `using`: closes it and does not wait for the workers. */
  [Symbol.dispose](): void {
    void this.close();
  }

  /** For `await using`: closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** More threads than any machine has use for: a slip must not start a million. */
const MAX_WORKERS = 256;

let current: Device | undefined;

/**
 * Makes a device.
 *
 * @throws {RangeError} if there is no such backend, the number of workers is not an integer from 1 to 256, or the bytes
 * are not a positive integer (on wasm: from 128 KiB to 16 GiB).
 * @throws {OutOfMemoryError} if the machine has no room for so many bytes.
 * @throws {NoAdapterError} for webgpu, if there is no adapter that is exact.
 *
 * @example The same bits on the reference and on one and two workers
 * ```ts
 * import { createDevice, Key, setDefaultDevice, softmax, uniform } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const results = [];
 * for (const options of [{ backend: "reference" }, { workers: 1 }, { workers: 2 }] as const) {
 *   await using device = await createDevice(options);
 *   setDefaultDevice(device);
 *   using logits = uniform(Key.from(1), [1000], -9, 9);
 *   using shares = softmax(logits);
 *   results.push(await shares.read());
 * }
 * assertEquals(results[1], results[0]);
 * assertEquals(results[2], results[0]);
 * ```
 */
export async function createDevice(options: DeviceOptions = {}): Promise<Device> {
  const { backend = "wasm", workers = navigator.hardwareConcurrency, bytes, allowInexact = false } = options;
  if (backend !== "wasm" && backend !== "webgpu" && backend !== "reference") {
    throw new RangeError(
      `Cannot create a device: expected the backend "wasm", "webgpu" or "reference", got ${nameOf(backend)}`,
    );
  }
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS) {
    throw new RangeError(
      `Cannot create a device: expected 1 to ${MAX_WORKERS} workers, got ${nameOf(workers)}`,
    );
  }
  if (bytes !== undefined && !(Number.isSafeInteger(bytes) && bytes > 0)) {
    throw new RangeError(`Cannot create a device: expected a positive number of bytes, got ${nameOf(bytes)}`);
  }
  if (backend === "reference") {
    return new Device(new ReferenceBackend(bytes === undefined ? {} : { byteLimit: bytes }));
  }
  if (backend === "webgpu") {
    const { WebGpuBackend } = await import("../backends/webgpu/webgpu_backend.ts");
    return new Device(
      await WebGpuBackend.create({ allowInexact, ...(bytes === undefined ? {} : { bytes }) }),
    );
  }
  return new Device(await WasmBackend.create(bytes === undefined ? { workers } : { workers, bytes }));
}

/**
 * Makes new tensors live on `device`; returns the device that was the default before.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice } from "@verbatim/core";
 * import { assertStrictEquals } from "@std/assert";
 *
 * using a = await createDevice({ backend: "reference" });
 * using b = await createDevice({ backend: "reference" });
 * setDefaultDevice(a);
 * assertStrictEquals(setDefaultDevice(b), a);
 * ```
 */
export function setDefaultDevice(device: Device | undefined): Device | undefined {
  const before = current;
  current = device;
  return before;
}

/**
 * The device on which new tensors live.
 *
 * @throws {Error} if none was set.
 *
 * @example
 * ```ts
 * import { createDevice, defaultDevice, setDefaultDevice } from "@verbatim/core";
 * import { assertStrictEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * assertStrictEquals(defaultDevice(), device);
 * ```
 */
export function defaultDevice(): Device {
  if (current === undefined) {
    throw new Error(
      "Cannot make a tensor: expected a default device, got none; call setDefaultDevice(await createDevice()) first",
    );
  }
  return current;
}
