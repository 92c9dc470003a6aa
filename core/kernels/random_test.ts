import { assert, assertEquals, assertThrows } from "@std/assert";
import { Key } from "../random/key.ts";
import { runKernel } from "./_testing.ts";

const bits = (length: number, ...key: number[]) =>
  runKernel({ family: "random", distribution: "bits", length }, [Uint32Array.from(key)])[0]! as Uint32Array;

Deno.test("random gives the known answers of Random123 where its counters allow", () => {
  // Counter (0, 0, 0, 0) with key (0, 0).
  assertEquals(bits(4, 0, 0, 0, 0), Uint32Array.of(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
});

/** The paper's rounds with exact integers. */
function definedWords(group: number, key: readonly number[]): number[] {
  const mask = 0xffffffffn;
  let [c0, c1, c2, c3] = [BigInt(group), 0n, BigInt(key[2]!), BigInt(key[3]!)];
  let [k0, k1] = [BigInt(key[0]!), BigInt(key[1]!)];
  for (let round = 0; round < 10; round++) {
    const [p0, p1] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & mask, (p0 >> 32n) ^ c3 ^ k1, p0 & mask];
    [k0, k1] = [(k0 + 0x9e3779b9n) & mask, (k1 + 0xbb67ae85n) & mask];
  }
  return [c0, c1, c2, c3].map(Number);
}

Deno.test("random takes word i mod 4 of counter floor(i / 4)", () => {
  const key = [0xa4093822, 0x299f31d0, 0x13198a2e, 0x03707344];
  const words = bits(17000, ...key);
  for (const group of [0, 1, 2, 4095, 4096, 4249]) {
    assertEquals(Array.from(words.subarray(4 * group, 4 * group + 4)), definedWords(group, key));
  }
});

Deno.test("random draws of any length begin alike", () => {
  const longest = bits(20_000, 1, 2, 3, 4);
  for (const length of [0, 1, 2, 3, 4, 5, 4099, 16_384, 16_385]) {
    assertEquals(bits(length, 1, 2, 3, 4), longest.slice(0, length));
  }
});

Deno.test("random uniforms are the upper 24 bits of the words, in [0, 1)", () => {
  const length = 5001;
  const key = Uint32Array.of(5, 6, 7, 8);
  const [uniforms] = runKernel({ family: "random", distribution: "uniform", length }, [key]);
  assertEquals(uniforms, Float32Array.from(bits(length, ...key), (word) => Math.floor(word / 256) / 2 ** 24));
  assert(uniforms!.every((u) => u >= 0 && u < 1));
});

Deno.test("random normals are Box and Muller's pairs of neighbouring words", () => {
  const length = 10_001;
  const key = [5, 6, 7, 8];
  const words = bits(length + 1, ...key);
  const [normals] = runKernel({ family: "random", distribution: "normal", length }, [Uint32Array.from(key)]);
  for (let i = 0; i < length; i++) {
    const first = i - i % 2;
    const radius = Math.sqrt(-2 * Math.log((Math.floor(words[first]! / 256) + 1) / 2 ** 24));
    const angle = 2 * Math.PI * Math.floor(words[first + 1]! / 256) / 2 ** 24;
    const expected = radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
    // the angle, below 2 pi, is off by an ulp of 2^-21 at most
    assert(Math.abs(normals![i]! - expected) < radius * 6e-7 + 1e-7, `${i}`);
  }
});

const permutation = (length: number, ...key: number[]) =>
  runKernel({ family: "random", distribution: "permutation", length }, [Uint32Array.from(key)])[0]!;

/** Fisher and Yates on the words themselves; also how many words were passed over. */
function definedPermutation(length: number, key: readonly number[]): { order: bigint[]; passed: number } {
  const order = Array.from({ length }, (_, i) => BigInt(i));
  let used = 0;
  for (let i = length - 1; i > 0; i--) {
    const choices = BigInt(i + 1);
    const multiples = 2n ** 32n / choices * choices;
    let word: bigint;
    do {
      word = BigInt(definedWords(used >> 2, key)[used & 3]!);
      used++;
    } while (word >= multiples);
    const j = Number(word % choices);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return { order, passed: used - Math.max(0, length - 1) };
}

Deno.test("random permutes by Fisher and Yates, passing over words that would favour some", () => {
  let passed = 0;
  for (
    const [length, first] of [[0, 1], [1, 1], [2, 1], [3, 1], [12, 2], [400, 3], [1025, 5957], [1025, 21400]]
  ) {
    const key = [first!, 2, 3, 4];
    const defined = definedPermutation(length!, key);
    assertEquals(Array.from(permutation(length!, ...key), BigInt), defined.order);
    passed += defined.passed;
  }
  assertEquals(passed, 2);
});

Deno.test("random permutations are those of the keys", () => {
  for (const length of [0, 1, 2, 5, 16_385, 200_000]) {
    const key = Key.from(length).fold("order");
    assertEquals(permutation(length, ...key.words), key.permutation(length));
  }
});

Deno.test("random permutations of four are equally likely (Pearson's chi-square)", () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 12_000; i++) {
    const order = permutation(4, i, 0, 0, 7).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 24);
  // 23 degrees of freedom: above 49.7 with probability 0.001
  const statistic = [...counts.values()].reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
  assert(statistic < 49.7, `${statistic}`);
});

Deno.test("random refuses lengths that are none", () => {
  assertThrows(() => bits(-1, 0, 0, 0, 0), RangeError, "Cannot draw: expected length");
});
