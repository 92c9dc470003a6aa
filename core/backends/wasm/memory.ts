import { PAGE_BYTES } from "../../assembler/module_builder.ts";
import type { Addresses } from "../../assembler/types.ts";
import { type Dtype, type HostArray, type HostArrays, viewAs } from "../../numerics/dtype.ts";
import { Allocator, type Block } from "../allocator.ts";
import { OutOfMemoryError } from "../backend.ts";
import { phaseArgument } from "./phase_entry.ts";
import { POINTER_BYTES } from "./wasm_kernel.ts";

/** Where the heap begins: the page before it holds the words by which the threads talk. */
const HEAP_START = PAGE_BYTES;

/**
 * The most bytes of a memory: with 32-bit addresses what they reach, less a page, so that no address arithmetic wraps
 * around; with 64-bit addresses what the WebAssembly interface of JavaScript allows.
 */
const MAXIMUM_BYTES: { readonly [A in Addresses]: number } = {
  i32: 0x1_0000_0000 - PAGE_BYTES,
  i64: 0x4_0000_0000,
};

/**
 * The memory that the threads and the kernels share, and its allocator. Above 4 GiB its addresses have 64 bits.
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
  readonly #floats: Float32Array;

  /**
   * @param addresses How it is addressed; default: with as few bits as `bytes` allows.
   * @throws {RangeError} if `bytes` is not between two pages and 16 GiB.
   * @throws {OutOfMemoryError} if the machine has no room for so many bytes.
   */
  constructor(bytes: number, readonly addresses: Addresses = bytes > MAXIMUM_BYTES.i32 ? "i64" : "i32") {
    const most = MAXIMUM_BYTES[addresses];
    if (!Number.isInteger(bytes) || bytes < 2 * PAGE_BYTES || bytes > most) {
      throw new RangeError(`Cannot make a memory: expected ${2 * PAGE_BYTES} to ${most} bytes, got ${bytes}`);
    }
    this.pages = Math.floor(bytes / PAGE_BYTES);
    this.memory = makeMemory(this.pages, addresses);
    this.#allocator = new Allocator(HEAP_START, this.pages * PAGE_BYTES);
    this.#words = new Uint32Array(this.memory.buffer);
    this.#floats = new Float32Array(this.memory.buffer);
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

  /** Writes values of f32 or u32, as steps are given them, without making a view. */
  store(address: number, values: Float32Array | Uint32Array): void {
    const words = values instanceof Float32Array ? this.#floats : this.#words;
    if (values.length === 1) words[address / 4] = values[0]!;
    else words.set(values, address / 4);
  }

  /** Copies a part of the memory. A single number, such as a loss that is read in each step, without making a view. */
  copy(dtype: Dtype, address: number, length: number): HostArray {
    if (dtype === "f32" && length === 1) {
      const value = this.#floats[address / 4]!;
      // As a number NaN may lose its bits.
      if (!Number.isNaN(value)) {
        const single = new Float32Array(1);
        single[0] = value;
        return single;
      }
    }
    return this.view(dtype, address, length).slice();
  }

  /** Bytes of a pointer. */
  get pointerBytes(): number {
    return POINTER_BYTES[this.addresses];
  }

  /** Writes an address where a kernel will read it. */
  storePointer(address: number, pointer: number): void {
    this.#words[address / 4] = pointer;
    if (this.addresses === "i64") this.#words[address / 4 + 1] = Math.floor(pointer / 0x1_0000_0000);
  }

  /** An address, of a line, as a phase takes it from JavaScript. */
  phaseArgument(address: number): number {
    return phaseArgument(this.addresses, address);
  }
}

/** Makes a shared memory. @throws {OutOfMemoryError} if the machine has no room for it. */
export function makeMemory(pages: number, addresses: Addresses): WebAssembly.Memory {
  try {
    if (addresses === "i32") return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const descriptor = { address: "i64", initial: BigInt(pages), maximum: BigInt(pages), shared: true };
    // TypeScript does not know such descriptors yet.
    return Reflect.construct(WebAssembly.Memory, [descriptor]);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new OutOfMemoryError(
      `Cannot make a memory of ${pages * PAGE_BYTES} bytes: expected the machine to have room for it, ` +
        `got "${cause.message}"; ask for less with createDevice({ bytes })`,
      { cause },
    );
  }
}
