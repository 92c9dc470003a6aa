import type { GpuPhase, GpuTarget, Place } from "../../gpu_kernel.ts";
import { type FlagTexts, flagTexts } from "./flag_texts.ts";
import {
  blockBounds,
  type ProductProblem,
  type ProductTexts,
  type TileSide,
  Words,
} from "./product_problem.ts";
import { quadsOf, STEP, threadsOf, type TileForm } from "./tile_form.ts";

/** Blocks that are computed side by side: their sums go to the temporary, one copy of the results after the other. */
export interface SplitBlocks {
  readonly first: number;
  readonly count: number;
  /** The word of the temporary at which the sums begin. */
  readonly start: number;
  /** Words of a copy. */
  readonly length: number;
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/**
 * A product in which each workgroup makes a tile of the results.
 *
 * The workgroup brings a step of both operands into shared memory while it works on the step before; each thread then
 * multiplies a few rows by a few columns in registers. Terms behind the end of a block are +0 and change no sum, since
 * a sum that started at +0 never is -0. Two sets of sums go around: that of the block, and that of the blocks.
 *
 * On a driver that takes subnormals for zeros the tile is flagged if a subnormal may have mattered: if an operand is
 * one, or if the least magnitudes of both sides, zeros apart, have a product below 2^-102. Otherwise every product, and
 * with it every sum, is a multiple of 2^-126, which is 0 or no subnormal. So nothing is asked in the loop itself.
 */
export function tilePhase(
  problem: ProductProblem,
  form: TileForm,
  target: GpuTarget,
  split: SplitBlocks | undefined,
  flags: number | undefined,
): GpuPhase {
  const words = new Words(target);
  const texts = problem.texts(words);
  const threads = threadsOf(form);
  const out = split === undefined ? target.outputs[0]! : target.temporary;
  const { decode, groups } = decodeTile(problem, form, words, split);
  const bounds = blockBounds(words, problem.blocks);
  const [rows, columns] = [words.word(problem.rows), words.word(problem.columns)];
  const flagging = flags === undefined ? undefined : flagTexts(target, words.word(flags));
  const left = loaderOf("left", texts.left, form.rows, "first_row", rows, threads, flagging);
  const right = loaderOf(
    "right",
    texts.right,
    form.columns,
    "first_column",
    columns,
    threads,
    flagging,
  );

  const rowQuads = form.threadRows / 4;
  const columnQuads = form.threadColumns / 4;
  const acrossColumns = form.columns / form.threadColumns;
  const acrossRows = form.rows / form.threadRows;
  const sums = range(form.threadRows).flatMap((row) => range(columnQuads).map((quad) => `${row}_${quad}`));

  const opaque = (text: string) => `bitcast<vec4f>(bitcast<vec4u>(${text}) ^ zeros)`;
  const add = (sum: string, text: string) =>
    target.mode.contraction === "product" ? `${sum} + ${text}` : opaque(`${sum} + ${text}`);
  // Written out for each term of the step, so that numbers can be read ahead, as far as the driver likes.
  const multiply = range(STEP).map((k) =>
    [
      "{",
      ...range(rowQuads).map((i) =>
        `let a${i} = bitcast<vec4f>(left_tile[left_at + ${k * quadsOf(form.rows) + i * acrossRows}u]);`
      ),
      ...range(columnQuads).map((i) =>
        `let b${i} = bitcast<vec4f>(right_tile[right_at + ${
          k * quadsOf(form.columns) + i * acrossColumns
        }u]);`
      ),
      ...range(form.threadRows).flatMap((row) =>
        range(columnQuads).map((quad) => {
          const product = opaque(`a${row >> 2}.${"xyzw"[row & 3]} * b${quad}`);
          return `sum${row}_${quad} = ${add(`sum${row}_${quad}`, product)};`;
        })
      ),
      "}",
    ].join("\n")
  );

  const body = `let zeros = vec4u(parameters[0].x);
${decode}
let thread_column = local % ${acrossColumns}u;
let thread_row = local / ${acrossColumns}u;
${flagging?.declare ?? ""}
${left.setup}
${right.setup}
${
    sums.map((at) => `var sum${at} = bitcast<vec4f>(zeros);\nvar total${at} = bitcast<vec4f>(zeros);`).join(
      "\n",
    )
  }
var block = first_block;
${boundsFor(bounds, texts)}
var at = tile_start;
var end_at = tile_end;
var slot = 0u;
${left.seek}
${right.seek}
${left.load}
${right.load}
${left.store}
${right.store}
workgroupBarrier();
loop {
let ends = at + ${STEP}u >= end_at;
at += ${STEP}u;
if (ends) {
block += 1u;
if (block < last_block) {
${boundsFor(bounds, texts)}
at = tile_start;
end_at = tile_end;
${left.seek}
${right.seek}
}
} else {
${left.count}
${right.count}
}
let more = block < last_block;
if (more) {
${left.load}
${right.load}
}
let left_at = slot * ${STEP * quadsOf(form.rows)}u + thread_row;
let right_at = slot * ${STEP * quadsOf(form.columns)}u + thread_column;
${multiply.join("\n")}
if (ends) {
${sums.map((s) => `total${s} = ${add(`total${s}`, `sum${s}`)};\nsum${s} = bitcast<vec4f>(zeros);`).join("\n")}
}
if (!more) { break; }
slot = 1u - slot;
${left.store}
${right.store}
workgroupBarrier();
}
${
    range(form.threadRows).map((row) =>
      `{
let row = first_row + ${4 * (row >> 2) * acrossRows + (row & 3)}u + thread_row * 4u;
if (row < ${rows}) {
${texts.outputRow ?? ""}
${
        range(columnQuads).map((quad) =>
          range(4).map((lane) =>
            `{
let column = first_column + ${4 * quad * acrossColumns + lane}u + thread_column * 4u;
if (column < ${columns}) { ${
              out.at(`(${split === undefined ? "" : "copy_start + "}${texts.output})`)
            } = bitcast<u32>(total${row}_${quad}.${"xyzw"[lane]}); }
}`
          ).join("\n")
        ).join("\n")
      }
}
}`
    ).join("\n")
  }
${flagging?.finish ?? ""}`;
  return {
    body,
    declarations: `${texts.declarations ?? ""}
var<workgroup> left_tile: array<vec4u, ${2 * STEP * quadsOf(form.rows)}>;
var<workgroup> right_tile: array<vec4u, ${2 * STEP * quadsOf(form.columns)}>;
${flagging?.shared ?? ""}`,
    uses: placesOf(texts, out, flags === undefined ? [] : [target.temporary]),
    size: threads,
    groups,
    parameters: words.values,
  };
}

/** The places of a phase, each once. */
export function placesOf({ left, right }: ProductTexts, out: Place, more: readonly Place[]): Place[] {
  return [left.place, right.place, out, ...more];
}

/**
 * Declares what workgroup `group` computes: `plane`, the tile's `first_row` and `first_column`, and the blocks from
 * `first_block` to before `last_block`.
 */
export function decodeTile(
  { planes, rows, columns, blocks }: ProductProblem,
  form: TileForm,
  words: Words,
  split: SplitBlocks | undefined,
): { readonly decode: string; readonly groups: number } {
  const [down, across] = [Math.ceil(rows / form.rows), Math.ceil(columns / form.columns)];
  const [downWord, acrossWord, planesWord] = [words.word(down), words.word(across), words.word(planes)];
  const blockCount = Math.max(1, blocks.count);
  const which = split === undefined
    ? `let first_block = 0u;
let last_block = ${words.word(blockCount)};`
    : `let copy = tile / ${planesWord};
let first_block = ${words.word(split.first)} + copy;
let last_block = first_block + 1u;
let copy_start = ${words.word(split.start)} + copy * ${words.word(split.length)};`;
  return {
    decode: `var tile = group;
let first_column = (tile % ${acrossWord}) * ${form.columns}u;
tile = tile / ${acrossWord};
let first_row = (tile % ${downWord}) * ${form.rows}u;
tile = tile / ${downWord};
let plane = tile % ${planesWord};
${which}`,
    groups: planes * down * across * (split?.count ?? 1),
  };
}

/** Declares `tile_start` and `tile_end`, the terms of `block` that tiles go through. */
export function boundsFor(bounds: string, { dense = (t) => t }: ProductTexts): string {
  return `${bounds}
let tile_start = ${dense("start")};
let tile_end = ${dense("end")};`;
}

/** Texts that bring an operand into shared memory. */
interface Loader {
  /** Declares what a thread needs. */
  readonly setup: string;
  /** Finds the digits of the thread's terms at the beginning of a block. */
  readonly seek: string;
  /** Counts them on by a step. */
  readonly count: string;
  /** Reads the operand. */
  readonly load: string;
  /** Stores what was read. */
  readonly store: string;
}

/**
 * The texts that bring one operand into shared memory: quads of four lanes, one term each. Neighbouring threads read
 * neighbours in memory.
 */
function loaderOf(
  name: "left" | "right",
  side: TileSide,
  lanes: number,
  firstLane: string,
  laneCount: string,
  threads: number,
  flagging: FlagTexts | undefined,
): Loader {
  const quads = lanes / 4;
  const rounds = Math.max(1, quads * STEP / threads);
  const guard = quads * STEP < threads ? `if (local < ${quads * STEP}u) ` : "";
  const suffix = (round: number, lane: number) => `_${name}${round}_${lane}`;
  const setup = range(rounds).map((i) => {
    const at = `(local + ${i * threads}u)`;
    const place = side.alongTerms
      ? `let ${name}_k${i} = ${at} % ${STEP}u;\nlet ${name}_quad${i} = ${at} / ${STEP}u;`
      : `let ${name}_k${i} = ${at} / ${quads}u;\nlet ${name}_quad${i} = ${at} % ${quads}u;`;
    return [
      place,
      `var ${name}_next${i} = vec4u(0u);`,
      ...range(4).map((lane) =>
        `let ${name}_lane${i}_${lane} = ${firstLane} + 4u * ${name}_quad${i} + ${lane}u;
${side.lane(`${name}_lane${i}_${lane}`, suffix(i, lane))}`
      ),
    ].join("\n");
  });
  // Rounds that read the same terms count them once.
  const counters = side.digits === undefined ? 0 : side.alongTerms && threads % STEP === 0 ? 1 : rounds;
  const digit = (counter: number, index: number) =>
    `${name}_digit${Math.min(counter, counters - 1)}_${index}`;
  const seek: string[] = [];
  const count: string[] = [];
  if (side.digits !== undefined) {
    const { ends, steps } = side.digits;
    for (const i of range(counters)) {
      const [low, middle, high] = range(3).map((index) => digit(i, index));
      setup.push(`var ${low} = 0u;\nvar ${middle} = 0u;\nvar ${high} = 0u;`);
      seek.push(`${low} = at + ${name}_k${i};
${middle} = ${low} / ${ends[0]};
${low} = ${low} % ${ends[0]};
${high} = ${middle} / ${ends[1]};
${middle} = ${middle} % ${ends[1]};`);
      count.push(`${low} += ${steps[0]};
${middle} += ${steps[1]};
${high} += ${steps[2]};
if (${low} >= ${ends[0]}) {
${low} -= ${ends[0]};
${middle} += 1u;
}
if (${middle} >= ${ends[1]}) {
${middle} -= ${ends[1]};
${high} += 1u;
}`);
    }
  }
  const digits = (round: number) =>
    side.digits === undefined
      ? ""
      : range(3).map((index) => `let digit${index} = ${digit(round, index)};`).join("\n");
  const load = range(rounds).map((i) =>
    `${guard}{
let t = at + ${name}_k${i};
${name}_next${i} = vec4u(0u);
if (t < end_at) {
${digits(i)}
${side.term}
${
      range(4).map((lane) => {
        const inside = side.inside === undefined ? "" : ` && ${side.inside(suffix(i, lane))}`;
        return `if (${name}_lane${i}_${lane} < ${laneCount}${inside}) { ${name}_next${i}.${"xyzw"[lane]} = ${
          side.place.at(`(${side.index(suffix(i, lane))})`)
        }; }`;
      }).join("\n")
    }
}
${flagging?.note(name, `${name}_next${i}`) ?? ""}
}`
  );
  const store = range(rounds).map((i) =>
    `${guard}{ ${name}_tile[(slot * ${STEP}u + ${name}_k${i}) * ${
      quads + 1
    }u + ${name}_quad${i}] = ${name}_next${i}; }`
  );
  return {
    setup: setup.join("\n"),
    seek: seek.join("\n"),
    count: count.join("\n"),
    load: load.join("\n"),
    store: store.join("\n"),
  };
}
