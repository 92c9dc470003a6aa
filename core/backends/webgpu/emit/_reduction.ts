import { type WgslArithmetic, type WgslHelper, wgslSum } from "../../../scalar/mod.ts";
import { type GpuKernel, type GpuPhase, type GpuTarget, GROUP_SIZE } from "../gpu_kernel.ts";
import { finalBits, LEAST_KEY, offsetsOf, type Reducer, type Terms, type Walk } from "./_reduction_texts.ts";
import { SHORT, shortReductions } from "./_short_reduction.ts";

/** Terms of a block of rule N5, and its lanes. */
const BLOCK = 1024;
const LANES = 16;
/** Blocks that a workgroup reduces. */
const PAIRS = GROUP_SIZE / LANES;

/**
 * Writes reductions of the same terms. Where these are few, each thread makes one result. Elsewhere a first phase reduces
 * blocks of 1,024 terms (rule N5), 16 threads a block, each of them a lane; if there are several, a second phase combines
 * what they left in the temporary.
 *
 * Where the driver takes subnormals for zeros, a block in which that may have changed a bit is added up again in
 * integers.
 */
export function emitReductions(
  walk: Walk,
  terms: Terms,
  reducers: readonly Reducer[],
  target: GpuTarget,
): GpuKernel {
  if (walk.terms <= SHORT) return { phases: [shortReductions(walk, terms, reducers, target)] };
  const { results } = walk;
  const blocks = Math.max(1, Math.ceil(walk.terms / BLOCK));
  const first = new BlockPhase(walk, terms, reducers, target, blocks).phase();
  if (blocks === 1) return { phases: [first] };
  const partials = results * blocks;
  return {
    phases: [first, ...reducers.map((reducer, k) => combine(reducer, k, results, blocks, target))],
    temporaryBytes: 4 * WORDS * partials * reducers.length,
  };
}

/** Words of a partial result: its bits or key, and the position of a maximum. */
const WORDS = 2;

/** Names of what a reducer accumulates. */
const named = (k: number) => ({
  value: `value${k}`,
  place: `place${k}`,
  values: `values${k}`,
  places: `places${k}`,
});

class BlockPhase {
  readonly #words: number[] = [];
  readonly #helpers = new Set<WgslHelper>();
  /** The arithmetic of sums; a map's terms have their own. */
  readonly #arithmetic: WgslArithmetic;
  readonly #detects: boolean;

  constructor(
    readonly walk: Walk,
    readonly terms: Terms,
    readonly reducers: readonly Reducer[],
    readonly target: GpuTarget,
    readonly blocks: number,
  ) {
    const { elementwise } = target.mode;
    this.#arithmetic = terms.once && elementwise === "detect" ? "soft" : elementwise;
    this.#detects = this.#arithmetic === "detect" && reducers.some(({ operation }) => operation === "sum");
  }

  #word(value: number): string {
    return this.target.word(this.#words.push(value) - 1);
  }

