import type { Backend, DeviceBuffer } from "../backends/backend.ts";
import type { Kernel } from "../kernels/kernel.ts";
import type { Dtype, HostArray } from "../numerics/dtype.ts";
import type { Key } from "../random/key.ts";
import type { Storage } from "../tensor/tensor.ts";
import type { Observer, Tracing } from "../tensor/tracing.ts";
import { type Call, computed, type Value } from "./graph.ts";

class TraceBuffer implements DeviceBuffer {
  constructor(readonly dtype: Dtype, readonly length: number, public value: Value | undefined) {}
}

/**
 * Takes down the kernels that a function runs instead of running them: in a trace it stands where a device stands
 * otherwise, and a buffer is a value of the graph.
 */
export class TraceBackend implements Backend, Tracing {
  readonly name = "trace";
  readonly alignment = 64;
  readonly readsWait: boolean = false;
  readonly calls: Call[] = [];
  /** The keys whose words the program needs, in the order of their parameters. */
  readonly keys: { readonly key: Key; readonly parameter: number }[] = [];
  readonly #captured = new Map<Storage, TraceBuffer>();
  #parameters = 0;
  #ended = false;

  constructor(readonly workers: number, readonly observer?: Observer) {}

  get backend(): Backend {
    return this;
  }

  /** A buffer that is given at each run. */
  parameter(dtype: Dtype, length: number): DeviceBuffer {
    return new TraceBuffer(dtype, length, {
      dtype,
      length,
      origin: { kind: "parameter", index: this.#parameters++ },
    });
  }

  /** A buffer that the program carries. */
  carried(dtype: Dtype, length: number, index: number): DeviceBuffer {
    return new TraceBuffer(dtype, length, { dtype, length, origin: { kind: "carry", index } });
  }

  wordsOf(key: Key): DeviceBuffer {
    this.keys.push({ key, parameter: this.#parameters });
    return this.parameter("u32", 4);
  }

  capture(storage: Storage): DeviceBuffer {
    let buffer = this.#captured.get(storage);
    if (buffer === undefined) {
      const { dtype, length } = storage.buffer;
      buffer = new TraceBuffer(dtype, length, { dtype, length, origin: { kind: "captured", storage } });
      this.#captured.set(storage, buffer);
    }
    return buffer;
  }

  /** The value that a buffer holds. */
  valueOf(buffer: DeviceBuffer): Value {
    if (!(buffer instanceof TraceBuffer)) {
      throw new TypeError("Cannot compile: expected a tensor of the traced function, got one of a device");
    }
    if (buffer.value === undefined) {
      throw new TypeError(
        `Cannot compile: expected a tensor with values, got ${buffer.dtype}[${buffer.length}] that was never written`,
      );
    }
    return buffer.value;
  }

  allocate(dtype: Dtype, length: number): DeviceBuffer {
    this.#checkOpen();
    return new TraceBuffer(dtype, length, undefined);
  }

  free(): void {}

  write(buffer: DeviceBuffer, values: HostArray): void {
    this.#checkOpen();
    const { dtype, length } = buffer;
    const bits = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const width = values.BYTES_PER_ELEMENT;
    const uniform = length > 0 && bits.every((byte, i) => byte === bits[i % width]);
    const kept = uniform ? values.slice(0, 1) : values.slice();
    (buffer as TraceBuffer).value = { dtype, length, origin: { kind: "constant", values: kept } };
  }

  read(): Promise<HostArray> {
    throw new TypeError(
      "Cannot read a tensor in a function that is being compiled: its values are known only when the program runs; " +
        "choose between values with select(), or read what the program returns",
    );
  }

  run(kernel: Kernel, inputs: readonly DeviceBuffer[], outputs: readonly DeviceBuffer[]): void {
    this.#checkOpen();
    const operands = inputs.map((buffer) => this.valueOf(buffer));
    const results = outputs.map(({ dtype, length }) => computed(dtype, length));
    outputs.forEach((buffer, i) => (buffer as TraceBuffer).value = results[i]);
    this.calls.push({ kernel, inputs: operands, outputs: results });
  }

  view(): never {
    throw new TypeError("Cannot compile: expected operations on tensors, got a part of a buffer");
  }

  prepare(): never {
    throw new TypeError(
      "Cannot compile: expected operations on tensors, got a program that runs inside another",
    );
  }

  /** From now on nothing is taken down. */
  close(): Promise<void> {
    this.#ended = true;
    return Promise.resolve();
  }

  #checkOpen(): void {
    if (this.#ended) {
      throw new TypeError(
        "Cannot compute: expected a tensor of a device, got one of a function that was compiled; " +
          "only what the function returns outlives it",
      );
    }
  }
}
