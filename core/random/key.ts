/**
 * The definition of keys (rule N7).
 *
 * A key is four words w0..w3. Word i of its draw is word i mod 4 of
 * `philox(counter = (g mod 2^32, floor(g / 2^32), w2, w3), key = (w0, w1))` with g = floor(i / 4).
 *
 * Folding a label into a key s: the message is the bytes
 *
 *     type (u32: 1 integer, 2 string), length of the payload in bytes (u32), payload,
 *
 * padded with zeros to a multiple of 16, all little-endian. An integer's payload is its two's complement in the fewest
 * multiples of 8 bytes that hold it; a string's is its UTF-8. For each 16 bytes m of the message in turn, as four words,
 *
 *     s <- philox(counter = s xor m, key = (0xb7e15162, 0x8aed2a6a)) xor s.
 *
 * The key of a fold is fixed (the fraction of e), so that folds and draws use different permutations. No two labels have
 * the same message, and because Philox is a bijection of its counters, two labels of one block (every integer below
 * 2^63, every string of at most 8 bytes) never give one parent the same child. `Key.from(seed)` folds the seed into the
 * root, the fraction of pi: 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344.
 *
 * A key is a name for a stream, so draw from it once and fold it to get others. Philox is no cipher: do not use it
 * for secrets.
 *
 * @module
 */
import { compileVectors, type VectorFunction } from "../scalar/compile_vectors.ts";
import { emitTypeScript } from "../scalar/emit_typescript.ts";
import { scalarProgram, u32 } from "../scalar/expression.ts";
import { xor } from "../scalar/notation.ts";
import { type FourWords, philox } from "../scalar/philox.ts";

const ROOT = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
const FOLD_KEY = [0xb7e15162, 0x8aed2a6a] as const;
const INTEGER = 1;
const STRING = 2;
/** The most blocks of four words that a permutation draws at a time: for speed, its result does not depend on it. */
const BLOCKS_AT_ONCE = 256;

type Fill = (words: Uint32Array, first: number, blocks: number, out: Uint32Array) => void;
type Mix = (state: Uint32Array, message: Uint32Array, start: number) => void;

function compileFill(): Fill {
  const types = ["u32", "u32", "u32", "u32", "u32", "u32"] as const;
  const code = emitTypeScript(
    scalarProgram(types, (c0, c1, c2, c3, k0, k1) => philox([c0, c1, c2, c3], [k0, k1])),
  );
  const body = code.statements(["low", "high", "w2", "w3", "w0", "w1"]);
  return new Function(`${code.prelude}return (words, first, blocks, out) => {
    const [w0, w1, w2, w3] = words;
    for (let b = 0; b < blocks; b++) {
      const g = first + b, low = g % 4294967296, high = Math.floor(g / 4294967296);
      ${body.join("\n")}
      ${code.outputNames.map((name, i) => `out[4 * b + ${i}] = ${name};`).join(" ")}
    }
  };`)();
}

/** The most labels that are folded at a time: for speed. */
const LABELS_AT_ONCE = 256;
let compiledEach: VectorFunction | undefined;

/** One block of the draw of the key that a label, an integer below 2^32, is folded into: `mix`, then `fill`. */
function compileEach(): VectorFunction {
  const types = ["u32", "u32", "u32", "u32", "u32", "u32"] as const;
  const program = scalarProgram(types, (w0, w1, w2, w3, block, label) => {
    const counter = [xor(w0, u32(INTEGER)), xor(w1, u32(8)), xor(w2, label), w3] as const;
    const mixed = philox(counter, [u32(FOLD_KEY[0]), u32(FOLD_KEY[1])]);
    const key = [xor(mixed[0], w0), xor(mixed[1], w1)] as const;
    return philox([block, u32(0), xor(mixed[2], w2), xor(mixed[3], w3)], key);
  });
  return compileVectors(program, LABELS_AT_ONCE, 5);
}

function compileMix(): Mix {
  const code = emitTypeScript(
    scalarProgram(["u32", "u32", "u32", "u32"], (...counter: FourWords) => {
      return philox(counter, [u32(FOLD_KEY[0]), u32(FOLD_KEY[1])]);
    }),
  );
  const body = code.statements(["c0", "c1", "c2", "c3"]);
  return new Function(`${code.prelude}return (state, message, start) => {
    ${[0, 1, 2, 3].map((i) => `const c${i} = (state[${i}] ^ message[start + ${i}]) >>> 0;`).join(" ")}
    ${body.join("\n")}
    ${code.outputNames.map((name, i) => `state[${i}] ^= ${name};`).join(" ")}
  };`)();
}

