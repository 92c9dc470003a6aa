import type { GpuDevice } from "./adapter.ts";
import type { GpuRange } from "./gpu_memory.ts";
import { gridOf } from "./pipelines.ts";

/** So many dispatches are handed to the driver at once: it then works while more are noted. */
const BATCH = 128;

/** Notes work in order and hands it to the driver in batches. */
export class GpuQueue {
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #pipeline: GPUComputePipeline | undefined;
  #dispatches = 0;

  constructor(readonly gpu: GpuDevice) {}

  dispatch(pipeline: GPUComputePipeline, bindings: GPUBindGroup, groups: number): void {
    const pass = this.#pass ??= this.#encoding().beginComputePass();
    if (this.#pipeline !== pipeline) {
      pass.setPipeline(pipeline);
      this.#pipeline = pipeline;
    }
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(...gridOf(groups));
    if (++this.#dispatches >= BATCH) this.flush();
  }

  /** Copies between two of the driver's buffers. */
  copy(from: GpuRange, to: GpuRange): void {
    this.#endPass();
    this.#encoding().copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, from.size);
  }

  /** Writes after all that was noted before. */
  write({ buffer, offset }: GpuRange, bytes: Uint8Array<ArrayBuffer>): void {
    this.flush();
    const { queue } = this.gpu.device;
    if (bytes.byteLength % 4 === 0) queue.writeBuffer(buffer, offset, bytes);
    else {
      const padded = new Uint8Array(4 * Math.ceil(bytes.byteLength / 4));
      padded.set(bytes);
      queue.writeBuffer(buffer, offset, padded);
    }
  }

  /** Hands all that was noted to the driver. */
  flush(): void {
    const encoder = this.#encoder;
    if (encoder === undefined) return;
    this.#endPass();
    this.#encoder = undefined;
    this.#dispatches = 0;
    this.gpu.device.queue.submit([encoder.finish()]);
  }

  #encoding(): GPUCommandEncoder {
    return this.#encoder ??= this.gpu.device.createCommandEncoder();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
    this.#pipeline = undefined;
  }
}
