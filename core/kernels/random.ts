import type { HostArray } from "../numerics/dtype.ts";
import { checkIntegers } from "./_check.ts";
import type { FamilyDefinition } from "./kernel.ts";

/**
 * Draws from a key, u32[4] (rule N7): Philox4x32-10 with the Philox key (key[0], key[1]) and the counter
 * (g mod 2^32, floor(g / 2^32), key[2], key[3]), where element i of the draw takes word i mod 4 of g = floor(i / 4).
 *
 * - `bits`: the words, u32.
 * - `uniform`: (word >>> 8) 2^-24, in [0, 1).
 */
export interface RandomKernel {
  readonly family: "random";
  readonly distribution: "bits" | "uniform";
  readonly length: number;
}

/** Random draws: slots, checks and the reference that defines their bits. */
export const randomFamily: FamilyDefinition<RandomKernel> = {
  key: ({ distribution, length }) => `random:${distribution},${length}`,
  inputs: () => [{ dtype: "u32", length: 4 }],
  outputs: ({ distribution, length }) => [{ dtype: distribution === "bits" ? "u32" : "f32", length }],
  validate: ({ length }) => checkIntegers("draw", { length }),
  reference: randomReference,
};

function randomReference(
  { distribution, length }: RandomKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const key = inputs[0] as Uint32Array;
  const out = outputs[0]!;
  const words = new Uint32Array(4);
  for (let i = 0; i < length; i += 4) {
    words[0] = i / 4;
    words[1] = 0; // fewer than 2^31 elements: the group's number has no upper word
    words[2] = key[2]!;
    words[3] = key[3]!;
    philox(words, key[0]!, key[1]!);
    for (let word = 0; word < 4 && i + word < length; word++) {
      out[i + word] = distribution === "bits" ? words[word]! : (words[word]! >>> 8) / 0x1000000;
    }
  }
}

/** Philox4x32-10 in place. *Source* Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (2011). */
function philox(words: Uint32Array, key0: number, key1: number): void {
  for (let round = 0; round < 10; round++) {
    const a = words[0]!;
    const b = words[2]!;
    words[0] = upperProduct(0xcd9e8d57, b) ^ words[1]! ^ key0;
    words[2] = upperProduct(0xd2511f53, a) ^ words[3]! ^ key1;
    words[1] = Math.imul(0xcd9e8d57, b);
    words[3] = Math.imul(0xd2511f53, a);
    key0 = (key0 + 0x9e3779b9) >>> 0;
    key1 = (key1 + 0xbb67ae85) >>> 0;
  }
}

/** The upper 32 bits of a 64-bit product: both partial sums stay below 2^53. */
function upperProduct(a: number, b: number): number {
  return Math.floor(((a >>> 16) * b + Math.floor((a & 0xffff) * b / 0x10000)) / 0x10000);
}
