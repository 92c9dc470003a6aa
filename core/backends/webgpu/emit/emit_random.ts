import { type Distribution, drawProgram, type RandomKernel } from "../../../kernels/random.ts";
import { emitWgsl } from "../../../scalar/mod.ts";
import {
  type GpuFamily,
  type GpuKernel,
  type GpuPhase,
  type GpuTarget,
  GROUP_SIZE,
  type Place,
} from "../gpu_kernel.ts";

/**
 * How many exchanges a dispatch makes: a driver may take one that lasts long for one that hangs, and one of software ends
 * the loops of a thread after 65,535 rounds without a word.
 */
const EXCHANGES = 8192;

const PI = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];

/**
 * Draws: one thread makes the four elements of a group. No subnormal occurs, so floats need no second look.
 *
 * For a permutation as many words as it has exchanges are drawn into the temporary, and one thread makes the exchanges,
 * each of which needs the one before.
 */
export const randomGpu: GpuFamily<RandomKernel> = {
  emit({ distribution, length }, target) {
    if (distribution === "permutation") return emitPermutation(length, target, EXCHANGES);
    return { phases: [drawPhase(distribution, length, target.outputs[0]!, target)] };
  },
  small({ distribution }) {
    if (distribution !== "permutation") {
      return { kernel: { family: "random", distribution, length: 1023 }, inputs: [Uint32Array.from(PI)] };
    }
    // With this key a word is passed over, so that those in the temporary are not enough.
    return {
      kernel: { family: "random", distribution, length: 1025 },
      inputs: [Uint32Array.of(5957, 2, 3, 4)],
      emit: (target) => emitPermutation(1025, target, 300),
    };
  },
};

function drawPhase(distribution: Distribution, length: number, out: Place, target: GpuTarget): GpuPhase {
  const key = target.inputs[0]!;
  const { elementwise } = target.mode;
  const code = emitWgsl(drawProgram(distribution), elementwise === "detect" ? "both" : elementwise);
  const lines = [
    `if (4u * index >= ${target.word(0)}) { return; }`,
    ...[0, 1, 2, 3].map((i) => `let k${i} = ${key.at(`${i}u`)};`),
    ...code.statements(["index", "k0", "k1", "k2", "k3"]),
    ...code.outputNames.map((name, i) =>
      `if (4u * index + ${i}u < ${target.word(0)}) { ${out.at(`(4u * index + ${i}u)`)} = ${name}; }`
    ),
  ];
  return {
    body: lines.join("\n"),
    helpers: code.helpers,
    uses: [key, out],
    size: GROUP_SIZE,
    groups: Math.ceil(length / 4 / GROUP_SIZE),
    parameters: [length],
  };
}

/** Behind the words, the temporary has how many of them were taken. */
function emitPermutation(length: number, target: GpuTarget, exchanges: number): GpuKernel {
  const words = 4 * Math.ceil(Math.max(0, length - 1) / 4);
  const phases = [numbersPhase(length, words, target), drawPhase("bits", words, target.temporary, target)];
  for (let last = length - 1; last > 0; last -= exchanges) {
    phases.push(exchangePhase(last, Math.max(0, last - exchanges), words, target));
  }
  return { phases, temporaryBytes: 4 * (words + 1) };
}

/** The numbers from 0, in order, and no word taken. */
function numbersPhase(length: number, words: number, { outputs, temporary, word }: GpuTarget): GpuPhase {
  const out = outputs[0]!;
  return {
    body: `if (index == 0u) { ${temporary.at(word(1))} = 0u; }
if (index < ${word(0)}) { ${out.at("index")} = index; }`,
    uses: [out, temporary],
    size: GROUP_SIZE,
    groups: Math.ceil(length / GROUP_SIZE),
    parameters: [length, words],
  };
}

/**
 * The exchanges of Fisher and Yates for the elements from `last` down to the one behind `end`, by one thread. It draws
 * words itself when those in the temporary are used up.
 */
function exchangePhase(last: number, end: number, words: number, target: GpuTarget): GpuPhase {
  const { temporary, word } = target;
  const [key, out] = [target.inputs[0]!, target.outputs[0]!];
  const code = emitWgsl(drawProgram("bits"), "both");
  return {
    declarations: `fn drawn(place: u32, k0: u32, k1: u32, k2: u32, k3: u32) -> u32 {
let quarter = place >> 2u;
${code.statements(["quarter", "k0", "k1", "k2", "k3"]).join("\n")}
return vec4u(${code.outputNames.join(", ")})[place & 3u];
}`,
    body: `let end = ${word(1)};
let words = ${word(2)};
${[0, 1, 2, 3].map((i) => `let k${i} = ${key.at(`${i}u`)};`).join("\n")}
var place = ${temporary.at("words")};
for (var i = ${word(0)}; i > end; i--) {
let choices = i + 1u;
let highest = ~((0u - choices) % choices);
var value = 0u;
loop {
if (place < words) { value = ${temporary.at("place")}; } else { value = drawn(place, k0, k1, k2, k3); }
place++;
if (value <= highest) { break; }
}
let chosen = value % choices;
let kept = ${out.at("i")};
${out.at("i")} = ${out.at("chosen")};
${out.at("chosen")} = kept;
}
${temporary.at("words")} = place;`,
    helpers: code.helpers,
    uses: [key, out, temporary],
    size: 1,
    groups: 1,
    parameters: [last, end, words],
  };
}
