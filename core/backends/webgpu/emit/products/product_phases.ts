import { wgslSum } from "../../../../scalar/mod.ts";
import { type GpuKernel, type GpuPhase, type GpuTarget, GROUP_SIZE, type Place } from "../../gpu_kernel.ts";
import { againPhase, directPhase } from "./direct_phase.ts";
import { type ProductProblem, Words } from "./product_problem.ts";
import { narrowPhase } from "./narrow_phase.ts";
import { DIRECT, NARROW_FORMS, type ProductPlan } from "./tile_form.ts";
import { decodeTile, type SplitBlocks, tilePhase } from "./tile_phase.ts";

/** A kernel that is a product. */
export interface ProductKernel {
  /** All results at once, for the direct form. */
  readonly whole: ProductProblem;
  /** What tiles compute, one after the other; together all results. */
  readonly parts: readonly ProductProblem[];
  /** Number of results. */
  readonly results: number;
  /**
   * An operand that must be finite for the tiles to be right: if it is not, all is computed again. (Where terms are
   * absent, tiles take +0 times the other operand.)
   */
  readonly finite?: { readonly place: Place; readonly length: number } | undefined;
}

/** Numbers that a thread looks at when it searches for what is not finite. */
const SCAN = 16;

/** The phases of a product. */
export function productPhases(kernel: ProductKernel, plan: ProductPlan, target: GpuTarget): GpuKernel {
  const { whole, parts, results, finite } = kernel;
  if (results === 0) return { phases: [] };
  const direct = plan.form === DIRECT;
  const { together } = plan;
  const { flushes } = target.mode;
  const again = !direct && (flushes || finite !== undefined);

  // The temporary: the flag of all, the flags of the tiles, the block sums.
  let most = 0;
  for (const part of parts) {
    const splitTo = together === undefined
      ? undefined
      : { first: 0, count: together, start: 0, length: results };
    most = Math.max(most, decodeTile(part, plan.form, new Words(target), splitTo).groups);
  }
  const all = !again || finite === undefined ? undefined : 0;
  const tiles = again && flushes ? 1 : undefined;
  const start = again ? 1 + most : 0;

  const phases: GpuPhase[] = [];
  if (all !== undefined) phases.push(...scanPhases(finite!.place, finite!.length, target));
  const blocks = Math.max(1, whole.blocks.count);
  for (let first = 0; first < blocks; first += together ?? blocks) {
    const split: SplitBlocks | undefined = together === undefined
      ? undefined
      : { first, count: Math.min(together, blocks - first), start, length: results };
    if (direct) phases.push(directPhase(whole, target, split));
    else {
      for (const part of parts) {
        const phase = NARROW_FORMS.includes(plan.form) ? narrowPhase : tilePhase;
        phases.push(phase(part, plan.form, target, split, tiles));
        if (again) phases.push(againPhase(part, plan.form, target, split, { tiles, all }));
      }
    }
    if (split !== undefined) phases.push(addPhase(results, split, target));
  }
  const words = start + (together ?? 0) * results;
  return { phases, temporaryBytes: 4 * words };
}

/** Sets the first word of the temporary if any of the numbers is infinite or NaN. */
function scanPhases(place: Place, length: number, target: GpuTarget): GpuPhase[] {
  const flag = target.temporary.at("0u");
  return [
    {
      body: `if (index == 0u) { ${flag} = 0u; }`,
      uses: [target.temporary],
      size: 64,
      groups: 1,
      parameters: [],
    },
    {
      body: `var exponent = 0u;
for (var i = 0u; i < ${SCAN}u; i++) {
let at = group * ${SCAN * GROUP_SIZE}u + i * ${GROUP_SIZE}u + local;
if (at < ${target.word(0)}) { exponent = max(exponent, ${place.at("at")} & 0x7f800000u); }
}
if (exponent == 0x7f800000u) { atomicStore(&${flag}, 1u); }`,
      uses: [place, target.temporary],
      types: { [target.temporary.variable]: "atomic<u32>" },
      size: GROUP_SIZE,
      groups: Math.ceil(length / (SCAN * GROUP_SIZE)),
      parameters: [length],
    },
  ];
}

/** Adds block sums in order to what is there, or to +0. */
function addPhase(results: number, { first, count, start }: SplitBlocks, target: GpuTarget): GpuPhase {
  const { temporary, mode: { elementwise } } = target;
  const out = target.outputs[0]!;
  const [length, copies, from, before] = [0, 1, 2, 3].map(target.word) as [string, string, string, string];
  const loop = (arithmetic: typeof elementwise) =>
    `total = parameters[0].x;
if (${before} != 0u) { total = ${out.at("index")}; }
${arithmetic === "detect" ? "flushed = is_subnormal(total);" : ""}
for (var copy = 0u; copy < ${copies}; copy++) {
let term = ${temporary.at(`(${from} + copy * ${length} + index)`)};
${arithmetic === "detect" ? "flushed = flushed | is_subnormal(term);" : ""}
total = ${wgslSum(arithmetic).add}(total, term);
}`;
  return {
    body: `if (index >= ${length}) { return; }
var total = 0u;
${loop(elementwise)}
${elementwise === "detect" ? `if (flushed) {\n${loop("soft")}\n}` : ""}
${out.at("index")} = total;`,
    helpers: elementwise === "detect"
      ? [wgslSum("detect").add, wgslSum("soft").add, "is_subnormal", "flushed"]
      : [wgslSum(elementwise).add],
    uses: [temporary, out],
    size: GROUP_SIZE,
    groups: Math.ceil(results / GROUP_SIZE),
    parameters: [results, count, start, first],
  };
}
