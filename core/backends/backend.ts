import type { Dtype, HostArray } from "../numerics/dtype.ts";
import type { Kernel, Slot } from "../kernels/kernel.ts";

/** Memory on a device, for `length` elements. Handles are opaque outside their backend. */
export interface DeviceBuffer {
  /** Type of the elements. */
  readonly dtype: Dtype;
  /** Number of elements. */
  readonly length: number;
}

/** A kernel with its buffers. An operand that is a number is the parameter with that index, given at each run. */
export interface KernelCall {
  /** What to compute. */
  readonly kernel: Kernel;
  /** Operands, in order. */
  readonly inputs: readonly (DeviceBuffer | number)[];
  /**
   * Results, in order. One may be the buffer of an operand if `canOverwrite` says so for the kernel; otherwise they are
   * distinct.
   */
  readonly outputs: readonly DeviceBuffer[];
}

/** Kernels made ready to run many times. */
export interface KernelProgram {
  /** Runs all of them, in order, with these buffers as parameters. */
  run(parameters: readonly DeviceBuffer[]): void;
  /** Gives back what the program itself took; the buffers stay. */
  release(): void;
}

/**
 * What a backend author implements. Work is enqueued in order by synchronous calls; only `read` awaits.
 *
 * Every kernel must give the bits of its family's reference implementation; the conformance suite checks it. What a
 * backend cannot do exactly it refuses with an error.
 */
export interface Backend {
  /** For messages and records: "reference", "wasm", "webgpu". */
  readonly name: string;
  /** Number of threads that share the work. */
  readonly workers: number;
  /** Views begin at multiples of so many bytes: a multiple of 64. */
  readonly alignment: number;
  /** Whether a read takes long however little is read: who needs many values then gathers them and reads together. */
  readonly readsWait: boolean;
  /**
   * Makes a buffer; what it holds before it is written is unspecified.
   *
   * @throws {OutOfMemoryError} if the device has no room, naming how many bytes were asked for.
   */
  allocate(dtype: Dtype, length: number): DeviceBuffer;
  /** Gives the memory back for reuse by later work. Freeing twice is an error. */
  free(buffer: DeviceBuffer): void;
  /** Copies host values into the buffer. @throws {RangeError} if dtype or length differ. */
  write(buffer: DeviceBuffer, values: HostArray): void;
  /** Copies the buffer's values out, after all work enqueued before. */
  read(buffer: DeviceBuffer): Promise<HostArray>;
  /** Computes a kernel. Outputs are distinct from inputs and from each other. */
  run(kernel: Kernel, inputs: readonly DeviceBuffer[], outputs: readonly DeviceBuffer[]): void;
  /**
   * A part of a u8 buffer as a buffer of its own, which shares its memory and is gone when the whole is freed.
   *
   * @param offset Bytes from the beginning, a multiple of `alignment`. Behind the part, 64 bytes belong to it as room.
   */
  view(whole: DeviceBuffer, offset: number, dtype: Dtype, length: number): DeviceBuffer;
  /**
   * Makes a sequence of kernels ready: groups in order; the kernels of a group do not depend on each other.
   *
   * @param parameters Type and length of each parameter.
   */
  prepare(groups: readonly (readonly KernelCall[])[], parameters: readonly Slot[]): KernelProgram;
  /** Ends the workers and gives the memory back. */
  close(): Promise<void>;
}

/**
 * Thrown when a device has no room for an allocation, or the machine none for the device: the message has the bytes
 * asked for, those in use, and what to do.
 *
 * @example
 * ```ts
 * import { OutOfMemoryError, ReferenceBackend } from "@verbatim/core";
 * import { assertThrows } from "@std/assert";
 *
 * const backend = new ReferenceBackend({ byteLimit: 16 });
 * backend.allocate("f32", 4);
 * assertThrows(() => backend.allocate("u8", 1), OutOfMemoryError, "16 of 16 bytes in use");
 * ```
 */
export class OutOfMemoryError extends Error {
  /** Tells it from other errors. */
  override readonly name = "OutOfMemoryError";

  /** The error of an allocation of `bytes` bytes. */
  static ofAllocation(bytes: number, inUse: number, capacity: number, cause?: unknown): OutOfMemoryError {
    return new OutOfMemoryError(
      `Cannot allocate ${bytes} bytes: expected room for them, got ${inUse} of ${capacity} bytes in use; ` +
        "createDevice({ bytes }) makes a device with more, scope and dispose give back what is no longer needed",
      { cause },
    );
  }
}