// Compiled when they are used first.
let fill: Fill | undefined;
let mix: Mix | undefined;

function absorb(state: Uint32Array, message: Uint32Array): void {
  mix ??= compileMix();
  for (let start = 0; start < message.length; start += 4) mix(state, message, start);
}

function integerBytes(value: bigint): Uint8Array {
  let length = 8;
  while (BigInt.asIntN(8 * length, value) !== value) length += 8;
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

/** The label's message as words. */
function messageOf(label: string | number | bigint): Uint32Array {
  if (typeof label === "number" && !Number.isSafeInteger(label)) {
    throw new RangeError(`Cannot fold a label into a key: expected a safe integer or a string, got ${label}`);
  }
  if (typeof label === "string" && !label.isWellFormed()) {
    throw new RangeError(
      `Cannot fold a label into a key: expected well-formed Unicode, got ${JSON.stringify(label)}`,
    );
  }
  // What most steps fold in, without making a bigint.
  if (typeof label === "number") return Uint32Array.of(INTEGER, 8, label, Math.floor(label / 4294967296));
  const payload = typeof label === "string" ? new TextEncoder().encode(label) : integerBytes(label);
  const bytes = new Uint8Array(Math.ceil((8 + payload.length) / 16) * 16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, typeof label === "string" ? STRING : INTEGER, true);
  view.setUint32(4, payload.length, true);
  bytes.set(payload, 8);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}

/** How a key without words came from its placeholder: by folding these messages into it, in order. */
export interface KeyDerivation {
  /** Tells placeholders apart. */
  readonly root: object;
  /** The labels' messages, as words. */
  readonly messages: readonly Uint32Array[];
}

/**
 * A name for a stream of random words: 128 bits, immutable.
 *
 * @example The same labels give the same words, on any machine
 * ```ts
 * import { Key } from "@verbatim/core";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const key = Key.from(7);
 * assertEquals(key.fold("dropout").fold(3).bits(2), Key.from(7n).fold("dropout").fold(3).bits(2));
 * assertNotEquals(key.fold("dropout").bits(2), key.fold("3").bits(2));
 * assertEquals(key.permutation(4).toSorted(), Uint32Array.of(0, 1, 2, 3));
 * ```
 */
export class Key {
  readonly #words: Uint32Array | undefined;
  readonly #derivation: KeyDerivation | undefined;

  private constructor(words: Uint32Array | undefined, derivation?: KeyDerivation) {
    this.#words = words;
    this.#derivation = derivation;
  }

  /** For the compiler: a key whose words are known only when the program runs; `root` tells such keys apart. */
  static placeholder(root: object): Key {
    return new Key(undefined, { root, messages: [] });
  }

  /** For the compiler: how this key came from a placeholder; undefined for a key with words. */
  get derivation(): KeyDerivation | undefined {
    return this.#derivation;
  }

  /**
   * For the compiler: the words of the key that comes from this one as another came from its placeholder, written to
   * `words`. It is asked at every step, and so makes no object.
   */
  wordsAfter({ messages }: KeyDerivation, words: Uint32Array): void {
    words.set(this.#known());
    for (let i = 0; i < messages.length; i++) absorb(words, messages[i]!);
  }

  /**
   * The key of a seed. A number and a bigint of the same value are the same seed.
   *
   * @throws {RangeError} if the seed is a number but not a safe integer, or a string that is not well-formed Unicode.
   */
  static from(seed: number | bigint | string): Key {
    return new Key(Uint32Array.from(ROOT)).#absorb(messageOf(seed));
  }

  /**
   * The key with the given four words, as `words` gave them.
   *
   * @throws {RangeError} if there are not four words.
   */
  static fromWords(words: Uint32Array): Key {
    if (words.length !== 4) throw new RangeError(`Cannot make a key: expected 4 words, got ${words.length}`);
    return new Key(words.slice());
  }

  /** A copy of the four words. */
  get words(): Uint32Array {
    return this.#known().slice();
  }

  #known(): Uint32Array {
    if (this.#words === undefined) {
      throw new TypeError(
        "Cannot take the words of a key: expected a key with words, got one of a function that is being compiled; " +
          "draw with operations on tensors",
      );
    }
    return this.#words;
  }

  /**
   * The key for a part of what this key is for: a layer, a step, a purpose. "3" and 3 are different labels.
   *
   * @throws {RangeError} if the label is a number but not a safe integer, or a string that is not well-formed Unicode.
   */
  fold(label: string | number): Key {
    return this.#absorb(messageOf(label));
  }

  /**
   * The first `count` words of the key's draw: element i is word i mod 4 of counter floor(i / 4).
   *
   * @throws {RangeError} if the count is not an integer from 0 to 2^32 - 1.
   */
  bits(count: number): Uint32Array {
    checkCount("draw bits", count);
    const blocks = Math.ceil(count / 4);
    const words = new Uint32Array(4 * blocks);
    (fill ??= compileFill())(this.#known(), 0, blocks, words);
    return words.subarray(0, count);
  }

  /**
   * The first `count` words, `count` rounded up to a multiple of 4, of the draw of `this.fold(label)` for each label, one
   * after the other: the words that `fold` and `bits` give, without the cost of a key for each.
   *
   * @throws {RangeError} if the count is not an integer from 0 to 2^32 - 1.
   *
   * @example
   * ```ts
   * import { Key } from "@verbatim/core";
   * import { assertEquals } from "@std/assert";
   *
   * const key = Key.from(7);
   * const words = key.bitsOfEach(Uint32Array.of(12, 5), 4);
   * assertEquals(words.subarray(4, 8), key.fold(5).bits(4));
   * ```
   */
  bitsOfEach(labels: Uint32Array, count: number): Uint32Array {
    checkCount("draw bits", count);
    const blocks = Math.ceil(count / 4);
    const words = new Uint32Array(4 * blocks * labels.length);
    compiledEach ??= compileEach();
    const { inputs, outputs, run } = compiledEach;
    this.#known().forEach((word, i) => inputs[i]![0] = word);
    for (let first = 0; first < labels.length; first += LABELS_AT_ONCE) {
      const some = labels.subarray(first, first + LABELS_AT_ONCE);
      inputs[5]!.set(some);
      for (let block = 0; block < blocks; block++) {
        inputs[4]![0] = block;
        run(some.length);
        for (let w = 0; w < 4; w++) {
          const output = outputs[w]!;
          let place = 4 * (first * blocks + block) + w;
          for (let i = 0; i < some.length; i++, place += 4 * blocks) words[place] = output[i]!;
        }
      }
    }
    return words;
  }

  /**
   * The numbers 0 to n - 1 in random order, every order equally likely.
   *
   * *Order* Fisher and Yates: for i from n - 1 down to 1, swap elements i and j, where j in [0, i] is w mod (i + 1) for the
   * next word w of the key's draw that is below the largest multiple of i + 1 up to 2^32; other words are passed over.
   *
   * @throws {RangeError} if n is not an integer from 0 to 2^32 - 1.
   */
  permutation(n: number): Uint32Array {
    checkCount("permute", n);
    const order = new Uint32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    const blocks = Math.min(Math.ceil(n / 4), BLOCKS_AT_ONCE);
    const words = new Uint32Array(4 * blocks);
    let block = 0;
    let position = words.length;
    for (let i = n - 1; i > 0; i--) {
      const limit = 4294967296 - (4294967296 % (i + 1));
      let word: number;
      do {
        if (position === words.length) {
          (fill ??= compileFill())(this.#known(), block, blocks, words);
          block += blocks;
          position = 0;
        }
        word = words[position++]!;
      } while (word >= limit);
      const j = word % (i + 1);
      const last = order[i]!;
      order[i] = order[j]!;
      order[j] = last;
    }
    return order;
  }

  #absorb(message: Uint32Array): Key {
    if (this.#derivation !== undefined) {
      const { root, messages } = this.#derivation;
      return new Key(undefined, { root, messages: [...messages, message] });
    }
    const state = this.#known().slice();
    absorb(state, message);
    return new Key(state);
  }
}

function checkCount(what: string, count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > 0xffffffff) {
    throw new RangeError(`Cannot ${what}: expected a count from 0 to 2^32 - 1, got ${count}`);
  }
}
