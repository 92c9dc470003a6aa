import { type WgslArithmetic, type WgslHelper, wgslSum } from "../../../../scalar/mod.ts";
import { type GpuPhase, type GpuTarget, GROUP_SIZE } from "../../gpu_kernel.ts";
import { blockBounds, type ProductProblem, type ProductTexts, Words } from "./product_problem.ts";
import type { TileForm } from "./tile_form.ts";
import { decodeTile, placesOf, type SplitBlocks } from "./tile_phase.ts";

/** A product in which each thread makes one result, term by term. It is exact wherever the adapter can be. */
export function directPhase(
  problem: ProductProblem,
  target: GpuTarget,
  split: SplitBlocks | undefined,
): GpuPhase {
  const words = new Words(target);
  const texts = problem.texts(words);
  const { planes, rows, columns, planesInside } = problem;
  const out = split === undefined ? target.outputs[0]! : target.temporary;
  const results = planes * rows * columns;
  const blockCount = words.word(Math.max(1, problem.blocks.count));
  const [resultsWord, planesWord, columnsWord] = [results, planes, columns].map((n) => words.word(n));
  const rowsWord = words.word(rows);
  const decode = planesInside
    ? `let plane = others % ${planesWord};
let row = others / ${planesWord};`
    : `let row = others % ${rowsWord};
let plane = others / ${rowsWord};`;
  const which = split === undefined
    ? `if (index >= ${resultsWord}) { return; }
let result = index;
let first_block = 0u;
let last_block = ${blockCount};`
    : `let copy = index / ${resultsWord};
if (copy >= ${words.word(split.count)}) { return; }
let result = index % ${resultsWord};
let first_block = ${words.word(split.first)} + copy;
let last_block = first_block + 1u;
let copy_start = ${words.word(split.start)} + copy * ${words.word(split.length)};`;
  const { declarations, helpers } = sumFunctions(problem, texts, words, target);
  return {
    body: `${which}
let column = result % ${columnsWord};
let others = result / ${columnsWord};
${decode}
${texts.outputRow ?? ""}
${
      out.at(`(${split === undefined ? "" : "copy_start + "}${texts.output})`)
    } = product_of(plane, row, column, first_block, last_block);`,
    declarations: `${texts.declarations ?? ""}\n${declarations}`,
    helpers,
    uses: placesOf(texts, out, []),
    size: GROUP_SIZE,
    groups: Math.ceil(results * (split?.count ?? 1) / GROUP_SIZE),
    parameters: words.values,
  };
}

/** The words of the temporary that say what is to be computed again. */
export interface Flags {
  /** One for each workgroup of the tiles, from this word on. */
  readonly tiles: number | undefined;
  /** One for all, at this word. */
  readonly all: number | undefined;
}

/** Computes the flagged tiles again, each result by itself. */
export function againPhase(
  problem: ProductProblem,
  form: TileForm,
  target: GpuTarget,
  split: SplitBlocks | undefined,
  flags: Flags,
): GpuPhase {
  const words = new Words(target);
  const texts = problem.texts(words);
  const out = split === undefined ? target.outputs[0]! : target.temporary;
  const { decode, groups } = decodeTile(problem, form, words, split);
  const { declarations, helpers } = sumFunctions(problem, texts, words, target);
  const flagged = [
    ...flags.tiles === undefined ? [] : [target.temporary.at(`(${words.word(flags.tiles)} + group)`)],
    ...flags.all === undefined ? [] : [target.temporary.at(words.word(flags.all))],
  ];
  return {
    body: `if ((${flagged.join(" | ")}) == 0u) { return; }
${decode}
for (var i = local; i < ${form.rows * form.columns}u; i += ${GROUP_SIZE}u) {
let row = first_row + i / ${form.columns}u;
let column = first_column + i % ${form.columns}u;
if (row < ${words.word(problem.rows)} && column < ${words.word(problem.columns)}) {
${texts.outputRow ?? ""}
${
      out.at(`(${split === undefined ? "" : "copy_start + "}${texts.output})`)
    } = product_of(plane, row, column, first_block, last_block);
}
}`,
    declarations: `${texts.declarations ?? ""}\n${declarations}`,
    helpers,
    uses: placesOf(texts, out, [target.temporary]),
    size: GROUP_SIZE,
    groups,
    parameters: words.values,
  };
}

/** Declares `product_of`, which computes some blocks of one result and adds them. */
function sumFunctions(
  problem: ProductProblem,
  texts: ProductTexts,
  words: Words,
  { mode }: GpuTarget,
): { readonly declarations: string; readonly helpers: readonly WgslHelper[] } {
  const bounds = blockBounds(words, problem.blocks);
  const { setup, begin, operands, advance, mayBeAbsent } = texts.walk;
  const write = (name: string, arithmetic: WgslArithmetic) => {
    const { add, multiply } = wgslSum(arithmetic);
    const term = `sum = ${add}(sum, ${multiply}(x, y));`;
    const checked = arithmetic === "detect"
      ? `flushed = flushed | is_subnormal(x) | is_subnormal(y);\n${term}`
      : term;
    return `fn ${name}(plane: u32, row: u32, column: u32, first_block: u32, last_block: u32) -> u32 {
${setup}
var total = parameters[0].x;
for (var block = first_block; block < last_block; block++) {
${bounds}
var sum = parameters[0].x;
var t = start;
${begin}
for (; t < end; t++) {
${operands}
${mayBeAbsent ? `if (present) {\n${checked}\n}` : checked}
${advance}
}
total = ${add}(total, sum);
}
return total;
}`;
  };
  const helpersOf = (arithmetic: WgslArithmetic) => Object.values(wgslSum(arithmetic));
  if (mode.contraction === "soft") {
    return { declarations: write("product_of", "soft"), helpers: helpersOf("soft") };
  }
  if (!mode.flushes) {
    return { declarations: write("product_of", mode.contraction), helpers: helpersOf(mode.contraction) };
  }
  return {
    declarations: `${write("product_in_floats", "detect")}
${write("product_in_integers", "soft")}
fn product_of(plane: u32, row: u32, column: u32, first_block: u32, last_block: u32) -> u32 {
flushed = false;
let product = product_in_floats(plane, row, column, first_block, last_block);
if (!flushed) { return product; }
return product_in_integers(plane, row, column, first_block, last_block);
}`,
    helpers: [...helpersOf("detect"), ...helpersOf("soft"), "flushed", "is_subnormal"],
  };
}
