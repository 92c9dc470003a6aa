import type { GpuPhase, GpuTarget } from "../../gpu_kernel.ts";
import { flagTexts } from "./flag_texts.ts";
import { blockBounds, type ProductProblem, Words } from "./product_problem.ts";
import { threadsOf, type TileForm } from "./tile_form.ts";
import { boundsFor, decodeTile, placesOf, type SplitBlocks } from "./tile_phase.ts";

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/**
 * A product of few columns, in which each thread makes some rows of all columns, and shares nothing.
 *
 * There is too little work on each number of the left operand to bring it into shared memory first. All threads read
 * the same numbers of the right operand at a time. Rows and columns beyond the last repeat the last, and are not stored.
 * What `tilePhase` says of sums and of subnormals holds here too.
 */
export function narrowPhase(
  problem: ProductProblem,
  form: TileForm,
  target: GpuTarget,
  split: SplitBlocks | undefined,
  flags: number | undefined,
): GpuPhase {
  const words = new Words(target);
  const texts = problem.texts(words);
  const { left, right } = texts;
  const threads = threadsOf(form);
  const out = split === undefined ? target.outputs[0]! : target.temporary;
  const { decode, groups } = decodeTile(problem, form, words, split);
  const bounds = blockBounds(words, problem.blocks);
  const [rows, columns] = [words.word(problem.rows), words.word(problem.columns)];
  const rowLanes = range(form.threadRows);
  const quads = range(form.threadColumns / 4);
  const sums = rowLanes.flatMap((row) => quads.map((quad) => `${row}_${quad}`));
  const flagging = flags === undefined ? undefined : flagTexts(target, words.word(flags));

  const opaque = (text: string) => `bitcast<vec4f>(bitcast<vec4u>(${text}) ^ zeros)`;
  const add = (sum: string, text: string) =>
    target.mode.contraction === "product" ? `${sum} + ${text}` : opaque(`${sum} + ${text}`);
  const ends = left.digits?.ends;
  const body = `let zeros = vec4u(parameters[0].x);
${decode}
${
    rowLanes.map((row) =>
      `let row${row} = min(first_row + ${row * threads}u + local, ${rows} - 1u);
${left.lane(`row${row}`, `_left${row}`)}`
    ).join("\n")
  }
${
    range(form.threadColumns).map((column) =>
      `let column${column} = min(first_column + ${column}u, ${columns} - 1u);
${right.lane(`column${column}`, `_right${column}`)}`
    ).join("\n")
  }
${flagging === undefined ? "" : `${flagging.declare}\nworkgroupBarrier();`}
${sums.map((at) => `var total${at} = bitcast<vec4f>(zeros);`).join("\n")}
for (var block = first_block; block < last_block; block++) {
${boundsFor(bounds, texts)}
${sums.map((at) => `var sum${at} = bitcast<vec4f>(zeros);`).join("\n")}
${
    ends === undefined ? "" : `var digit0 = tile_start % ${ends[0]};
var digit1 = (tile_start / ${ends[0]}) % ${ends[1]};
var digit2 = tile_start / ${ends[0]} / ${ends[1]};`
  }
for (var t = tile_start; t < tile_end; t++) {
${left.term}
${right.term}
${
    quads.map((quad) => {
      const lanes = range(4).map((lane) => right.place.at(`(${right.index(`_right${4 * quad + lane}`)})`));
      return `let right${quad} = vec4u(${lanes.join(", ")});
${flagging?.note("right", `right${quad}`) ?? ""}`;
    }).join("\n")
  }
${
    rowLanes.map((row) => {
      const read = `x = ${left.place.at(`(${left.index(`_left${row}`)})`)};`;
      return `{
var x = 0u;
${left.inside === undefined ? read : `if (${left.inside(`_left${row}`)}) { ${read} }`}
${flagging?.note("left", "vec4u(x)") ?? ""}
${
        quads.map((quad) => {
          const product = opaque(`bitcast<f32>(x) * bitcast<vec4f>(right${quad})`);
          return `sum${row}_${quad} = ${add(`sum${row}_${quad}`, product)};`;
        }).join("\n")
      }
}`;
    }).join("\n")
  }
${
    ends === undefined ? "" : `digit0 += 1u;
if (digit0 == ${ends[0]}) {
digit0 = 0u;
digit1 += 1u;
if (digit1 == ${ends[1]}) {
digit1 = 0u;
digit2 += 1u;
}
}`
  }
}
${sums.map((at) => `total${at} = ${add(`total${at}`, `sum${at}`)};`).join("\n")}
}
${
    rowLanes.map((lane) =>
      `if (first_row + ${lane * threads}u + local < ${rows}) {
let row = row${lane};
${texts.outputRow ?? ""}
${
        range(form.threadColumns).map((at) =>
          `if (first_column + ${at}u < ${columns}) {
let column = column${at};
${out.at(`(${split === undefined ? "" : "copy_start + "}${texts.output})`)} = bitcast<u32>(total${lane}_${
            at >> 2
          }.${"xyzw"[at & 3]});
}`
        ).join("\n")
      }
}`
    ).join("\n")
  }
${flagging?.finish ?? ""}`;
  return {
    body,
    declarations: `${texts.declarations ?? ""}\n${flagging?.shared ?? ""}`,
    uses: placesOf(texts, out, flags === undefined ? [] : [target.temporary]),
    size: threads,
    groups,
    parameters: words.values,
  };
}
