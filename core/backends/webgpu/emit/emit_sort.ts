import type { SortKernel } from "../../../kernels/sort.ts";
import type { WgslHelper } from "../../../scalar/mod.ts";
import { type GpuFamily, type GpuKernel, type GpuPhase, type GpuTarget, GROUP_SIZE } from "../gpu_kernel.ts";
import { checkValues } from "./_check_values.ts";

/** In rows of so many elements each is compared with all others; longer ones are merged. */
const MOST_COUNTED = 256;

/**
 * Sorts. Every element of a row has a key, a u32, and its place: no two pairs are equal, so the place of an element in
 * the order is the number of pairs before its own, however that is found.
 *
 * In a short row every thread counts them. In a long one sorted runs of 1, 2, 4, ... are merged, from one half of the
 * temporary to the other: every thread looks for the place of its element in the neighbouring run by bisection.
 */
export const sortGpu: GpuFamily<SortKernel> = {
  emit: (kernel, target) =>
    kernel.length <= MOST_COUNTED ? { phases: [countPhase(kernel, target)] } : emitMerge(kernel, target),
  small(kernel) {
    const long = kernel.length > MOST_COUNTED;
    const small: SortKernel = {
      ...kernel,
      outer: 1,
      length: long ? 301 : 41,
      inner: 3,
      count: long ? 290 : 30,
    };
    return { kernel: small, inputs: checkValues(small, ["any", "subnormal", "ties", "nan"]) };
  },
};

/** Functions between the words of elements and their keys. */
function keyFunctions({ dtype, descending }: SortKernel): { text: string; helpers: WgslHelper[] } {
  const flip = descending ? "~" : "";
  const encode = {
    f32: "bitcast<u32>(order_key(word)) ^ 0x80000000u",
    i32: "word ^ 0x80000000u",
    u32: "word",
  }[dtype];
  const decode = {
    f32: "(signed ^ select(0u, 0x7fffffffu, signed >= 0x80000000u))",
    i32: "signed",
    u32: "plain",
  }[dtype];
  return {
    text: `fn key_of(word: u32) -> u32 { return ${flip}(${encode}); }
fn word_of(key: u32) -> u32 {
let plain = ${flip}key;
let signed = plain ^ 0x80000000u;
return ${decode};
}`,
    helpers: dtype === "f32" ? ["order_key"] : [],
  };
}

function countPhase(kernel: SortKernel, target: GpuTarget): GpuPhase {
  const { outer, length, inner, count } = kernel;
  const { text, helpers } = keyFunctions(kernel);
  const source = target.inputs[0]!;
  const [values, indices] = [target.outputs[0]!, target.outputs[1]!];
  const [total, lengthWord, innerWord, countWord] = [0, 1, 2, 3].map(target.word);
  return {
    body: `if (index >= ${total}) { return; }
let column = index % ${innerWord};
let own = (index / ${innerWord}) % ${lengthWord};
let row = index / (${innerWord} * ${lengthWord});
let base = row * ${lengthWord} * ${innerWord} + column;
let key = key_of(${source.at("index")});
var place = 0u;
for (var t = 0u; t < ${lengthWord}; t++) {
let other = key_of(${source.at(`(base + t * ${innerWord})`)});
place += u32(other < key || (other == key && t < own));
}
if (place < ${countWord}) {
let to = (row * ${countWord} + place) * ${innerWord} + column;
${values.at("to")} = word_of(key);
${indices.at("to")} = own;
}`,
    declarations: text,
    helpers,
    uses: [source, values, indices],
    size: GROUP_SIZE,
    groups: Math.ceil(outer * length * inner / GROUP_SIZE),
    parameters: [outer * length * inner, length, inner, count],
  };
}

/** The temporary holds two lists of pairs: the keys of the first and their places, then the second. */
function emitMerge(kernel: SortKernel, target: GpuTarget): GpuKernel {
  const { outer, length, inner, count } = kernel;
  const { text, helpers } = keyFunctions(kernel);
  const { temporary, word } = target;
  const source = target.inputs[0]!;
  const [values, indices] = [target.outputs[0]!, target.outputs[1]!];
  const total = outer * length * inner;
  const groups = (threads: number) => Math.ceil(threads / GROUP_SIZE);
  const common = { declarations: text, helpers, size: GROUP_SIZE };
  const [totalWord, lengthWord, innerWord, fourth, fifth] = [0, 1, 2, 3, 4].map(word);
  const phases: GpuPhase[] = [{
    ...common,
    body: `if (index >= ${totalWord}) { return; }
let t = index % ${lengthWord};
let row = index / ${lengthWord};
let at = (row / ${innerWord}) * ${lengthWord} * ${innerWord} + row % ${innerWord} + t * ${innerWord};
${temporary.at("index")} = key_of(${source.at("at")});
${temporary.at(`(${totalWord} + index)`)} = t;`,
    uses: [source, temporary],
    groups: groups(total),
    parameters: [total, length, inner],
  }];
  let from = 0;
  for (let run = 1; run < length; run *= 2) {
    phases.push({
      size: GROUP_SIZE,
      body: `if (index >= ${totalWord}) { return; }
let keys = ${fourth};
let places = keys + ${totalWord};
let p = index % ${lengthWord};
let base = index - p;
let run = p / ${innerWord};
let key = ${temporary.at("(keys + index)")};
let place = ${temporary.at("(places + index)")};
let begin = (run ^ 1u) * ${innerWord};
var low = begin;
var high = min(begin + ${innerWord}, ${lengthWord});
if (low >= ${lengthWord}) { high = low; }
while (low < high) {
let middle = (low + high) / 2u;
let other = ${temporary.at("(keys + base + middle)")};
let before = other < key || (other == key && ${temporary.at("(places + base + middle)")} < place);
if (before) { low = middle + 1u; } else { high = middle; }
}
let at = base + (run & ~1u) * ${innerWord} + (p - run * ${innerWord}) + (low - begin);
${temporary.at(`(${fifth} + at)`)} = key;
${temporary.at(`(${fifth} + ${totalWord} + at)`)} = place;`,
      uses: [temporary],
      groups: groups(total),
      parameters: [total, length, run, 2 * total * from, 2 * total * (1 - from)],
    });
    from = 1 - from;
  }
  phases.push({
    ...common,
    body: `if (index >= ${totalWord}) { return; }
let column = index % ${innerWord};
let place = (index / ${innerWord}) % ${fourth};
let row = index / (${innerWord} * ${fourth});
let at = (row * ${innerWord} + column) * ${lengthWord} + place;
${values.at("index")} = word_of(${temporary.at(`(${fifth} + at)`)});
${indices.at("index")} = ${temporary.at(`(${fifth} + ${word(5)} + at)`)};`,
    uses: [temporary, values, indices],
    groups: groups(outer * count * inner),
    parameters: [outer * count * inner, length, inner, count, 2 * total * from, total],
  });
  return { phases, temporaryBytes: 16 * total };
}
