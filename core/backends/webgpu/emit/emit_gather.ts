import type { GatherKernel } from "../../../kernels/gather.ts";
import { kernelInputs } from "../../../kernels/families.ts";
import { type GpuFamily, GROUP_SIZE } from "../gpu_kernel.ts";
import { checkIndices, checkValues } from "./_check_values.ts";

/** Gathers: one thread moves one element, or the four of a word. */
export const gatherGpu: GpuFamily<GatherKernel> = {
  emit({ dtype, batch, size, count, slice }, target) {
    const [source, indices] = target.inputs as [typeof target.temporary, typeof target.temporary];
    const [out] = target.outputs as [typeof target.temporary];
    const total = batch * count * slice;
    const bytes = dtype === "u8";
    const [n, sizeWord, countWord, sliceWord] = [0, 1, 2, 3].map(target.word);
    const find = `let row = i / ${sliceWord};
let which = ${indices.at("row")};
let origin = ((row / ${countWord}) * ${sizeWord} + which) * ${sliceWord} + i % ${sliceWord};`;
    const body = bytes
      ? `if (4u * index >= ${n}) { return; }
var word = 0u;
for (var lane = 0u; lane < 4u; lane++) {
let i = 4u * index + lane;
if (i >= ${n}) { break; }
${find}
if (which < ${sizeWord}) {
word = word | (((${source.at("(origin >> 2u)")} >> ((origin & 3u) * 8u)) & 0xffu) << (8u * lane));
}
}
${out.at("index")} = word;`
      : `let i = index;
if (i >= ${n}) { return; }
${find}
var value = ${dtype === "f32" ? "0x7fc00000u" : "0u"};
if (which < ${sizeWord}) { value = ${source.at("origin")}; }
${out.at("i")} = value;`;
    return {
      phases: [{
        body,
        uses: [source, indices, out],
        size: GROUP_SIZE,
        groups: Math.ceil((bytes ? Math.ceil(total / 4) : total) / GROUP_SIZE),
        parameters: [total, size, count, slice],
      }],
    };
  },
  small({ dtype }) {
    const kernel: GatherKernel = { family: "gather", dtype, batch: 3, size: 5, count: 7, slice: 3 };
    const [source] = checkValues(kernel, ["any"]);
    const { length } = kernelInputs(kernel)[1]!;
    return { kernel, inputs: [source!, checkIndices("gather", length, kernel.size)] };
  },
};