  phase(): GpuPhase {
    const { walk: { results, terms, across }, reducers, blocks } = this;
    const pairs = results * blocks;
    const [pairsWord, resultsWord, termsWord] = [pairs, results, terms].map((n) => this.#word(n));
    const offsets = offsetsOf(this.walk, (value) => this.#word(value));
    const written = this.terms.write((value) => this.#word(value));
    for (const name of written.helpers) this.#helpers.add(name);
    const declarations = written.declarations ?? "";
    const term = written.lines.join("\n");
    const lanes = (arithmetic: WgslArithmetic) => {
      const uses = (this.#detects && arithmetic === "detect") ? "bad = false;\n" : "";
      return `${uses}${reducers.map((reducer, k) => this.#begin(reducer, k)).join("\n")}
for (var t = start + lane; t < end; t += ${LANES}u) {
let i = base + ${offsets.term};
${term}
${reducers.map((reducer, k) => this.#take(reducer, k, arithmetic)).join("\n")}
}
${reducers.map((reducer, k) => this.#share(reducer, k)).join("\n")}`;
    };
    const body = `let pair = group * ${PAIRS}u + ${across ? `local % ${PAIRS}u` : `local / ${LANES}u`};
let lane = ${across ? `local / ${PAIRS}u` : `local % ${LANES}u`};
let head = ${across ? `local % ${PAIRS}u` : `local - lane`};
let there = pair < ${pairsWord};
let result = pair % ${resultsWord};
let start = (pair / ${resultsWord}) * ${BLOCK}u;
let end = select(0u, min(start + ${BLOCK}u, ${termsWord}), there);
${offsets.base}
${this.#declare()}
${lanes(this.#arithmetic)}
${this.#detects ? "flags[local] = u32(bad);" : ""}
workgroupBarrier();
${this.#detects ? this.#again(lanes) : ""}
if (there && lane == 0u) {
${reducers.map((reducer, k) => this.#fold(reducer, k, this.#detects ? "soft" : this.#arithmetic)).join("\n")}
}`;
    const { temporary } = this.target;
    return {
      body,
      declarations: [declarations, this.#declarations(), offsets.declarations].join("\n"),
      helpers: this.#helpers,
      uses: [...this.terms.uses, ...(blocks > 1 ? [temporary] : reducers.map(({ out }) => out))],
      size: GROUP_SIZE,
      groups: Math.ceil(pairs / PAIRS),
      parameters: this.#words,
    };
  }

  /** The variables of each thread, and what the threads share. */
  #declare(): string {
    const lines = this.reducers.flatMap(({ operation }, k) => {
      const { value, place } = named(k);
      if (operation === "sum") return [`var ${value} = 0u;`];
      return [`var ${value} = 0i;`, ...(operation === "argmax" ? [`var ${place} = 0u;`] : [])];
    });
    if (this.#detects) lines.push("var bad = false;");
    return lines.join("\n");
  }

  #declarations(): string {
    const lines = this.reducers.flatMap(({ operation }, k) => {
      const { values, places } = named(k);
      const type = operation === "sum" ? "u32" : "i32";
      const shared = [`var<workgroup> ${values}: array<${type}, ${GROUP_SIZE}>;`];
      if (operation === "argmax") shared.push(`var<workgroup> ${places}: array<u32, ${GROUP_SIZE}>;`);
      return shared;
    });
    if (this.#detects) lines.push(`var<workgroup> flags: array<u32, ${GROUP_SIZE}>;`);
    return lines.join("\n");
  }

  #begin({ operation }: Reducer, k: number): string {
    const { value, place } = named(k);
    if (operation === "sum") return `${value} = 0u;`;
    return `${value} = ${LEAST_KEY};${operation === "argmax" ? ` ${place} = 0u;` : ""}`;
  }

  /** Takes a term into the lane. */
  #take({ operation, term }: Reducer, k: number, arithmetic: WgslArithmetic): string {
    const { value, place } = named(k);
    if (operation === "sum") {
      const { add } = wgslSum(arithmetic);
      this.#helpers.add(add);
      const sum = `${value} = ${add}(${value}, ${term});`;
      if (arithmetic !== "detect") return sum;
      this.#helpers.add("is_subnormal").add("flushed");
      return `flushed = is_subnormal(${term});\n${sum}\nbad = bad | flushed;`;
    }
    this.#helpers.add("order_key");
    const key = `key${k}`;
    const taken = operation === "argmax" ? `${place} = t; ${value} = ${key};` : `${value} = ${key};`;
    return `let ${key} = order_key(${term});\nif (${key} > ${value}) { ${taken} }`;
  }

  #share({ operation }: Reducer, k: number): string {
    const { value, place, values, places } = named(k);
    return `${values}[local] = ${value};${operation === "argmax" ? ` ${places}[local] = ${place};` : ""}`;
  }

  /** The place of a lane in what is shared. */
  #at(lane: number): string {
    return `head + ${lane * (this.walk.across ? PAIRS : 1)}u`;
  }

  /** Combines the lanes, and stores the result or the partial one. */
  #fold(reducer: Reducer, k: number, arithmetic: WgslArithmetic): string {
    const { operation, out } = reducer;
    const { values, places } = named(k);
    const lines: string[] = [];
    const prefix = `f${k}`;
    if (operation === "sum") {
      const { add } = wgslSum(arithmetic);
      this.#helpers.add(add);
      lines.push(...foldLines(prefix, (lane) => `${values}[${this.#at(lane)}]`, add));
    } else {
      lines.push(`var ${prefix} = ${values}[${this.#at(0)}];`);
      if (operation === "argmax") lines.push(`var ${prefix}_place = ${places}[${this.#at(0)}];`);
      for (let lane = 1; lane < LANES; lane++) {
        const [key, place] = [`${values}[${this.#at(lane)}]`, `${places}[${this.#at(lane)}]`];
        lines.push(
          operation === "max"
            ? `${prefix} = max(${prefix}, ${key});`
            : `if (${key} > ${prefix} || (${key} == ${prefix} && ${place} < ${prefix}_place)) { ${prefix} = ${key}; ${prefix}_place = ${place}; }`,
        );
      }
    }
    const result = operation === "sum" ? prefix : `bitcast<u32>(${prefix})`;
    if (this.blocks > 1) {
      const at = `(${this.#word(WORDS * k * this.walk.results * this.blocks)} + ${WORDS}u * pair`;
      lines.push(`${this.target.temporary.at(`${at})`)} = ${result};`);
      if (operation === "argmax") lines.push(`${this.target.temporary.at(`${at} + 1u)`)} = ${prefix}_place;`);
    } else lines.push(`${out.at("result")} = ${finalBits(operation, prefix)};`);
    return lines.join("\n");
  }

  /**
   * Adds blocks up again in integers if a lane, or the sums of the lanes, may have other bits. The lanes are folded in
   * integers in any case: that is little beside them.
   */
  #again(lanes: (arithmetic: WgslArithmetic) => string): string {
    const flags = Array.from({ length: LANES }, (_, lane) => `flags[${this.#at(lane)}]`).join(" | ");
    return `let again = (${flags}) != 0u;
workgroupBarrier();
if (again) {
${lanes("soft")}
}
workgroupBarrier();`;
  }
}

