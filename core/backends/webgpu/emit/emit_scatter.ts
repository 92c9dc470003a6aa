import { kernelInputs } from "../../../kernels/families.ts";
import type { ScatterKernel } from "../../../kernels/scatter.ts";
import { type WgslArithmetic, wgslSum } from "../../../scalar/mod.ts";
import { type GpuFamily, type GpuKernel, type GpuTarget, GROUP_SIZE, type Place } from "../gpu_kernel.ts";
import { checkIndices, checkValues } from "./_check_values.ts";

/** About the seconds of reading and writing a number that was just written, and of comparing an index, on a middling card. */
const WAIT = 4e-7;
const COMPARE = 4e-12;

/**
 * Scatters, in ascending order of the source (N6) and without atomics.
 *
 * Usually one thread makes one element of the result and looks through all indices. Where that is too much work, one
 * thread adds all that goes to one column, one after the other.
 */
export const scatterGpu: GpuFamily<ScatterKernel> = {
  emit: (kernel, target) => byColumns(kernel) ? emitColumns(kernel, target) : emitElements(kernel, target),
  small(kernel) {
    const small: ScatterKernel = { family: "scatter", batch: 2, size: 4, count: 25, slice: 5 };
    const [destination, , source] = checkValues(small, ["mixed", "subnormal", "ties"]);
    const indices = checkIndices("scatter", kernelInputs(small)[1]!.length, small.size);
    const inputs = [destination!, indices, source!];
    return byColumns(kernel)
      ? { kernel: small, inputs, emit: (target) => emitColumns(small, target) }
      : { kernel: small, inputs };
  },
};

function byColumns({ batch, size, count, slice }: ScatterKernel): boolean {
  return batch * size * slice * count * COMPARE > count * WAIT;
}

function emitElements({ batch, size, count, slice }: ScatterKernel, target: GpuTarget): GpuKernel {
  const [destination, indices, source] = target.inputs as [Place, Place, Place];
  const out = target.outputs[0]!;
  const total = batch * size * slice;
  const [n, sizeWord, countWord, sliceWord] = [0, 1, 2, 3].map(target.word) as [
    string,
    string,
    string,
    string,
  ];
  const { elementwise } = target.mode;
  const loop = (arithmetic: WgslArithmetic) =>
    `sum = ${destination.at("i")};
${arithmetic === "detect" ? "flushed = is_subnormal(sum);" : ""}
for (var k = 0u; k < ${countWord}; k++) {
if (${indices.at(`(element * ${countWord} + k)`)} == which) {
let term = ${source.at(`((element * ${countWord} + k) * ${sliceWord} + column)`)};
${arithmetic === "detect" ? "flushed = flushed | is_subnormal(term);" : ""}
sum = ${wgslSum(arithmetic).add}(sum, term);
}
}`;
  const body = `let i = index;
if (i >= ${n}) { return; }
let column = i % ${sliceWord};
let row = i / ${sliceWord};
let which = row % ${sizeWord};
let element = row / ${sizeWord};
var sum = 0u;
${loop(elementwise)}
${elementwise === "detect" ? `if (flushed) {\n${loop("soft")}\n}` : ""}
${out.at("i")} = sum;`;
  return {
    phases: [{
      body,
      helpers: elementwise === "detect"
        ? [wgslSum("detect").add, wgslSum("soft").add, "is_subnormal", "flushed"]
        : [wgslSum(elementwise).add],
      uses: [destination, indices, source, out],
      size: GROUP_SIZE,
      groups: Math.ceil(total / GROUP_SIZE),
      parameters: [total, size, count, slice],
    }],
  };
}

/** Waiting for memory is most of the time: integers cost little more than floats. */
function emitColumns({ batch, size, count, slice }: ScatterKernel, target: GpuTarget): GpuKernel {
  const [destination, indices, source] = target.inputs as [Place, Place, Place];
  const out = target.outputs[0]!;
  const total = batch * size * slice;
  const columns = batch * slice;
  const word = target.word;
  const { add } = wgslSum(target.mode.elementwise === "both" ? "both" : "soft");
  return {
    phases: [
      {
        body: `if (index < ${word(0)}) { ${out.at("index")} = ${destination.at("index")}; }`,
        uses: [destination, out],
        size: GROUP_SIZE,
        groups: Math.ceil(total / GROUP_SIZE),
        parameters: [total],
      },
      {
        body: `if (index >= ${word(0)}) { return; }
let element = index / ${word(3)};
let column = index % ${word(3)};
for (var k = 0u; k < ${word(2)}; k++) {
let which = ${indices.at(`(element * ${word(2)} + k)`)};
if (which >= ${word(1)}) { continue; }
let to = (element * ${word(1)} + which) * ${word(3)} + column;
${out.at("to")} = ${add}(${out.at("to")}, ${source.at(`((element * ${word(2)} + k) * ${word(3)} + column)`)});
}`,
        helpers: [add],
        uses: [indices, source, out],
        size: 32,
        groups: Math.ceil(columns / 32),
        parameters: [columns, size, count, slice],
      },
    ],
  };
}
