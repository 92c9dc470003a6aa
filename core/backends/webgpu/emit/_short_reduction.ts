import { type WgslArithmetic, type WgslHelper, wgslSum } from "../../../scalar/mod.ts";
import { type GpuPhase, type GpuTarget, GROUP_SIZE } from "../gpu_kernel.ts";
import { finalBits, LEAST_KEY, offsetsOf, type Reducer, type Terms, type Walk } from "./_reduction_texts.ts";

/** Up to so many terms are reduced by one thread: more would leave its neighbours' reads far apart. */
export const SHORT = 32;

/** Lanes of a block of rule N5, as a power of two. */
const LANE_BITS = 4;

/**
 * Reductions of few terms: each thread makes one result, and shares nothing.
 *
 * The lanes of rule N5 are gone through in the order 0, 8, 4, 12, 2, ...: each is added to what waits for it, as a
 * binary counter carries, so that four sums wait at most. If there are fewer terms than lanes, the others are left out:
 * they are +0 and change no sum that began at +0.
 */
export function shortReductions(
  walk: Walk,
  terms: Terms,
  reducers: readonly Reducer[],
  target: GpuTarget,
): GpuPhase {
  const words: number[] = [];
  const word = (value: number) => target.word(words.push(value) - 1);
  let bits = 0;
  while (bits < LANE_BITS && (1 << bits) < walk.terms) bits++;
  const [resultsWord, termsWord, lanesWord, shiftWord] = [walk.results, walk.terms, 1 << bits, 31 - bits]
    .map(word);
  const offsets = offsetsOf(walk, word);
  const written = terms.write(word);
  const helpers = new Set<WgslHelper>(written.helpers);
  const { elementwise } = target.mode;
  const chosen = terms.once && elementwise === "detect" ? "soft" : elementwise;
  const sums = reducers.flatMap(({ operation }, k) => operation === "sum" ? [k] : []);
  const detects = chosen === "detect" && sums.length > 0;

  /** Adds what is in lane `k` to the sums that wait for it. */
  const carry = (k: number, add: string, bit = 0): string =>
    bit === LANE_BITS ? "" : `if ((lane & ${1 << bit}u) == 0u) { wait${k}_${bit} = value${k}; }
else {
value${k} = ${add}(wait${k}_${bit}, value${k});
${carry(k, add, bit + 1)}
}`;

  const reduce = (arithmetic: WgslArithmetic) => {
    const noting = arithmetic === "detect" && detects;
    const { add } = wgslSum(arithmetic);
    if (sums.length > 0) helpers.add(add);
    if (noting) helpers.add("is_subnormal").add("flushed");
    const take = ({ operation, term }: Reducer, k: number) => {
      if (operation === "sum") {
        return noting
          ? `flushed = is_subnormal(${term});
value${k} = ${add}(value${k}, ${term});
bad = bad | flushed;`
          : `value${k} = ${add}(value${k}, ${term});`;
      }
      helpers.add("order_key");
      const key = `key${k}`;
      return operation === "max"
        ? `value${k} = max(value${k}, order_key(${term}));`
        : `let ${key} = order_key(${term});
if (${key} > value${k} || (${key} == value${k} && t < value${k}_place)) { value${k}_place = t; value${k} = ${key}; }`;
    };
    return `${
      reducers.map(({ operation }, k) => operation === "sum" ? "" : `value${k} = ${LEAST_KEY};`).join("\n")
    }
for (var lane = 0u; lane < ${lanesWord}; lane++) {
${sums.map((k) => `value${k} = parameters[0].x;`).join("\n")}
for (var t = (reverseBits(lane) >> 1u) >> ${shiftWord}; t < ${termsWord}; t += ${lanesWord}) {
let i = base + ${offsets.term};
${written.lines.join("\n")}
${reducers.map(take).join("\n")}
}
${noting ? "flushed = false;" : ""}
${sums.map((k) => carry(k, add)).join("\n")}
${noting ? "bad = bad | flushed;" : ""}
}`;
  };

  const declared = reducers.map(({ operation }, k) => {
    if (operation !== "sum") {
      return `var value${k} = 0i;${operation === "argmax" ? `\nvar value${k}_place = 0u;` : ""}`;
    }
    const waiting = Array.from({ length: LANE_BITS }, (_, bit) => `var wait${k}_${bit} = 0u;`);
    return [`var value${k} = 0u;`, ...waiting].join("\n");
  });
  const body = `if (index >= ${resultsWord}) { return; }
let result = index;
${offsets.base}
${declared.join("\n")}
${detects ? "var bad = false;" : ""}
${reduce(chosen)}
${detects ? `if (bad) {\n${reduce("soft")}\n}` : ""}
${
    reducers.map(({ operation, out }, k) => `${out.at("result")} = ${finalBits(operation, `value${k}`)};`)
      .join("\n")
  }`;
  return {
    body,
    declarations: [written.declarations ?? "", offsets.declarations].join("\n"),
    helpers,
    uses: [...terms.uses, ...reducers.map(({ out }) => out)],
    size: GROUP_SIZE,
    groups: Math.ceil(walk.results / GROUP_SIZE),
    parameters: words,
  };
}
