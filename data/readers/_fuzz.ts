import { assert, assertGreater } from "@std/assert";
import { MalformedFileError } from "./malformed.ts";

/** What `testMutations` does beyond its defaults. */
export interface MutationOptions<Value> {
  /** Mutated inputs; 2,000 unless given, or 10,000 where all tests are asked for. */
  readonly mutations?: number;
  /** Most bytes of a result, and of the typed arrays that one call makes; 64 MiB unless given. */
  readonly bytes?: number;
  /**
   * Makes the checksums of a mutated file right again, as far as the file can still be understood: without it, nearly
   * all mutations end at a checksum. Half of the inputs are repaired.
   */
  readonly repair?: (mutated: Uint8Array) => Uint8Array;
  /** Asserts what holds for every result that the reader gives. */
  readonly check?: (value: Value, mutated: Uint8Array) => void;
}

/** The time that reading one mutated input may take: far more than any should, so that a busy machine does not fail. */
const TIMEOUT_MS = 5000;
const SEED = 20260501;
const MUTATIONS_EACH = Deno.args.includes("--full") ? 10_000 : 2_000;

/**
 * Registers a test that reads thousands of mutated copies of small valid files, without any permission: each is read
 * or refused with a one-line `MalformedFileError`, within time and memory. The mutations are the same in every run.
 */
export function testMutations<Value>(
  name: string,
  read: (bytes: Uint8Array) => Value,
  seeds: readonly Uint8Array[],
  options: MutationOptions<Value> = {},
): void {
  Deno.test({
    name: `${name} reads or refuses ${
      options.mutations ?? MUTATIONS_EACH
    } mutated files, within time and memory`,
    permissions: "none",
    fn: () => readMutations(read, seeds, options),
  });
}

/** What such a test does. @throws {Error} naming the input at which the reader does what it may not. */
export function readMutations<Value>(
  read: (bytes: Uint8Array) => Value,
  seeds: readonly Uint8Array[],
  { mutations = MUTATIONS_EACH, bytes: maxBytes = 1 << 26, repair, check }: MutationOptions<Value>,
): void {
  for (const seed of seeds) read(seed.slice());
  const random = new Random(SEED);
  const counts = { read: 0, refused: 0 };
  using allocations = new AllocationCounter();
  for (let i = 0; i < mutations; i++) {
    const mutated = mutate(seeds, random);
    const input = repair !== undefined && i % 2 === 0 ? repair(mutated) : mutated;
    const before = input.slice();
    allocations.bytes = 0;
    const start = performance.now();
    const outcome = attempt(read, input);
    const timeMs = performance.now() - start;
    const allocated = allocations.bytes;
    const where = () => `mutation ${i}, ${hexOf(before)}`;
    assert(timeMs < TIMEOUT_MS, `${timeMs} ms: ${where()}`);
    assert(allocated <= maxBytes, `${allocated} bytes allocated: ${where()}`);
    assert(equal(input, before), `the input was changed: ${where()}`);
    if ("error" in outcome) {
      counts.refused++;
      if (!isOwnError(outcome.error)) {
        throw new Error(`${outcome.error} escaped: ${where()}`, { cause: outcome.error });
      }
    } else {
      counts.read++;
      assert(sizeOf(outcome.value) <= maxBytes, `a result above ${maxBytes} bytes: ${where()}`);
      check?.(outcome.value, input);
    }
  }
  // A test that refuses or reads everything would have missed the code that it is for.
  assertGreater(counts.refused, mutations / 100, "hardly any mutation was refused");
  assertGreater(counts.read, mutations / 100, "hardly any mutation was read");
}

function attempt<Value>(
  read: (bytes: Uint8Array) => Value,
  input: Uint8Array,
): { value: Value } | { error: unknown } {
  try {
    return { value: read(input) };
  } catch (error) {
    return { error };
  }
}

function isOwnError(error: unknown): boolean {
  return error instanceof MalformedFileError &&
    /^Cannot read [^\p{Cc}]+: expected [^\p{Cc}]+, got [^\p{Cc}]+$/u.test(error.message) &&
    error.message.length < 600;
}

/** Adds up the lengths of the typed arrays that code constructs, until it is disposed of. */
class AllocationCounter {
  bytes = 0;
  readonly #types = [
    ...[Uint8Array, Uint8ClampedArray, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array],
    ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array, ArrayBuffer],
  ];

  constructor() {
    for (const type of this.#types) {
      const construct = (target: typeof type, args: unknown[]) => {
        const made: { byteLength: number } = Reflect.construct(target, args);
        if (!(args[0] instanceof ArrayBuffer)) this.bytes += made.byteLength;
        return made;
      };
      put(type.name, new Proxy(type, { construct }));
    }
  }

  [Symbol.dispose](): void {
    for (const type of this.#types) put(type.name, type);
  }
}

