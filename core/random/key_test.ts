import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Key } from "./key.ts";

const MASK = 0xffffffffn;

/** Philox4x32-10 in BigInt, from the paper. */
function philox(counter: bigint[], key: bigint[]): bigint[] {
  let c = counter;
  for (let round = 0n; round < 10n; round++) {
    const [p0, p1] = [0xd2511f53n * c[0]!, 0xcd9e8d57n * c[2]!];
    const k0 = (key[0]! + round * 0x9e3779b9n) & MASK;
    const k1 = (key[1]! + round * 0xbb67ae85n) & MASK;
    c = [(p1 >> 32n) ^ c[1]! ^ k0, p1 & MASK, (p0 >> 32n) ^ c[3]! ^ k1, p0 & MASK];
  }
  return c;
}

/** One fold as the definition says, of a message given as bytes. */
function foldMessage(state: bigint[], type: number, payload: number[]): bigint[] {
  const bytes = [type, 0, 0, 0, payload.length, 0, 0, 0, ...payload];
  while (bytes.length % 16 > 0) bytes.push(0);
  for (let start = 0; start < bytes.length; start += 16) {
    const counter = state.map((word, i) => {
      const [b0, b1, b2, b3] = bytes.slice(start + 4 * i, start + 4 * i + 4).map(BigInt) as [
        bigint,
        bigint,
        bigint,
        bigint,
      ];
      return word ^ (b0 | (b1 << 8n) | (b2 << 16n) | (b3 << 24n));
    });
    const mixed = philox(counter, [0xb7e15162n, 0x8aed2a6an]);
    state = state.map((word, i) => word ^ mixed[i]!);
  }
  return state;
}

const ROOT = [0x243f6a88n, 0x85a308d3n, 0x13198a2en, 0x03707344n];
const wordsOf = (key: Key): bigint[] => Array.from(key.words, BigInt);

Deno.test("seeds and labels fold as defined", () => {
  const seven = foldMessage(ROOT, 1, [7, 0, 0, 0, 0, 0, 0, 0]);
  assertEquals(wordsOf(Key.from(7)), seven);
  assertEquals(wordsOf(Key.from(7n)), seven);
  assertEquals(wordsOf(Key.from(-2)), foldMessage(ROOT, 1, [254, 255, 255, 255, 255, 255, 255, 255]));
  assertEquals(
    wordsOf(Key.from(2n ** 63n)),
    foldMessage(ROOT, 1, [0, 0, 0, 0, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0, 0]),
  );
  assertEquals(wordsOf(Key.from("")), foldMessage(ROOT, 2, []));
  const label = "dropout of é";
  assertEquals(wordsOf(Key.from(7).fold(label)), foldMessage(seven, 2, [...new TextEncoder().encode(label)]));
  assertEquals(wordsOf(Key.from(7).fold(258)), foldMessage(seven, 1, [2, 1, 0, 0, 0, 0, 0, 0]));
});

Deno.test("draws are Philox words under the key", () => {
  const key = Key.from("draws");
  const [w0, w1, w2, w3] = wordsOf(key) as [bigint, bigint, bigint, bigint];
  const expected = [0n, 1n, 2n].flatMap((g) => philox([g, 0n, w2, w3], [w0, w1]).map(Number));
  assertEquals([...key.bits(10)], expected.slice(0, 10));
  assertEquals(key.bits(0).length, 0);
});

Deno.test("the draws of many folds are those of each", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(0xffffffff), { maxLength: 600 }),
      fc.nat(20),
      fc.nat(),
      (labels, count, seed) => {
        const key = Key.from(seed);
        const expected = labels.flatMap((label) => [...key.fold(label).bits(4 * Math.ceil(count / 4))]);
        assertEquals([...key.bitsOfEach(Uint32Array.from(labels), count)], expected);
      },
    ),
    { seed: 1, numRuns: 50 },
  );
  assertThrows(() => Key.from(1).bitsOfEach(new Uint32Array(1), -1), RangeError, "expected a count");
});

Deno.test("distinct labels give distinct keys", () => {
  const key = Key.from(0);
  const labels = [
    "",
    "\0",
    "a",
    "aa",
    "b",
    "1",
    "2",
    1,
    2,
    -1,
    0,
    "0",
    "12345678",
    "123456789",
    "12345678\0",
  ];
  const children = labels.map((label) => key.fold(label).words.join());
  for (let step = 0; step < 2000; step++) children.push(key.fold(`step ${step}`).words.join());
  for (let step = 3; step < 2000; step++) children.push(key.fold(step).words.join());
  children.push(key.words.join(), key.fold(1).fold(2).words.join(), key.fold(2).fold(1).words.join());
  assertEquals(new Set(children).size, children.length);
});

Deno.test("a key does not change and words are a copy", () => {
  const key = Key.from(1);
  const before = key.words;
  key.words.fill(0);
  key.fold("x");
  key.permutation(10);
  assertEquals(key.words, before);
  assertEquals(Key.fromWords(before).bits(5), key.bits(5));
  assertThrows(() => Key.fromWords(new Uint32Array(3)), RangeError, "expected 4 words");
});

Deno.test("permutation is Fisher-Yates with rejection on the key's words", () => {
  fc.assert(
    fc.property(fc.nat(3000), fc.nat(), (n, seed) => {
      const key = Key.from(seed);
      const order = Array.from({ length: n }, (_, i) => i);
      const words = key.bits(2 * n + 64);
      let next = 0;
      for (let i = n - 1; i > 0; i--) {
        const m = BigInt(i + 1);
        let word = BigInt(words[next++]!);
        while (word >= 2n ** 32n / m * m) word = BigInt(words[next++]!);
        const j = Number(word % m);
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      assertEquals([...key.permutation(n)], order);
    }),
    { seed: 1, numRuns: 20 },
  );
});

Deno.test("every order of four is about equally likely", () => {
  const counts = new Map<string, number>();
  const root = Key.from("orders");
  for (let i = 0; i < 12000; i++) {
    const order = root.fold(i).permutation(4).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 24);
  // chi-squared with 23 degrees of freedom: 49.7 is passed once in a thousand seeds, and the seed is fixed
  let chiSquared = 0;
  for (const count of counts.values()) chiSquared += (count - 500) ** 2 / 500;
  assert(chiSquared < 49.7, `${chiSquared}`);
});

Deno.test("bits of a key and of its folds are balanced and uncorrelated", () => {
  const root = Key.from("balance");
  const ones = (words: Uint32Array) =>
    words.reduce((sum, word) => sum + word.toString(2).replaceAll("0", "").length, 0);
  const a = root.bits(4096);
  const b = root.fold(1).bits(4096);
  // 131,072 bits: five standard deviations are 905
  for (const words of [a, b, a.map((word, i) => word ^ b[i]!)]) assert(Math.abs(ones(words) - 65536) < 905);
});

Deno.test("labels and counts out of range are refused", () => {
  const key = Key.from(0);
  assertThrows(() => key.fold(0.5), RangeError, "expected a safe integer");
  assertThrows(() => Key.from(2 ** 53), RangeError, "expected a safe integer");
  assertThrows(() => key.fold("\ud800"), RangeError, "well-formed");
  assertThrows(() => key.bits(-1), RangeError, "expected a count");
  assertThrows(() => key.permutation(1.5), RangeError, "expected a count");
  assertNotEquals(key.fold(3).words, key.fold("3").words);
});
