import { type HostArray, viewAs } from "../numerics/dtype.ts";
import { type Scalar, type ScalarProgram, scalarProgram, u32 } from "../scalar/expression.ts";
import { normalPair } from "../scalar/normal_pair.ts";
import { type FourWords, philox, uniform } from "../scalar/philox.ts";
import { checkIntegers } from "./_check.ts";
import type { FamilyDefinition } from "./kernel.ts";
import { mapReference } from "./map_reference.ts";

/**
 * Draws from a key, u32[4] (rule N7): Philox4x32-10 with the Philox key (key[0], key[1]) and the counter
 * (g mod 2^32, floor(g / 2^32), key[2], key[3]), where element i of the draw takes word i mod 4 of g = floor(i / 4).
 *
 * - `bits`: the words, u32.
 * - `uniform`: (word >>> 8) 2^-24, in [0, 1).
 * - `normal`: elements 2j and 2j + 1 are the two of `normalPair` from words 2j and 2j + 1.
 * - `permutation`: the numbers 0 to length - 1, u32, in the order of `Key.permutation`: for i from length - 1 down to 1,
 *   elements i and w mod (i + 1) change places, where w is the next word below the largest multiple of i + 1 up to 2^32.
 */
export interface RandomKernel {
  /** Tells the families apart. */
  readonly family: "random";
  /** What is drawn, as above. */
  readonly distribution: "bits" | "uniform" | "normal" | "permutation";
  /** Elements drawn. */
  readonly length: number;
}

/** What is drawn element by element. */
export type Distribution = Exclude<RandomKernel["distribution"], "permutation">;

const DTYPES = { bits: "u32", uniform: "f32", normal: "f32", permutation: "u32" } as const;

/** Random draws: slots, checks and the reference that defines their bits. */
export const randomFamily: FamilyDefinition<RandomKernel> = {
  key: ({ distribution, length }) => `random:${distribution},${length}`,
  inputs: () => [{ dtype: "u32", length: 4 }],
  outputs: ({ distribution, length }) => [{ dtype: DTYPES[distribution], length }],
  validate: ({ length }) => checkIntegers("draw", { length }),
  reference({ distribution, length }, inputs, outputs) {
    const key = inputs[0] as Uint32Array;
    const out = outputs[0]!;
    if (distribution === "permutation") permute(key, length, out as Uint32Array);
    else draw(distribution, key, length, out);
  },
};

const GROUPS_AT_ONCE = 4096;

const FROM_WORDS: { readonly [D in Distribution]: (words: FourWords) => readonly Scalar[] } = {
  bits: (words) => words,
  uniform: (words) => words.map(uniform),
  normal: ([a, b, c, d]) => [...normalPair(a, b), ...normalPair(c, d)],
};
const programs = new Map<Distribution, ScalarProgram>();

/**
 * From the number of a group and the four words of the key to the group's four elements. With fewer than 2^31 elements,
 * the upper word of the group's number is 0.
 */
export function drawProgram(distribution: Distribution): ScalarProgram {
  let program = programs.get(distribution);
  if (program === undefined) {
    program = scalarProgram(
      ["u32", "u32", "u32", "u32", "u32"],
      (group, k0, k1, k2, k3) => FROM_WORDS[distribution](philox([group, u32(0), k2, k3], [k0, k1])),
    );
    programs.set(distribution, program);
  }
  return program;
}

/** The elements of so many groups from `start`: one array for each of the four of a group. */
function drawGroups(distribution: Distribution, key: Uint32Array, start: number, count: number): HostArray[] {
  const program = drawProgram(distribution);
  const dtype = DTYPES[distribution];
  const groups = Uint32Array.from({ length: count }, (_, i) => start + i);
  const elements = program.outputs.map(() => viewAs(dtype, new ArrayBuffer(4 * count), 0, count));
  mapReference(
    {
      family: "map",
      program,
      shape: [count],
      inputs: [{ dtype: "u32", shape: [count] }, ...Array(4).fill({ dtype: "u32", shape: [] })],
      outputs: elements.map(() => dtype),
    },
    [groups, ...Array.from(key, (word) => Uint32Array.of(word))],
    elements,
  );
  return elements;
}

/** Every group of four elements, then the elements side by side. */
function draw(distribution: Distribution, key: Uint32Array, length: number, out: HostArray): void {
  const total = Math.ceil(length / 4);
  for (let start = 0; start < total; start += GROUPS_AT_ONCE) {
    const count = Math.min(GROUPS_AT_ONCE, total - start);
    const elements = drawGroups(distribution, key, start, count);
    const end = Math.min(4 * (start + count), length);
    for (let i = 4 * start; i < end; i++) out[i] = elements[i & 3]![(i >>> 2) - start]!;
  }
}

/** Fisher and Yates. */
function permute(key: Uint32Array, length: number, out: Uint32Array): void {
  for (let i = 0; i < length; i++) out[i] = i;
  const groups = Math.min(GROUPS_AT_ONCE, Math.ceil(length / 4));
  let words: HostArray[] = [];
  let taken = 0;
  const nextWord = () => {
    const place = taken % (4 * groups);
    if (place === 0) words = drawGroups("bits", key, taken / 4, groups);
    taken++;
    return words[place & 3]![place >>> 2]!;
  };
  for (let i = length - 1; i > 0; i--) {
    const limit = 4294967296 - 4294967296 % (i + 1);
    let word = nextWord();
    while (word >= limit) word = nextWord();
    const j = word % (i + 1);
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
}
