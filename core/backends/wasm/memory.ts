import { PAGE_BYTES } from "../../assembler/module_builder.ts";
import { type Dtype, type HostArrays, viewAs } from "../../numerics/dtype.ts";
import { Allocator, type Block } from "../allocator.ts";

/** Where the heap begins: the page before it holds the words by which the threads talk. */
const HEAP_START = PAGE_BYTES;

/** The most that 32-bit addresses reach, less a page, so that no address arithmetic wraps around. */
const MAXIMUM_BYTES = 0x1_0000_0000 - PAGE_BYTES;

/**
 * The memory that the threads and the kernels share, and its allocator.
 *
 * Host arithmetic on addresses is here, in the allocator and where a job is described: addresses are plain numbers,
 * which hold those of 64-bit memories too.
 */
export class WasmMemory {
  /** The memory that every kernel imports. It never grows, so views of it stay valid. */
  readonly memory: WebAssembly.Memory;
  readonly pages: number;
  readonly #allocator: Allocator;
  readonly #words: Uint32Array;

  /** @throws {RangeError} if `bytes` is not between two pages and 4 GiB less a page. */
  constructor(bytes: number) {
    if (!Number.isInteger(bytes) || bytes < 2 * PAGE_BYTES || bytes > MAXIMUM_BYTES) {
      throw new RangeError(
        `Cannot make a memory: expected ${2 * PAGE_BYTES} to ${MAXIMUM_BYTES} bytes, got ${bytes}`,
      );
    }
    this.pages = Math.floor(bytes / PAGE_BYTES);
    this.memory = new WebAssembly.Memory({ initial: this.pages, maximum: this.pages, shared: true });
    this.#allocator = new Allocator(HEAP_START, this.pages * PAGE_BYTES);
    this.#words = new Uint32Array(this.memory.buffer);
  }

  get bytesInUse(): number {
    return this.#allocator.inUse;
  }

  /**
   * Takes a block; its contents are arbitrary, and so are the 64 readable bytes behind it.
   *
   * @throws {OutOfMemoryError} if there is no room.
   */
  allocate(bytes: number): Block {
    return this.#allocator.allocate(bytes);
  }

  /** Gives a block back. @throws {Error} if it is not in use. */
  free(block: Block): void {
    this.#allocator.free(block);
  }

  /** Views part of the memory without a copy. */
  view<D extends Dtype>(dtype: D, address: number, length: number): HostArrays[D] {
    return viewAs(dtype, this.memory.buffer, address, length);
  }

  /** Writes an address where a kernel will read it. */
  storePointer(address: number, pointer: number): void {
    this.#words[address / 4] = pointer;
  }
}
