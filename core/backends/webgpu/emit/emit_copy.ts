import type { CopyKernel, CopyRegion } from "../../../kernels/copy.ts";
import { type CopyWalk, copyWalk } from "../../../kernels/copy_walk.ts";
import { type GpuFamily, type GpuPhase, type GpuTarget, GROUP_SIZE } from "../gpu_kernel.ts";
import { checkValues } from "./_check_values.ts";

/** Up to so many elements it is looked up whether regions that could cover the result do. */
const COUNTED = 0x100000;

/** Copies: zeros where no region writes, then region by region; one thread moves one element, or the four of a word. */
export const copyGpu: GpuFamily<CopyKernel> = {
  emit(kernel, target) {
    const { dtype, length, regions } = kernel;
    const phases: GpuPhase[] = [];
    if (!covers(kernel)) phases.push(fillPhase(Math.ceil(length * (dtype === "u8" ? 1 : 4) / 4), target));
    for (const region of regions) {
      if (region.shape.includes(0)) continue;
      const walk = copyWalk(region);
      const form = dtype !== "u8" ? "elements" : fillsWords(region, walk, length) ? "words" : "bytes";
      phases.push(regionPhase(region, walk, target, form));
    }
    return { phases };
  },
  small(kernel) {
    const regions: CopyRegion[] = [];
    const forms = new Set<string>();
    let length = 0;
    for (const region of kernel.regions) {
      if (region.shape.includes(0)) continue;
      const walk = copyWalk(region);
      const words = kernel.dtype === "u8" && fillsWords(region, walk, kernel.length);
      const rank = walk.lengths.length;
      if (forms.has(`${rank}${words}`)) continue;
      forms.add(`${rank}${words}`);
      // At an odd place a region of bytes cannot be taken for one of words.
      const start = words ? 4 * Math.ceil(length / 4) : kernel.dtype === "u8" ? 2 * length + 1 : length;
      const small = smallRegion(rank, start, !words);
      regions.push(small);
      length = start + copyWalk(small).count;
    }
    if (!covers(kernel)) length += 5;
    const most = Math.max(1, ...regions.map((region) => copyWalk(region).count));
    const small: CopyKernel = {
      ...kernel,
      inputs: kernel.inputs.length === 0 ? [] : [most],
      length,
      regions,
    };
    return { kernel: small, inputs: checkValues(small, ["any"]) };
  },
};

/** Whether some region writes every element. */
function covers({ length, regions }: CopyKernel): boolean {
  const walks = regions.filter(({ shape }) => !shape.includes(0))
    .map((region) => ({ ...copyWalk(region), start: region.outputOffset }));
  if (length === 0 || walks.some(({ count }) => count === length)) return true;
  if (walks.reduce((sum, { count }) => sum + count, 0) !== length || length > COUNTED) return false;
  const written = new Uint8Array(length);
  for (const { lengths, to, count, start } of walks) {
    for (let i = 0; i < count; i++) {
      let place = start;
      for (let axis = lengths.length - 1, rest = i; axis >= 0; axis--) {
        place += (rest % lengths[axis]!) * to[axis]!;
        rest = Math.floor(rest / lengths[axis]!);
      }
      written[place] = 1;
    }
  }
  return !written.includes(0);
}

/** Whether a region of bytes writes whole words, one after the other. */
function fillsWords({ outputOffset }: CopyRegion, { lengths, to, count }: CopyWalk, length: number): boolean {
  let stride = 1;
  for (let axis = lengths.length - 1; axis >= 0; axis--) {
    if (lengths[axis] !== 1 && to[axis] !== stride) return false;
    stride *= lengths[axis]!;
  }
  return outputOffset % 4 === 0 && (count % 4 === 0 || outputOffset + count === length);
}

