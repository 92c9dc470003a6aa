import { kernelInputs } from "../../kernels/families.ts";
import type { GatherKernel } from "../../kernels/gather.ts";
import type { RandomKernel } from "../../kernels/random.ts";
import type { ScatterKernel } from "../../kernels/scatter.ts";
import type { ConformanceCase } from "./conformance_case.ts";
import { CaseRandom, elements, type Pattern } from "./values.ts";

/** [batch, size, count, slice]. */
const SHAPES: readonly (readonly [number, number, number, number])[] = [
  [1, 1, 1, 1],
  [1, 5, 9, 1],
  [1, 10, 64, 3],
  [1, 7, 13, 4],
  [1, 100, 37, 16],
  [1, 30, 200, 17],
  [1, 3, 300, 33],
  [2, 9, 5, 1],
  [5, 4, 11, 6],
  [33, 3, 2, 5],
  [1, 1000, 1000, 8],
  [1, 50000, 3, 1],
  [4, 784, 196, 1],
  [1, 2, 5, 1030],
  [0, 3, 4, 5],
  [2, 0, 4, 5],
  [2, 3, 0, 5],
  [2, 3, 4, 0],
];

/** Scatters so large that backends may put the sources in order first. */
const LARGE_SCATTERS: readonly (readonly [number, number, number, number])[] = [
  [1, 1, 1999, 2],
  [3, 300, 1200, 2],
  [2, 5000, 9000, 1],
  [1, 70000, 1100, 1],
];

/**
 * Indices of all kinds: `within` in range with repeats, `one` all the same, `strewn` with one in four out of range
 * (just past the end, past 2^31, all ones).
 */
type Indices = "within" | "one" | "strewn";

function indices(random: CaseRandom, length: number, size: number, kind: Indices): Uint32Array {
  const outside = [size, size + 1, 0x7fffffff, 0x80000000, 0xffffffff];
  const one = size === 0 ? 0 : random.below(size);
  return Uint32Array.from({ length }, () => {
    const out = size === 0 || (kind === "strewn" && random.below(4) === 0);
    if (out) return outside[random.below(outside.length)]!;
    return kind === "one" ? one : random.below(size);
  });
}

function indexCase(kernel: GatherKernel | ScatterKernel, kind: Indices, pattern: Pattern): ConformanceCase {
  const { family, batch, size, count, slice } = kernel;
  const dtype = kernel.family === "gather" ? ` ${kernel.dtype}` : "";
  const name = `${family}${dtype} ${batch}x${size}x${count}x${slice} ${kind} ${pattern}`;
  const random = new CaseRandom(name);
  const inputs = kernelInputs(kernel).map((slot, i) =>
    i === 1 ? indices(random, slot.length, size, kind) : elements(random, slot.dtype, slot.length, pattern)
  );
  return { name, kernel, inputs };
}

/** Gathers of every type, with indices in and out of range. */
export function* gatherCases(): Iterable<ConformanceCase> {
  for (const dtype of ["f32", "u32", "i32", "u8"] as const) {
    for (const [batch, size, count, slice] of SHAPES) {
      for (const kind of ["within", "strewn"] as const) {
        yield indexCase({ family: "gather", dtype, batch, size, count, slice }, kind, "any");
      }
    }
  }
}

/** Scatters, whose order shows when many slices go to one place. */
export function* scatterCases(): Iterable<ConformanceCase> {
  for (const [batch, size, count, slice] of [...SHAPES, ...LARGE_SCATTERS]) {
    const kernel = { family: "scatter", batch, size, count, slice } as const;
    for (const kind of ["within", "one", "strewn"] as const) yield indexCase(kernel, kind, "mixed");
  }
  for (const pattern of ["zeros", "subnormal", "infinite", "nan", "any"] as const) {
    yield indexCase({ family: "scatter", batch: 2, size: 5, count: 40, slice: 7 }, "strewn", pattern);
  }
}

const KEYS = [[0, 0, 0, 0], [1, 2, 3, 4], [0xa4093822, 0x299f31d0, 0x82efa98e, 0xffffffff]];
const PASSED_OVER = [5957, 21400, 40429];
const LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 1000, 4099, 70001];

function randomCase(
  distribution: RandomKernel["distribution"],
  length: number,
  key: number[],
): ConformanceCase {
  return {
    name: `random ${distribution} ${length}, key ${key}`,
    kernel: { family: "random", distribution, length },
    inputs: [Uint32Array.from(key)],
  };
}

/**
 * Random draws of lengths that leave parts of a group, and permutations for which words are passed over: so it is with
 * these keys for 1,025 elements, where no word is to spare, and with every key in a long one.
 */
export function* randomCases(): Iterable<ConformanceCase> {
  for (const distribution of ["bits", "uniform", "normal", "permutation"] as const) {
    for (const length of LENGTHS) {
      for (const key of KEYS) yield randomCase(distribution, length, key);
    }
  }
  for (const word of PASSED_OVER) yield randomCase("permutation", 1025, [word, 2, 3, 4]);
  yield randomCase("permutation", 200_001, [1, 2, 3, 4]);
}
