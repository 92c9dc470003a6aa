import { BYTES_PER_ELEMENT, type Dtype, type HostArray, viewAs } from "../../numerics/dtype.ts";
import { runReference } from "../../kernels/families.ts";
import type { Kernel, Slot } from "../../kernels/kernel.ts";
import {
  type Backend,
  type DeviceBuffer,
  type KernelCall,
  type KernelProgram,
  OutOfMemoryError,
} from "../backend.ts";
import { ALIGNMENT } from "../allocator.ts";
import { checkAllocate, checkProgram, checkRun, checkView, checkWrite } from "../check_run.ts";

/** Options of the reference backend. */
export interface ReferenceBackendOptions {
  /** The most bytes that its buffers may hold together. Default: no limit. */
  readonly byteLimit?: number;
}

class ReferenceBuffer implements DeviceBuffer {
  constructor(
    readonly owner: ReferenceBackend,
    readonly dtype: Dtype,
    readonly length: number,
    /** For a part of another buffer: that buffer. */
    readonly whole?: ReferenceBuffer,
  ) {}
  /** Undefined once freed. */
  values: HostArray | undefined;
  /** False until something is stored: what a fresh buffer holds is nobody's business. */
  written = false;
}

/**
 * The backend that defines every bit: kernels run at once, on the calling thread, in plain TypeScript.
 *
 * It is the strictest backend too: it finds buffers that are used after they were freed, before anything was written to
 * them, or on a backend that did not make them.
 *
 * @example
 * ```ts
 * import { ReferenceBackend } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const backend = new ReferenceBackend();
 * const x = backend.allocate("f32", 3);
 * const sum = backend.allocate("f32", 1);
 * backend.write(x, Float32Array.of(1, 2, 4));
 * backend.run({ family: "reduce", operation: "sum", shape: [3], axes: [0] }, [x], [sum]);
 * assertEquals(await backend.read(sum), Float32Array.of(7));
 * ```
 */
export class ReferenceBackend implements Backend {
  readonly name = "reference";
  readonly workers = 1;
  readonly alignment: number = ALIGNMENT;
  readonly readsWait: boolean = false;
  readonly #byteLimit: number;
  #bytes = 0;
  #closed = false;

  /** Makes a backend with no buffer. */
  constructor({ byteLimit = Infinity }: ReferenceBackendOptions = {}) {
    this.#byteLimit = byteLimit;
  }

  /** Bytes that the buffers hold now. */
  get bytesInUse(): number {
    return this.#bytes;
  }

  allocate(dtype: Dtype, length: number): DeviceBuffer {
    this.#checkOpen();
    checkAllocate(dtype, length);
    const bytes = length * BYTES_PER_ELEMENT[dtype];
    const outOfMemory = (cause?: unknown) =>
      OutOfMemoryError.ofAllocation(bytes, this.#bytes, this.#byteLimit, cause);
    if (this.#bytes + bytes > this.#byteLimit) throw outOfMemory();
    const buffer = new ReferenceBuffer(this, dtype, length);
    try {
      buffer.values = viewAs(dtype, new ArrayBuffer(bytes), 0, length);
    } catch (error) {
      if (error instanceof RangeError) throw outOfMemory(error);
      throw error;
    }
    buffer.written = length === 0;
    this.#bytes += bytes;
    return buffer;
  }

  free(buffer: DeviceBuffer): void {
    const { byteLength } = this.#valuesOf(buffer, "free");
    const own = buffer as ReferenceBuffer;
    if (own.whole === undefined) this.#bytes -= byteLength;
    own.values = undefined;
  }

  write(buffer: DeviceBuffer, values: HostArray): void {
    const target = this.#valuesOf(buffer, "write");
    checkWrite(buffer, values);
    target.set(values);
    (buffer as ReferenceBuffer).written = true;
  }

  // deno-lint-ignore require-await -- a rejected promise, not a throw, as on every other backend
  async read(buffer: DeviceBuffer): Promise<HostArray> {
    return this.#writtenValuesOf(buffer, "read").slice();
  }

  run(kernel: Kernel, inputs: readonly DeviceBuffer[], outputs: readonly DeviceBuffer[]): void {
    this.#checkOpen();
    checkRun(kernel, inputs, outputs);
    this.#compute(kernel, inputs, outputs);
  }

  #compute(kernel: Kernel, inputs: readonly DeviceBuffer[], outputs: readonly DeviceBuffer[]): void {
    const sources = inputs.map((buffer) => this.#writtenValuesOf(buffer, `run ${kernel.family}`));
    const targets = outputs.map((buffer) => this.#valuesOf(buffer, `run ${kernel.family}`));
    runReference(kernel, sources, targets);
    for (const buffer of outputs) (buffer as ReferenceBuffer).written = true;
  }

  view(whole: DeviceBuffer, offset: number, dtype: Dtype, length: number): DeviceBuffer {
    const { buffer, byteOffset } = this.#valuesOf(whole, "view");
    checkView(whole, offset, dtype, length, this.alignment);
    const part = new ReferenceBuffer(this, dtype, length, whole as ReferenceBuffer);
    part.values = viewAs(dtype, buffer, byteOffset + offset, length);
    return part;
  }

  prepare(groups: readonly (readonly KernelCall[])[], parameters: readonly Slot[]): KernelProgram {
    this.#checkOpen();
    checkProgram(groups, parameters);
    const calls = groups.flat();
    return {
      run: (parameters) => {
        for (const { kernel, inputs, outputs } of calls) {
          const operands = inputs.map((input) => typeof input === "number" ? parameters[input]! : input);
          this.#compute(kernel, operands, outputs);
        }
      },
      release: () => {},
    };
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #checkOpen(): void {
    if (this.#closed) {
      throw new TypeError("Cannot use the reference backend: expected it open, got it closed");
    }
  }

  #valuesOf(buffer: DeviceBuffer, task: string): HostArray {
    this.#checkOpen();
    if (!(buffer instanceof ReferenceBuffer) || buffer.owner !== this) {
      throw new TypeError(`Cannot ${task}: expected a buffer of this backend, got one of another`);
    }
    if (buffer.values === undefined || (buffer.whole !== undefined && buffer.whole.values === undefined)) {
      throw new TypeError(
        `Cannot ${task}: expected a buffer that is in use, got ${buffer.dtype}[${buffer.length}] after free`,
      );
    }
    return buffer.values;
  }

  #writtenValuesOf(buffer: DeviceBuffer, task: string): HostArray {
    const values = this.#valuesOf(buffer, task);
    if (!(buffer as ReferenceBuffer).written) {
      throw new TypeError(
        `Cannot ${task}: expected a buffer with values, got ${buffer.dtype}[${buffer.length}] that was never written`,
      );
    }
    return values;
  }
}
