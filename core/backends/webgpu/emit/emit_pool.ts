import type { PoolKernel } from "../../../kernels/pool.ts";
import { kernelOutputs } from "../../../kernels/families.ts";
import { type WgslArithmetic, type WgslHelper, wgslSum } from "../../../scalar/mod.ts";
import { type GpuFamily, type GpuKernel, type GpuTarget, GROUP_SIZE } from "../gpu_kernel.ts";
import { checkValues } from "./_check_values.ts";

/** Lanes of a sum, and terms of its blocks. Rule N5. */
const LANES = 16;
const SUM_BLOCK = 1024;
/** Up to so many lanes have variables of their own. More, or sums in integers, are a text that drivers take minutes for. */
const UNROLLED = 9;

/** Pooling: one thread computes one window, or adds up the windows that one input lies in. */
export const poolGpu: GpuFamily<PoolKernel> = {
  emit(kernel, target) {
    if (kernel.operation === "max") return emitMax(kernel, target);
    return kernel.operation === "sum" ? emitSum(kernel, target) : emitSumGradient(kernel, target);
  },
  small({ operation, windowHeight, windowWidth }) {
    const lanes = Math.min(LANES, windowHeight * windowWidth);
    const small: PoolKernel = {
      family: "pool",
      operation,
      batch: 2,
      height: 7,
      width: 9,
      channels: 11,
      strideHeight: 2,
      strideWidth: 2,
      ...operation === "sum" ? windowsOf(lanes) : WINDOWS,
    };
    return { kernel: small, inputs: checkValues(small, ["mixed", "subnormal", "ties", "any"]) };
  },
};

const WINDOWS = {
  windowHeight: 3,
  windowWidth: 2,
  paddingTop: 1,
  paddingLeft: 1,
  outputHeight: 4,
  outputWidth: 5,
};

/** Windows that have so many lanes; those that have all have more than one block. */
function windowsOf(lanes: number): typeof WINDOWS {
  return lanes < LANES
    ? { windowHeight: 1, windowWidth: lanes, paddingTop: 0, paddingLeft: 2, outputHeight: 4, outputWidth: 5 }
    : { windowHeight: 33, windowWidth: 34, paddingTop: 30, paddingLeft: 31, outputHeight: 2, outputWidth: 3 };
}

/** The parameters of all three: the names are those of the kernel, shortened. */
function wordsOf(kernel: PoolKernel, target: GpuTarget) {
  const values = [
    kernelOutputs(kernel)[0]!.length,
    kernel.height,
    kernel.width,
    kernel.channels,
    kernel.outputHeight,
    kernel.outputWidth,
    kernel.windowHeight,
    kernel.windowWidth,
    kernel.strideHeight,
    kernel.strideWidth,
    kernel.paddingTop,
    kernel.paddingLeft,
  ].map((value) => value >>> 0);
  const [count, height, width, channels, outHeight, outWidth, ...rest] = values.map((_, i) => target.word(i));
  const [windowHeight, windowWidth, strideHeight, strideWidth, top, left] = rest;
  return {
    values,
    ...{ count: count!, height: height!, width: width!, channels: channels! },
    ...{ outHeight: outHeight!, outWidth: outWidth!, windowHeight: windowHeight!, windowWidth: windowWidth! },
    ...{ strideHeight: strideHeight!, strideWidth: strideWidth!, top: top!, left: left! },
  };
}

function phaseOf(
  kernel: PoolKernel,
  target: GpuTarget,
  values: readonly number[],
  body: string,
  helpers: readonly WgslHelper[],
): GpuKernel {
  return {
    phases: [{
      body,
      helpers,
      uses: [...target.inputs, ...target.outputs],
      size: GROUP_SIZE,
      groups: Math.ceil(kernelOutputs(kernel)[0]!.length / GROUP_SIZE),
      parameters: values,
    }],
  };
}

/** Declares the window of the thread: its image, its channel, its first row and column; before the image they wrap around. */
function windowText({ count, channels, outHeight, outWidth, ...words }: ReturnType<typeof wordsOf>): string {
  return `if (index >= ${count}) { return; }
let channel = index % ${channels};
var rest = index / ${channels};
let x_first = (rest % ${outWidth}) * ${words.strideWidth} - ${words.left};
rest = rest / ${outWidth};
let y_first = (rest % ${outHeight}) * ${words.strideHeight} - ${words.top};
let image = rest / ${outHeight};`;
}

function emitMax(kernel: PoolKernel, target: GpuTarget): GpuKernel {
  const words = wordsOf(kernel, target);
  const { height, width, channels, windowHeight, windowWidth } = words;
  const [x] = target.inputs;
  const [largest, position] = target.outputs;
  const body = `${windowText(words)}
var best = -0x7fffffff - 1;
var place = 0u;
for (var i = 0u; i < ${windowHeight}; i++) {
let y = y_first + i;
if (y >= ${height}) { continue; }
for (var j = 0u; j < ${windowWidth}; j++) {
let column = x_first + j;
if (column >= ${width}) { continue; }
let candidate = (y * ${width} + column) * ${channels} + channel;
let key = order_key(${x!.at(`(image * ${height} * ${width} * ${channels} + candidate)`)});
if (key > best) {
best = key;
place = candidate;
}
}
}
let bits = bitcast<u32>(best);
${largest!.at("index")} = select(bits, bits ^ 0x7fffffffu, best < 0);
${position!.at("index")} = place;`;
  return phaseOf(kernel, target, words.values, body, ["order_key"]);
}

