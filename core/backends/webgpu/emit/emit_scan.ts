import { SCAN_BLOCK, type ScanKernel } from "../../../kernels/scan.ts";
import { type WgslArithmetic, type WgslHelper, wgslSum } from "../../../scalar/mod.ts";
import {
  type GpuFamily,
  type GpuKernel,
  type GpuPhase,
  type GpuTarget,
  GROUP_SIZE,
  type Place,
} from "../gpu_kernel.ts";
import { checkValues } from "./_check_values.ts";

/** Threads of a workgroup: few, since each has a block of its own, which it adds up term by term. */
const BLOCK_GROUP = 32;

/**
 * Cumulative sums: one thread adds up one block of rule N5a. If there are several, a first phase leaves their totals in
 * the temporary and a second makes offsets of them.
 *
 * Where the driver takes subnormals for zeros, a thread that may have met one begins again in integers.
 */
export const scanGpu: GpuFamily<ScanKernel> = {
  emit(kernel, target) {
    const blocks = Math.ceil(kernel.length / SCAN_BLOCK);
    if (blocks <= 1) return { phases: [blockPhase(kernel, target, "only")] };
    const partials = kernel.outer * kernel.inner * blocks;
    return {
      phases: [
        blockPhase(kernel, target, "totals"),
        offsetPhase(kernel, target),
        blockPhase(kernel, target, "results"),
      ],
      temporaryBytes: 4 * partials,
    } satisfies GpuKernel;
  },
  small(kernel) {
    const length = kernel.length > SCAN_BLOCK ? 1030 : 37;
    const small: ScanKernel = { ...kernel, outer: 1, length, inner: 3 };
    return { kernel: small, inputs: checkValues(small) };
  },
};

/** What of the blocks is computed: the results of the only one, the totals of several, or their results. */
type Part = "only" | "totals" | "results";

function blockPhase(
  { outer, length, inner, exclusive, reverse }: ScanKernel,
  target: GpuTarget,
  part: Part,
): GpuPhase {
  const [source, out] = [target.inputs[0]!, target.outputs[0]!];
  const { temporary, word } = target;
  const rows = outer * inner;
  const units = rows * Math.ceil(length / SCAN_BLOCK);
  const [unitsWord, rowsWord, lengthWord, innerWord] = [0, 1, 2, 3].map(word);
  const helpers = new Set<WgslHelper>();
  const add = (arithmetic: WgslArithmetic) => {
    const { add } = wgslSum(arithmetic);
    helpers.add(add);
    return add;
  };
  const position = reverse ? `(${lengthWord} - 1u - t)` : "t";
  const loop = (arithmetic: WgslArithmetic) => {
    const sum = add(arithmetic);
    const kept = exclusive ? "before" : "running";
    // The offset of the first block is +0, and so may be left out.
    const result = part === "only" ? kept : `${sum}(offset, ${kept})`;
    return `running = 0u;
for (var t = start; t < end; t++) {
let at = base + ${position} * ${innerWord};
let term = ${source.at("at")};
${arithmetic === "detect" ? "flushed = flushed | is_subnormal(term);" : ""}
${exclusive && part !== "totals" ? "let before = running;" : ""}
running = ${sum}(running, term);
${part === "totals" ? "" : `${out.at("at")} = ${result};`}
}`;
  };
  const { elementwise } = target.mode;
  const detects = elementwise === "detect";
  if (detects) helpers.add("flushed").add("is_subnormal");
  const body = `if (index >= ${unitsWord}) { return; }
let row = index % ${rowsWord};
let start = (index / ${rowsWord}) * ${SCAN_BLOCK}u;
let end = min(start + ${SCAN_BLOCK}u, ${lengthWord});
let base = (row / ${innerWord}) * ${lengthWord} * ${innerWord} + row % ${innerWord};
${part === "results" ? `let offset = ${temporary.at("index")};` : ""}
var running = 0u;
${detects ? `flushed = ${part === "results" ? "is_subnormal(offset)" : "false"};` : ""}
${loop(elementwise)}
${detects ? `if (flushed) {\n${loop("soft")}\n}` : ""}
${part === "totals" ? `${temporary.at("index")} = running;` : ""}`;
  const uses: Record<Part, readonly Place[]> = {
    only: [source, out],
    totals: [source, temporary],
    results: [source, out, temporary],
  };
  return {
    body,
    helpers,
    uses: uses[part],
    size: BLOCK_GROUP,
    groups: length === 0 ? 0 : Math.ceil(units / BLOCK_GROUP),
    parameters: [units, rows, length, inner],
  };
}

/** Makes offsets of totals: each is the sum of those before it, from +0. */
function offsetPhase({ outer, length, inner }: ScanKernel, { word, mode, temporary }: GpuTarget): GpuPhase {
  const rows = outer * inner;
  const [rowsWord, blocksWord] = [word(0), word(1)];
  const helpers = new Set<WgslHelper>();
  // Each total is read and gone, so there is no second try: integers where floats may be wrong.
  const { add } = wgslSum(mode.elementwise === "both" ? "both" : "soft");
  helpers.add(add);
  return {
    body: `if (index >= ${rowsWord}) { return; }
var offset = 0u;
for (var block = 0u; block < ${blocksWord}; block++) {
let at = block * ${rowsWord} + index;
let total = ${temporary.at("at")};
${temporary.at("at")} = offset;
offset = ${add}(offset, total);
}`,
    helpers,
    uses: [temporary],
    size: GROUP_SIZE,
    groups: Math.ceil(rows / GROUP_SIZE),
    parameters: [rows, Math.ceil(length / SCAN_BLOCK)],
  };
}