/** Statements for lane[l] += lane[l + 8], then + 4, + 2, + 1; the last declares `name`. */
function foldLines(name: string, lane: (index: number) => string, add: WgslHelper): string[] {
  let lanes = Array.from({ length: LANES }, (_, index) => lane(index));
  const lines: string[] = [];
  while (lanes.length > 1) {
    const half = lanes.length / 2;
    lanes = lanes.slice(0, half).map((left, index) => {
      const sum = half === 1 ? name : `${name}_${half}_${index}`;
      lines.push(`let ${sum} = ${add}(${left}, ${lanes[index + half]});`);
      return sum;
    });
  }
  return lines;
}

/** Combines the partial results of a reducer, in the order of the blocks. */
function combine(
  { operation, out }: Reducer,
  k: number,
  results: number,
  blocks: number,
  { word, temporary, mode }: GpuTarget,
): GpuPhase {
  const [resultsWord, blocksWord, begin] = [0, 1, 2].map(word);
  const helpers = new Set<WgslHelper>();
  const at = `(${begin} + ${WORDS}u * (block * ${resultsWord} + index)`;
  const partial = temporary.at(`${at})`);
  const loop = (arithmetic: WgslArithmetic) => {
    if (operation === "sum") {
      const { add } = wgslSum(arithmetic);
      helpers.add(add);
      if (arithmetic === "detect") helpers.add("flushed").add("is_subnormal");
      return `value = 0u;
for (var block = 0u; block < ${blocksWord}; block++) {
let term = ${partial};
${arithmetic === "detect" ? "flushed = flushed | is_subnormal(term);" : ""}
value = ${add}(value, term);
}`;
    }
    const place = operation === "argmax" ? ` value_place = ${temporary.at(`${at} + 1u)`)};` : "";
    return `value = ${LEAST_KEY};
for (var block = 0u; block < ${blocksWord}; block++) {
let key = bitcast<i32>(${partial});
if (key > value) { value = key;${place} }
}`;
  };
  const detects = operation === "sum" && mode.elementwise === "detect";
  const body = `if (index >= ${resultsWord}) { return; }
var value = ${operation === "sum" ? "0u" : "0i"};
${operation === "argmax" ? "var value_place = 0u;" : ""}
${detects ? "flushed = false;" : ""}
${loop(mode.elementwise)}
${detects ? `if (flushed) {\n${loop("soft")}\n}` : ""}
${out.at("index")} = ${finalBits(operation, "value")};`;
  return {
    body,
    helpers,
    uses: [temporary, out],
    size: GROUP_SIZE,
    groups: Math.ceil(results / GROUP_SIZE),
    parameters: [results, blocks, WORDS * k * results * blocks],
  };
}
