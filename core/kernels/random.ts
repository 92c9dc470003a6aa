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
 */
export interface RandomKernel {
  /** Tells the families apart. */
  readonly family: "random";
  /** What is drawn, as above. */
  readonly distribution: "bits" | "uniform" | "normal";
  /** Elements drawn. */
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

const GROUPS_AT_ONCE = 4096;

const drawProgram = (convert: (words: FourWords) => readonly Scalar[]): ScalarProgram =>
  scalarProgram(
    ["u32", "u32", "u32", "u32", "u32"],
    (group, k0, k1, k2, k3) => convert(philox([group, u32(0), k2, k3], [k0, k1])),
  );

/**
 * From the number of a group and the four words of the key to the group's four elements. With fewer than 2^31 elements,
 * the upper word of the group's number is 0.
 */
export const DRAW_PROGRAMS: { readonly [D in RandomKernel["distribution"]]: ScalarProgram } = {
  bits: drawProgram((words) => words),
  uniform: drawProgram((words) => words.map(uniform)),
  normal: drawProgram(([a, b, c, d]) => [...normalPair(a, b), ...normalPair(c, d)]),
};

/** Every group of four elements, then the elements side by side. */
function randomReference(
  { distribution, length }: RandomKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const key = inputs[0] as Uint32Array;
  const out = outputs[0]!;
  const program = DRAW_PROGRAMS[distribution];
  const dtype = distribution === "bits" ? "u32" : "f32";
  const total = Math.ceil(length / 4);
  for (let start = 0; start < total; start += GROUPS_AT_ONCE) {
    const groups = Uint32Array.from({ length: Math.min(GROUPS_AT_ONCE, total - start) }, (_, i) => start + i);
    const words = program.outputs.map(() =>
      viewAs(dtype, new ArrayBuffer(4 * groups.length), 0, groups.length)
    );
    mapReference(
      {
        family: "map",
        program,
        shape: [groups.length],
        inputs: [{ dtype: "u32", shape: [groups.length] }, ...Array(4).fill({ dtype: "u32", shape: [] })],
        outputs: words.map(() => dtype),
      },
      [groups, ...Array.from(key, (word) => Uint32Array.of(word))],
      words,
    );
    const end = Math.min(4 * (start + groups.length), length);
    for (let i = 4 * start; i < end; i++) out[i] = words[i & 3]![(i >>> 2) - start]!;
  }
}