function fillPhase(words: number, target: GpuTarget): GpuPhase {
  const out = target.outputs[0]!;
  return {
    body: `if (index < ${target.word(0)}) { ${out.at("index")} = 0u; }`,
    uses: [out],
    size: GROUP_SIZE,
    groups: Math.ceil(words / GROUP_SIZE),
    parameters: [words],
  };
}

/** `words`: the bytes of a word in one thread; `bytes`: one byte in each, in words that others write too. */
type Form = "elements" | "words" | "bytes";

function regionPhase(region: CopyRegion, walk: CopyWalk, target: GpuTarget, form: Form): GpuPhase {
  const source = target.inputs[region.input]!;
  const out = target.outputs[0]!;
  const total = walk.count;
  const words: number[] = [];
  const word = (value: number) => target.word(words.push(value) - 1);
  const count = word(total);
  const rank = walk.lengths.length;
  const lines = ["var rest = i;", `var origin = ${word(region.inputOffset)};`];
  // A region that fills words is written as it is walked.
  const to = word(form === "words" ? region.outputOffset / 4 : region.outputOffset);
  lines.push(`var to = ${to};`);
  for (let axis = rank - 1; axis >= 0; axis--) {
    const length = axis > 0 ? word(walk.lengths[axis]!) : undefined;
    lines.push(`let i${axis} = rest${length === undefined ? "" : ` % ${length}`};`);
    if (length !== undefined) lines.push(`rest = rest / ${length};`);
    // Negative strides wrap around, and so do the sums.
    lines.push(`origin += i${axis} * ${word(walk.from[axis]! >>> 0)};`);
    if (form !== "words") lines.push(`to += i${axis} * ${word(walk.to[axis]! >>> 0)};`);
  }
  const byte = `((${source.at("(origin >> 2u)")} >> ((origin & 3u) * 8u)) & 0xffu)`;
  const phase = { uses: [source, out], size: GROUP_SIZE, parameters: words };
  switch (form) {
    case "elements":
      return {
        ...phase,
        body: `let i = index;\nif (i >= ${count}) { return; }\n${lines.join("\n")}\n${out.at("to")} = ${
          source.at("origin")
        };`,
        groups: Math.ceil(total / GROUP_SIZE),
      };
    case "words":
      return {
        ...phase,
        body: `if (4u * index >= ${count}) { return; }
var value = 0u;
for (var lane = 0u; lane < 4u; lane++) {
let i = 4u * index + lane;
if (i >= ${count}) { break; }
${lines.join("\n")}
value = value | (${byte} << (8u * lane));
}
${out.at(`(${to} + index)`)} = value;`,
        groups: Math.ceil(total / 4 / GROUP_SIZE),
      };
    case "bytes":
      return {
        ...phase,
        body: `let i = index;
if (i >= ${count}) { return; }
${lines.join("\n")}
let shift = (to & 3u) * 8u;
atomicAnd(&${out.at("(to >> 2u)")}, ~(0xffu << shift));
atomicOr(&${out.at("(to >> 2u)")}, ${byte} << shift);`,
        types: { [out.variable]: "atomic<u32>" },
        groups: Math.ceil(total / GROUP_SIZE),
      };
  }
}

/** A region whose walk has so many axes: read with the axes in the opposite order. */
function smallRegion(rank: number, offset: number, odd: boolean): CopyRegion {
  const shape: number[] = Array.from(
    { length: rank },
    (_, axis) => axis % 2 === 0 && (odd || rank === 1) ? 3 : 2,
  );
  if (!odd) shape[rank - 1] = 4;
  const strides = (order: readonly number[]) => {
    const result = new Array<number>(rank);
    let stride = 1;
    for (const axis of order) {
      result[axis] = stride;
      stride *= shape[axis]!;
    }
    return result;
  };
  const axes = shape.map((_, axis) => axis);
  return {
    input: 0,
    shape,
    inputOffset: 0,
    inputStrides: strides(axes),
    outputOffset: offset,
    outputStrides: strides(axes.toReversed()),
  };
}
