import { kernelInputs } from "../../../kernels/families.ts";
import type { ScatterKernel } from "../../../kernels/scatter.ts";
import { type WgslArithmetic, wgslSum } from "../../../scalar/mod.ts";
import { type GpuFamily, type GpuKernel, type GpuTarget, GROUP_SIZE, type Place } from "../gpu_kernel.ts";
import { checkIndices, checkValues } from "./_check_values.ts";
import { orderByKey } from "./_order_by_key.ts";

/** Each element of the result looks through all indices if they are so few. */
const FEW_INDICES = 32;
/** ... or if they are not many, and looks at all elements together at most so many. */
const MANY_INDICES = 1024;
const MANY_LOOKS = 1 << 21;

/**
 * Scatters, in ascending order of the source (N6) and without atomics: one thread makes one element of the result.
 *
 * Where that is little work it looks through all indices for its own. Elsewhere the sources are first put in the order
 * of their indices, and those of equal indices stay in theirs, so that it finds its own side by side.
 */
export const scatterGpu: GpuFamily<ScatterKernel> = {
  emit: (kernel, target) => looksThrough(kernel) ? emitLooking(kernel, target) : emitOrdered(kernel, target),
  small(kernel) {
    const looks = looksThrough(kernel);
    const small: ScatterKernel = looks
      ? { family: "scatter", batch: 2, size: 4, count: 25, slice: 5 }
      : { family: "scatter", batch: 2, size: 19, count: 75, slice: 3 };
    const [destination, , source] = checkValues(small, ["mixed", "subnormal", "ties"]);
    const indices = checkIndices("scatter", kernelInputs(small)[1]!.length, small.size);
    const inputs = [destination!, indices, source!];
    return looks
      ? { kernel: small, inputs }
      : { kernel: small, inputs, emit: (target) => emitOrdered(small, target) };
  },
};

function looksThrough({ batch, size, count, slice }: ScatterKernel): boolean {
  const looks = batch * size * slice * count;
  return count <= FEW_INDICES || (count <= MANY_INDICES && looks <= MANY_LOOKS) || looks === 0;
}

function emitLooking({ batch, size, count, slice }: ScatterKernel, target: GpuTarget): GpuKernel {
  const [destination, indices, source] = target.inputs as [Place, Place, Place];
  const out = target.outputs[0]!;
  const total = batch * size * slice;
  const [n, sizeWord, countWord, sliceWord] = [0, 1, 2, 3].map(target.word);
  const sum = sumOf(destination, target, (take) =>
    `for (var k = 0u; k < ${countWord}; k++) {
if (${indices.at(`(element * ${countWord} + k)`)} == which) {
let term = ${source.at(`((element * ${countWord} + k) * ${sliceWord} + column)`)};
${take}
}
}`);
  const body = `let i = index;
if (i >= ${n}) { return; }
let column = i % ${sliceWord};
let row = i / ${sliceWord};
let which = row % ${sizeWord};
let element = row / ${sizeWord};
${sum.lines}
${out.at("i")} = sum;`;
  return {
    phases: [{
      body,
      helpers: sum.helpers,
      uses: [destination, indices, source, out],
      size: GROUP_SIZE,
      groups: Math.ceil(total / GROUP_SIZE),
      parameters: [total, size, count, slice],
    }],
  };
}

function emitOrdered({ batch, size, count, slice }: ScatterKernel, target: GpuTarget): GpuKernel {
  const [destination, keys, source] = target.inputs as [Place, Place, Place];
  const out = target.outputs[0]!;
  const { temporary, word } = target;
  const { phases, order, begins, temporaryBytes } = orderByKey(
    { keys, rows: batch, length: count, bound: size },
    target,
  );
  const total = batch * size * slice;
  const sum = sumOf(destination, target, (take) =>
    `for (var k = begin; k < end; k++) {
let term = ${source.at(`(${temporary.at(`(${word(3)} + k)`)} * ${word(2)} + column)`)};
${take}
}`);
  // Indices of `size` or more stand behind all others.
  const body = `let i = index;
if (i >= ${word(0)}) { return; }
let column = i % ${word(2)};
let row = i / ${word(2)};
let place = ${word(4)} + row + row / ${word(1)};
let begin = ${temporary.at("place")};
let end = ${temporary.at("(place + 1u)")};
${sum.lines}
${out.at("i")} = sum;`;
  return {
    phases: [...phases, {
      body,
      helpers: sum.helpers,
      uses: [destination, source, out, temporary],
      size: GROUP_SIZE,
      groups: Math.ceil(total / GROUP_SIZE),
      parameters: [total, size, slice, order, begins],
    }],
    temporaryBytes,
  };
}

/**
 * Statements that leave in `sum` the destination's element `i` and then all terms of a loop, which is given what to do
 * with a `term`. Where floats may be wrong it is begun again in integers.
 */
function sumOf(destination: Place, { mode }: GpuTarget, loop: (take: string) => string) {
  const { elementwise } = mode;
  const detects = elementwise === "detect";
  const lines = (arithmetic: WgslArithmetic) => {
    const take = `sum = ${wgslSum(arithmetic).add}(sum, term);`;
    const noting = arithmetic === "detect";
    return `sum = ${destination.at("i")};
${noting ? "flushed = is_subnormal(sum);" : ""}
${loop(noting ? `flushed = flushed | is_subnormal(term);\n${take}` : take)}`;
  };
  return {
    lines: `var sum = 0u;
${lines(elementwise)}
${detects ? `if (flushed) {\n${lines("soft")}\n}` : ""}`,
    helpers: detects
      ? [wgslSum("detect").add, wgslSum("soft").add, "is_subnormal", "flushed"] as const
      : [wgslSum(elementwise).add],
  };
}
