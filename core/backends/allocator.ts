import { OutOfMemoryError } from "./backend.ts";

/** Every block begins at a multiple of this, the bytes of a cache line. */
export const ALIGNMENT = 64;

/** Bytes after the end of every allocation that may be read. */
export const SLACK = 64;

/**
 * Blocks of at least this size get a length that shifts their neighbour by `STAGGER` within a page: streams that run in
 * step through buffers of equal size then never meet at equal low address bits, which processors take for a dependency.
 */
const BIG = 32768;
const PAGE = 4096;
const STAGGER = 1088;

/** Subdivisions of each power of two. */
const STEPS = 8;

/** A piece of the heap, in use or free. */
export interface Block {
  readonly address: number;
  /** Bytes of the piece, at least those asked for and the slack. */
  readonly bytes: number;
}

/**
 * Blocks know their neighbours in memory, so that a freed block is merged at once; free ones are in a list. A piece
 * object stands for one allocation or one free range and is never used for another.
 */
class Piece implements Block {
  state: "free" | "used" | "gone" = "free";
  newer: Piece | undefined = undefined;
  older: Piece | undefined = undefined;
  after: Piece | undefined = undefined;

  constructor(
    readonly owner: Allocator,
    readonly address: number,
    public bytes: number,
    public before: Piece | undefined,
  ) {}

  follow(next: Piece | undefined): void {
    this.after = next;
    if (next !== undefined) next.before = this;
  }
}

/** The size class of a piece: exact up to 1 KiB, then eight steps for each power of two. */
function sizeClass(bytes: number): number {
  const units = bytes / ALIGNMENT;
  if (units < STEPS) return units;
  const exponent = 31 - Math.clz32(units);
  return STEPS * (exponent - 2) + (units >>> (exponent - 3)) - STEPS;
}

/**
 * Hands out blocks of a range of addresses: two-level segregated fit (Masmano and others, 2004), in host objects.
 *
 * Free blocks are kept by size, eight classes to a power of two. A freed block is merged with free neighbours at once and
 * goes to the front of its class's list, so the memory used last, which is still in the caches, is used next.
 * Allocating and freeing take constant time, and equal sequences of calls give equal addresses.
 */
export class Allocator {
  readonly #capacity: number;
  readonly #lists: (Piece | undefined)[] = [];
  /** Bit i of word w tells whether list 32 w + i has a piece. */
  readonly #occupied = new Uint32Array(8);
  #inUse = 0;

  /** Takes charge of the addresses from `start` to `end`; both are multiples of 64. */
  constructor(start: number, end: number) {
    this.#capacity = end - start;
    this.#insert(new Piece(this, start, end - start, undefined));
  }

  /** Bytes of all blocks in use, with their slack. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Bytes that there are. */
  get capacity(): number {
    return this.#capacity;
  }

  /**
   * Takes a block of at least `bytes` bytes plus the slack.
   *
   * @throws {OutOfMemoryError} if no free block is large enough.
   */
  allocate(bytes: number): Block {
    let size = Math.ceil((bytes + SLACK) / ALIGNMENT) * ALIGNMENT;
    if (size >= BIG) size += (STAGGER - (size % PAGE) + PAGE) % PAGE;
    // Larger sizes than the memory have no class.
    const piece = size <= this.#capacity ? this.#find(size) : undefined;
    if (piece === undefined) {
      throw OutOfMemoryError.ofAllocation(bytes, this.#inUse, this.#capacity);
    }
    this.#remove(piece);
    if (piece.bytes > size) {
      const rest = new Piece(this, piece.address + size, piece.bytes - size, piece);
      rest.follow(piece.after);
      piece.after = rest;
      piece.bytes = size;
      this.#insert(rest);
    }
    piece.state = "used";
    this.#inUse += size;
    return piece;
  }

  /**
   * Gives a block back.
   *
   * @throws {Error} if the block was not taken here or is free already.
   */
  free(block: Block): void {
    if (!(block instanceof Piece) || block.owner !== this || block.state !== "used") {
      throw new Error(`Cannot free the block at ${block.address}: it is not in use`);
    }
    block.state = "gone";
    this.#inUse -= block.bytes;
    let { address, bytes, before, after } = block;
    if (before?.state === "free") {
      this.#remove(before);
      before.state = "gone";
      address = before.address;
      bytes += before.bytes;
      before = before.before;
    }
    if (after?.state === "free") {
      this.#remove(after);
      after.state = "gone";
      bytes += after.bytes;
      after = after.after;
    }
    const piece = new Piece(this, address, bytes, before);
    if (before !== undefined) before.after = piece;
    piece.follow(after);
    this.#insert(piece);
  }

  /** The newest piece of the smallest class whose every member is large enough. */
  #find(size: number): Piece | undefined {
    // A class's members have at least its least size: unless the size is such a bound, look from the next class on.
    const own = sizeClass(size);
    const first = size > ALIGNMENT && sizeClass(size - ALIGNMENT) === own ? own + 1 : own;
    let word = first >>> 5;
    let bits = word < this.#occupied.length ? this.#occupied[word]! & (-1 << (first & 31)) : 0;
    while (bits === 0 && ++word < this.#occupied.length) bits = this.#occupied[word]!;
    if (bits !== 0) return this.#lists[32 * word + 31 - Math.clz32(bits & -bits)];
    // Nearly full: a piece of the size's own class may do.
    let piece = this.#lists[own];
    while (piece !== undefined && piece.bytes < size) piece = piece.older;
    return piece;
  }

  #insert(piece: Piece): void {
    const list = sizeClass(piece.bytes);
    const head = this.#lists[list];
    piece.newer = undefined;
    piece.older = head;
    if (head !== undefined) head.newer = piece;
    this.#lists[list] = piece;
    this.#occupied[list >>> 5]! |= 1 << (list & 31);
  }

  #remove(piece: Piece): void {
    const list = sizeClass(piece.bytes);
    if (piece.newer !== undefined) piece.newer.older = piece.older;
    else {
      this.#lists[list] = piece.older;
      if (piece.older === undefined) this.#occupied[list >>> 5]! &= ~(1 << (list & 31));
    }
    if (piece.older !== undefined) piece.older.newer = piece.newer;
    piece.newer = undefined;
    piece.older = undefined;
  }
}