/** A window of few terms has fewer lanes: the others are +0, which changes no sum. */
function emitSum(kernel: PoolKernel, target: GpuTarget): GpuKernel {
  const words = wordsOf(kernel, target);
  const { height, width, channels, windowHeight, windowWidth } = words;
  const [x] = target.inputs;
  const [out] = target.outputs;
  const lanes = Array.from(
    { length: Math.min(LANES, kernel.windowHeight * kernel.windowWidth) },
    (_, lane) => lane,
  );
  const termOf = (lane: string, arithmetic: WgslArithmetic, sum: string) =>
    `let y = y_first + (i + ${lane}) / ${windowWidth};
let column = x_first + (i + ${lane}) % ${windowWidth};
if (i + ${lane} < end && y < ${height} && column < ${width}) {
let term = ${x!.at(`(((image * ${height} + y) * ${width} + column) * ${channels} + channel)`)};
${arithmetic === "detect" ? "flushed = flushed | is_subnormal(term);" : ""}
${sum} = ${wgslSum(arithmetic).add}(${sum}, term);
}`;
  const inLoops = (arithmetic: WgslArithmetic) =>
    `var lanes = array<u32, ${LANES}>();
for (var lane = 0u; lane < ${LANES}u; lane++) {
var lane_sum = parameters[0].x;
for (var i = start + lane; i < end; i += ${LANES}u) {
${termOf("0u", arithmetic, "lane_sum")}
}
lanes[lane] = lane_sum;
}
for (var half = ${LANES / 2}u; half > 0u; half = half / 2u) {
for (var lane = 0u; lane < half; lane++) {
lanes[lane] = ${wgslSum(arithmetic).add}(lanes[lane], lanes[lane + half]);
}
}
let sum = lanes[0];`;
  const unrolled = (arithmetic: WgslArithmetic) => {
    const tree: string[] = [];
    for (let half = LANES / 2; half >= 1; half /= 2) {
      for (const lane of lanes) {
        if (lane >= half || lane + half >= lanes.length) continue;
        tree.push(`lane${lane} = ${wgslSum(arithmetic).add}(lane${lane}, lane${lane + half});`);
      }
    }
    return `${lanes.map((lane) => `var lane${lane} = parameters[0].x;`).join("\n")}
for (var i = start; i < end; i += ${LANES}u) {
${lanes.map((lane) => `{\n${termOf(`${lane}u`, arithmetic, `lane${lane}`)}\n}`).join("\n")}
}
${tree.join("\n")}
let sum = lane0;`;
  };
  const sums = (arithmetic: WgslArithmetic) =>
    `total = parameters[0].x;
for (var start = 0u; start < terms; start += ${SUM_BLOCK}u) {
let end = min(start + ${SUM_BLOCK}u, terms);
${arithmetic === "soft" || lanes.length > UNROLLED ? inLoops(arithmetic) : unrolled(arithmetic)}
total = ${wgslSum(arithmetic).add}(total, sum);
}`;
  const body = `${windowText(words)}
let terms = ${windowHeight} * ${windowWidth};
var total = 0u;
${withDetection(target, sums)}
${out!.at("index")} = total;`;
  return phaseOf(kernel, target, words.values, body, helpersOf(target));
}

function emitSumGradient(kernel: PoolKernel, target: GpuTarget): GpuKernel {
  const words = wordsOf(kernel, target);
  const { count, height, width, channels, outHeight, outWidth } = words;
  const { windowHeight, windowWidth, strideHeight, strideWidth, top, left } = words;
  const [g] = target.inputs;
  const [out] = target.outputs;
  // Windows that begin at or before a place (counted with the padding), and do not end before it. A place that is cropped
  // is negative, and lies in none.
  const windows = (name: string, place: string, window: string, stride: string, outputs: string) =>
    `let ${name}_place = bitcast<i32>(${place});
let ${name}_end = select(0u, min(u32(max(${name}_place, 0)) / ${stride} + 1u, ${outputs}), ${name}_place >= 0);
let ${name}_past = u32(max(${name}_place - bitcast<i32>(${window}) + 1, 0));
let ${name}_first = (${name}_past + ${stride} - 1u) / ${stride};`;
  const sums = (arithmetic: WgslArithmetic) =>
    `total = parameters[0].x;
for (var y = y_first; y < y_end; y++) {
for (var x = x_first; x < x_end; x++) {
let term = ${g!.at(`(((image * ${outHeight} + y) * ${outWidth} + x) * ${channels} + channel)`)};
${arithmetic === "detect" ? "flushed = flushed | is_subnormal(term);" : ""}
total = ${wgslSum(arithmetic).add}(total, term);
}
}`;
  const body = `if (index >= ${count}) { return; }
let channel = index % ${channels};
var rest = index / ${channels};
${windows("x", `rest % ${width} + ${left}`, windowWidth, strideWidth, outWidth)}
rest = rest / ${width};
${windows("y", `rest % ${height} + ${top}`, windowHeight, strideHeight, outHeight)}
let image = rest / ${height};
var total = 0u;
${withDetection(target, sums)}
${out!.at("index")} = total;`;
  return phaseOf(kernel, target, words.values, body, helpersOf(target));
}

function withDetection({ mode: { elementwise } }: GpuTarget, sums: (arithmetic: WgslArithmetic) => string) {
  return elementwise === "detect"
    ? `flushed = false;\n${sums("detect")}\nif (flushed) {\n${sums("soft")}\n}`
    : sums(elementwise);
}

function helpersOf({ mode: { elementwise } }: GpuTarget): readonly WgslHelper[] {
  return elementwise === "detect"
    ? [wgslSum("detect").add, wgslSum("soft").add, "is_subnormal", "flushed"]
    : [wgslSum(elementwise).add];
}
