import type { Dtype } from "../../numerics/dtype.ts";
import { BYTES_PER_ELEMENT } from "../../numerics/dtype.ts";
import { ALIGNMENT as UNIT, Allocator, type Block, SLACK } from "../allocator.ts";
import { type DeviceBuffer, OutOfMemoryError } from "../backend.ts";
import type { GpuDevice } from "./adapter.ts";

/** Every block begins at a multiple of this, at which any adapter binds buffers. */
export const GPU_ALIGNMENT = 256;

/** Bytes of the allocator's unit of addresses. */
const SCALE = GPU_ALIGNMENT / UNIT;

/** Heaps are at least this large, so that small arrays share them. */
const HEAP_BYTES = 0x4000000;

/** Arrays of at least so many bytes have heaps of their own, which no small array keeps from being given back. */
const LARGE_BYTES = HEAP_BYTES / 2;

/** A range of one of the driver's buffers. */
export interface GpuRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  /** Bytes, a multiple of 4. */
  readonly size: number;
}

/** A range that is given back. */
export interface GpuBlock extends GpuRange {
  readonly heap: Heap;
  readonly block: Block;
}

interface Heap {
  readonly buffer: GPUBuffer;
  readonly allocator: Allocator;
  readonly large: boolean;
}

/** A tensor's memory, or a part of it. */
export class GpuBuffer implements DeviceBuffer, GpuRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
  #freed = false;

  constructor(
    readonly owner: object,
    readonly dtype: Dtype,
    readonly length: number,
    /** Where it begins: its own block, or a place in `whole`. */
    start: { readonly buffer: GPUBuffer; readonly offset: number },
    readonly block: GpuBlock | undefined,
    readonly whole?: GpuBuffer,
  ) {
    this.buffer = start.buffer;
    this.offset = start.offset;
    this.size = Math.max(4, 4 * Math.ceil(length * BYTES_PER_ELEMENT[dtype] / 4));
  }

  get freed(): boolean {
    return this.#freed || (this.whole?.freed ?? false);
  }

  free(): void {
    this.#freed = true;
  }
}

/** The memory of an adapter: a few large buffers of the driver, in which arrays lie side by side. */
export class GpuMemory {
  #heaps: Heap[] = [];
  #inUse = 0;

  /**
   * @param bytes The most that all blocks may take together.
   * @param flush Hands the work to the driver that was noted so far.
   */
  constructor(readonly gpu: GpuDevice, readonly bytes: number, readonly flush: () => void) {}

  /** Bytes of all blocks in use. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Bytes of the driver's buffers. */
  get reserved(): number {
    return this.#heaps.reduce((sum, { buffer }) => sum + buffer.size, 0);
  }

  /** @throws {OutOfMemoryError} if there is no room. */
  allocate(bytes: number): GpuBlock {
    const size = Math.max(4, 4 * Math.ceil(bytes / 4));
    if (this.#inUse + size > this.bytes) throw OutOfMemoryError.ofAllocation(bytes, this.#inUse, this.bytes);
    const most = this.gpu.device.limits.maxBufferSize;
    const needed = size + SCALE * (SLACK + 2 * UNIT) + SCALE * 4096;
    if (needed > most) {
      throw new OutOfMemoryError(
        `Cannot allocate ${bytes} bytes: expected at most ${most}, the largest buffer of ${this.gpu.name}; ` +
          "smaller batches need less",
      );
    }
    const large = size >= LARGE_BYTES;
    for (const heap of this.#heaps) {
      if (heap.large !== large) continue;
      const block = tryAllocate(heap.allocator, size);
      if (block !== undefined) return this.#take(heap, block, size);
    }
    const heap = this.#grow(Math.min(most, Math.max(HEAP_BYTES, needed)), large);
    return this.#take(heap, heap.allocator.allocate(Math.ceil(size / SCALE)), size);
  }

  /** Gives a block back: work that is enqueued later may use it. */
  free({ heap, block }: GpuBlock): void {
    this.#inUse -= SCALE * block.bytes;
    heap.allocator.free(block);
  }

  /** Gives all memory back. */
  close(): void {
    for (const { buffer } of this.#heaps) buffer.destroy();
    this.#heaps = [];
  }

  /** Destroys the driver's buffers in which nothing lies: what is asked for does not fit into them. */
  #giveBackEmpty(): void {
    const empty = this.#heaps.filter(({ allocator }) => allocator.inUse === 0);
    if (empty.length === 0) return;
    // Noted work may still use them; work that the driver has it ends.
    this.flush();
    for (const { buffer } of empty) buffer.destroy();
    this.#heaps = this.#heaps.filter((heap) => !empty.includes(heap));
  }

  #take(heap: Heap, block: Block, size: number): GpuBlock {
    this.#inUse += SCALE * block.bytes;
    return { heap, block, buffer: heap.buffer, offset: SCALE * block.address, size };
  }

  #grow(bytes: number, large: boolean): Heap {
    this.#giveBackEmpty();
    const size = Math.floor(bytes / GPU_ALIGNMENT) * GPU_ALIGNMENT;
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const heap = {
      large,
      buffer: this.gpu.createBuffer(size, STORAGE | COPY_SRC | COPY_DST),
      allocator: new Allocator(0, size / SCALE),
    };
    this.#heaps.push(heap);
    return heap;
  }
}

function tryAllocate(allocator: Allocator, size: number): Block | undefined {
  try {
    return allocator.allocate(Math.ceil(size / SCALE));
  } catch (error) {
    if (error instanceof OutOfMemoryError) return undefined;
    throw error;
  }
}