/** Makes a global name mean something else. */
function put(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
}

/** About how many bytes a result holds. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return 2 * value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 8;
  const parts = value instanceof Map || value instanceof Set ? [...value] : Object.values(value);
  return parts.reduce<number>((sum, part) => sum + sizeOf(part), 16);
}

/** A xorshift generator: the same numbers in every run and engine. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % end;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

type Mutation = (bytes: Uint8Array, random: Random, seeds: readonly Uint8Array[]) => Uint8Array;

/** The numbers that code forgets, as lengths and as signed values. */
const EXTREMES = [
  ...[0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x100n, 0x7fffn, 0x8000n, 0xffffn, 0x10000n, 0x7fffffffn, 0x80000000n],
  ...[0xfffffffen, 0xffffffffn, 0x100000000n, 0x1fffffffffffffn, 0x20000000000000n, 0x7fffffffffffffffn],
  ...[0x8000000000000000n, 0xffffffffffffffffn],
];
/** The same for formats that are text, and what such formats treat specially. */
const WORDS = [
  ...["0", "-1", "1e999", "999999999999", "18446744073709551616", "NaN", "inf", "\0", "\n", "\r\n", '"', "'"],
  ...[",", "\t", " ", "(", ")", "{", "}", "[", "]", ":", "/", "../", "\\", "\x80", "\xff\xfe"],
];

const flipBits: Mutation = (bytes, random) => {
  for (let count = 1 + random.below(4); count > 0; count--) {
    bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
  }
  return bytes;
};

const setBytes: Mutation = (bytes, random) => {
  const start = random.below(bytes.length);
  const value = random.of([0, 0x20, 0x30, 0x7f, 0x80, 0xff, random.below(256)]);
  return bytes.fill(value, start, start + 1 + random.below(8));
};

const setField: Mutation = (bytes, random) => {
  const width = random.of([1, 2, 4, 8]);
  const littleEndian = random.below(2) === 0;
  const near = BigInt(bytes.length + random.below(5) - 2);
  const value = random.below(4) === 0 ? near : random.of(EXTREMES);
  const start = random.below(bytes.length);
  for (let i = 0; i < width && start + i < bytes.length; i++) {
    const shift = 8 * (littleEndian ? i : width - 1 - i);
    bytes[start + i] = Number((value >> BigInt(shift)) & 0xffn);
  }
  return bytes;
};

const cut: Mutation = (bytes, random) => bytes.slice(0, random.below(bytes.length));

const remove: Mutation = (bytes, random) => {
  const start = random.below(bytes.length);
  return splice(bytes, start, 1 + random.below(16), new Uint8Array(0));
};

const insertPart: Mutation = (bytes, random, seeds) => {
  const other = random.below(2) === 0 ? bytes : random.of(seeds);
  const from = random.below(other.length);
  const part = other.slice(from, from + 1 + random.below(64));
  return splice(bytes, random.below(bytes.length + 1), random.below(2) === 0 ? 0 : part.length, part);
};

const insertWord: Mutation = (bytes, random) => {
  const word = Uint8Array.from(random.of(WORDS), (letter) => letter.charCodeAt(0));
  return splice(bytes, random.below(bytes.length + 1), random.below(2) === 0 ? 0 : word.length, word);
};

const joinSeeds: Mutation = (bytes, random, seeds) => {
  const other = random.of(seeds);
  return splice(bytes, random.below(bytes.length), bytes.length, other.slice(random.below(other.length)));
};

const MUTATIONS: readonly Mutation[] = [
  ...[flipBits, flipBits, setBytes, setField, setField],
  ...[cut, remove, insertPart, insertWord, joinSeeds],
];

/** A copy of a seed with one to three mutations. */
function mutate(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes: Uint8Array = random.of(seeds).slice();
  for (let count = 1 + random.below(3); count > 0 && bytes.length > 0; count--) {
    bytes = random.of(MUTATIONS)(bytes, random, seeds);
  }
  return bytes;
}

function splice(bytes: Uint8Array, start: number, removed: number, inserted: Uint8Array): Uint8Array {
  const rest = bytes.subarray(start + removed);
  const result = new Uint8Array(start + inserted.length + rest.length);
  result.set(bytes.subarray(0, start));
  result.set(inserted, start);
  result.set(rest, start + inserted.length);
  return result;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function hexOf(bytes: Uint8Array): string {
  const MAX_BYTES = 4096;
  return `${bytes.length} bytes ${bytes.subarray(0, MAX_BYTES).toHex()}`;
}
