import type { Backend, DeviceBuffer } from "../backends/backend.ts";
import type { Dtype } from "../numerics/dtype.ts";
import type { Storage } from "../tensor/tensor.ts";
import { expanded } from "./constants.ts";
import type { Value } from "./graph.ts";
import type { MemoryPlan } from "./plan_memory.ts";

/** The buffers of a prepared step: all computed values in one block, constants and captured tensors beside it. */
export class StepMemory {
  readonly #buffers = new Map<Value, DeviceBuffer>();
  readonly #own: DeviceBuffer[] = [];
  readonly #captured: Storage[] = [];
  #whole: DeviceBuffer | undefined;

  constructor(
    readonly backend: Backend,
    readonly plan: MemoryPlan,
    readonly carry: readonly DeviceBuffer[],
  ) {}

  /** A buffer that is freed with the rest. */
  allocate(dtype: Dtype, length: number): DeviceBuffer {
    const buffer = this.backend.allocate(dtype, length);
    this.#own.push(buffer);
    return buffer;
  }

  /** Where a value lies. */
  bufferOf(value: Value): DeviceBuffer {
    let buffer = this.#buffers.get(value);
    if (buffer === undefined) this.#buffers.set(value, buffer = this.#place(value));
    return buffer;
  }

  /** Gives all memory back. */
  release(): void {
    for (const buffer of this.#own.reverse()) this.backend.free(buffer);
    for (const storage of this.#captured) storage.release();
  }

  #place(value: Value): DeviceBuffer {
    const { dtype, length, origin } = value;
    switch (origin.kind) {
      case "computed": {
        const place = this.plan.places.get(value)!;
        if ("carry" in place) return this.carry[place.carry]!;
        this.#whole ??= this.allocate("u8", this.plan.bytes);
        return this.backend.view(this.#whole, place.offset, dtype, length);
      }
      case "carry":
        return this.carry[origin.index]!;
      case "captured":
        if (origin.storage.backend !== this.backend) {
          throw new TypeError(
            `Cannot compile: expected captured tensors on ${this.backend.name}, got one on ${origin.storage.backend.name}`,
          );
        }
        origin.storage.retain();
        this.#captured.push(origin.storage);
        return origin.storage.buffer;
      case "constant": {
        const buffer = this.allocate(dtype, length);
        this.backend.write(buffer, expanded(origin.values, length));
        return buffer;
      }
      case "parameter":
        throw new Error("Cannot place a parameter: its buffer is given at each run");
    }
  }
}
