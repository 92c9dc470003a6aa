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
