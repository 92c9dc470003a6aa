import {
  add,
  apply,
  compileScalar,
  emitWgsl,
  type F32,
  f32,
  f32Bits,
  multiply,
  type ScalarProgram,
  scalarProgram,
  subtract,
  u32,
  type WgslArithmetic,
  type WgslHelper,
  wgslSum,
} from "../../scalar/mod.ts";
import { CaseRandom, EDGE_FLOATS, floats, type Pattern } from "../conformance/values.ts";
import type { GpuDevice } from "./adapter.ts";
import { NoAdapterError } from "./webgpu_errors.ts";
import type { ExactMode, GpuPhase } from "./gpu_kernel.ts";
import { moduleText, placeOf, uniformOf } from "./module_text.ts";
import { gridOf, Pipelines } from "./pipelines.ts";

/** What the probe found. */
export interface ProbeReport {
  /** What the adapter calls itself. */
  readonly adapter: string;
  /** The cheapest way in which it is exact; undefined if there is none. */
  readonly mode: ExactMode | undefined;
  /** For each way of computing that was tried, the cases that failed, in words. */
  readonly failures: ReadonlyMap<WgslArithmetic, readonly string[]>;
}

/** Formulas that a compiler or a driver might compute otherwise. */
const FORMULAS: Readonly<Record<string, ScalarProgram>> = {
  "x y + z": formula((x, y, z) => add(multiply(x, y), z)),
  "z - x y": formula((x, y, z) => subtract(z, multiply(x, y))),
  "x x - y y": formula((x, y) => subtract(multiply(x, x), multiply(y, y))),
  "(x + y) - x": formula((x, y) => subtract(add(x, y), x)),
  "(x + y) + z": formula((x, y, z) => add(add(x, y), z)),
  "x y - x y": formula((x, y) => subtract(multiply(x, y), multiply(x, y))),
  "x - x": formula((x) => subtract(x, x)),
  "-x + x": formula((x) => add(apply("negate", x), x)),
  "x 2 0.5": formula((x) => multiply(multiply(x, f32(2)), f32(0.5))),
  "(x 3) / 3": formula((x) => apply("divide", multiply(x, f32(3)), f32(3))),
  "x + 12582912 - 12582912": formula((x) => subtract(add(x, f32(12582912)), f32(12582912))),
  "x + 0": formula((x) => add(x, f32(0))),
  "x 0": formula((x) => multiply(x, f32(0))),
  "x 1": formula((x) => multiply(x, f32(1))),
  "x infinity": formula((x) => multiply(x, f32Bits(0x7f800000))),
  "x + y": formula((x, y) => add(x, y)),
  "x y": formula((x, y) => multiply(x, y)),
  "x / y": formula((x, y) => apply("divide", x, y)),
  "sqrt x": formula((x) => apply("squareRoot", x)),
  "x < y": formula((x, y) => apply("selectF32", apply("less", x, y), x, y)),
  "x = y": formula((x, y) => apply("selectF32", apply("equal", x, y), x, f32(1))),
  "floor x": formula((x) => apply("floor", x)),
  "nearest x": formula((x) => apply("nearest", x)),
  "f32 of u32": formula((x) => apply("f32FromU32", apply("bitsOf", x))),
  "f32 of i32": formula((x) => apply("f32FromI32", apply("bitsOf", x))),
  "u32 of f32": formula((x) => apply("fromBits", apply("u32FromF32", x))),
  "scale": formula((x) => apply("scaleByPowerOfTwo", x, u32(-30))),
};

function formula(define: (x: F32, y: F32, z: F32) => F32): ScalarProgram {
  return scalarProgram(["f32", "f32", "f32"], (x, y, z) => [define(x, y, z)]);
}

/** Operands at which the usual liberties show, as bits. */
const TELLING: readonly (readonly [number, number, number])[] = [
  [0x3f800001, 0x3f800001, 0xbf800002], // fused, x y + z is not 0
  [0x3f800001, 0x3f800001, 0x3f800002],
  [0x4b800000, 0x3f800000, 0x3f800000], // 2^24 + 1
  [0x4b800001, 0x3f800000, 0xbf800000],
  [0x3f99999a, 0x00000000, 0x80000000], // 1.2, to be rounded by a large sum
  [0x7f000001, 0x40000000, 0xff800000],
  [0x7f7fffff, 0x3f800001, 0x7f7fffff],
  [0x00000001, 0x4b000000, 0x00000000],
  [0x00000003, 0x00000004, 0x00000000],
  [0x00800000, 0x3f000000, 0x00000000],
  [0x00800001, 0x80800000, 0x00800000],
  [0x00800001, 0x3f000000, 0x80000001],
  [0x00800000, 0x40400000, 0x00000000],
  [0x7f800000, 0x00000000, 0xff800000],
  [0x4f7eb2cd, 0x3f7fffff, 0x3f800000],
  [0x4b7fffff, 0x40e00000, 0x3fd9999a],
];

const TRIPLES = 384;
const FORMULA_NAMES = Object.keys(FORMULAS);
/** Words of results for each triple: the value of each formula, and whether a subnormal was detected. */
const STRIDE = 2 * FORMULA_NAMES.length;

/** Terms of the sums that are tried, and how many sums. */
const TERMS = 96;
const WRITTEN_OUT = 8;
const SUMS = 64;

/**
 * Finds out how an adapter is to be made exact: computes formulas and sums in several ways and compares them with the
 * reference.
 *
 * @param all Tries every way, whether it can be of use or not.
 */
export async function probe(gpu: GpuDevice, all = false): Promise<ProbeReport> {
  const tried = new Map<WgslArithmetic, Tried>();
  for (const [way, result] of await tryWays(gpu, all ? ["plain", "product", "both"] : ["product", "both"])) {
    tried.set(way, result);
  }
  const exact = (way: WgslArithmetic) => tried.get(way)!.formulas.length === 0;
  if (all || !exact("both")) {
    for (const [way, result] of await tryWays(gpu, ["detect", "soft"])) tried.set(way, result);
  }
  const failures = new Map([...tried].map(([way, { formulas, sums }]) => [way, [...formulas, ...sums]]));
  const elementwise = (["both", "detect", "soft"] as const).find(exact);
  if (elementwise === undefined) return { adapter: gpu.name, failures, mode: undefined };
  const contraction = (["product", "both"] as const).find((way) => tried.get(way)!.sums.length === 0) ??
    "soft";
  return {
    adapter: gpu.name,
    failures,
    mode: {
      elementwise,
      flushes: !exact("both"),
      // Without detection nobody knows which sums of products meet a subnormal.
      contraction: elementwise === "soft" ? "soft" : contraction,
    },
  };
}

/** @throws {NoAdapterError} if the adapter is exact in no way, with the cases that failed. */
export function requireExact({ adapter, mode, failures }: ProbeReport): ExactMode {
  if (mode !== undefined) return mode;
  const failed = failures.get("soft")!;
  throw new NoAdapterError(
    `Cannot compute exactly on ${adapter}: expected the reference's bits, got others in integer arithmetic too, in ${failed.length} cases: ${
      failed.slice(0, 20).join("; ")
    }`,
  );
}

/** A mode in words. */
export function describeMode({ contraction, elementwise }: ExactMode): string {
  if (elementwise === "plain" || contraction === "plain") return "inexact";
  if (elementwise === "soft") return "exact in integer arithmetic";
  const opaque = contraction === "soft"
    ? "opaque results, sums of products in integers"
    : contraction === "product"
    ? "opaque products"
    : "opaque products and sums";
  return `exact with ${opaque}${elementwise === "detect" ? ", and integers where subnormals occur" : ""}`;
}

/** What failed in one way of computing. */
interface Tried {
  readonly formulas: readonly string[];
  readonly sums: readonly string[];
}

async function tryWays(gpu: GpuDevice, ways: readonly WgslArithmetic[]): Promise<Map<WgslArithmetic, Tried>> {
  const triples = operands();
  const terms = sumOperands();
  const expected = FORMULA_NAMES.map((name) => compileScalar(FORMULAS[name]!));
  const wanted = triples.map((triple) =>
    expected.map((evaluate) => bitsOf(evaluate(...triple.map(floatOf))[0]!))
  );
  const wantedSums = referenceSums(terms);
  const tried = new Map<WgslArithmetic, Tried>();
  for (const [way, [values, sums]] of await computeAll(gpu, ways, triples, terms)) {
    const formulas: string[] = [];
    triples.forEach((triple, i) => {
      FORMULA_NAMES.forEach((name, j) => {
        const got = canonical(values[STRIDE * i + 2 * j]!);
        const flagged = values[STRIDE * i + 2 * j + 1] !== 0;
        if (got === wanted[i]![j] || way === "detect" && flagged) return;
        formulas.push(
          `${name} at (${triple.map(hex).join(", ")}): ${hex(got)} instead of ${hex(wanted[i]![j]!)}`,
        );
      });
    });
    const wrong = wantedSums.filter((bits, i) => canonical(sums[i]!) !== bits).length;
    tried.set(way, { formulas, sums: wrong === 0 ? [] : [`${wrong} of ${SUMS} sums of ${TERMS} products`] });
  }
  return tried;
}

function operands(): readonly (readonly [number, number, number])[] {
  const random = new CaseRandom("probe");
  const triples: (readonly [number, number, number])[] = [...TELLING];
  for (const [i, bits] of EDGE_FLOATS.entries()) {
    triples.push([bits, EDGE_FLOATS[(7 * i + 3) % EDGE_FLOATS.length]!, 0x3f800000]);
  }
  const patterns: readonly Pattern[] = ["normal", "subnormal", "any", "mixed"];
  while (triples.length < TRIPLES) {
    const values = floats(random, 3, patterns[triples.length % patterns.length]!);
    const [x, y, z] = new Uint32Array(values.buffer);
    triples.push([x!, y!, z!]);
  }
  return triples;
}

/** Two rows of terms for each sum, of very different sizes, so that another order or one rounding less shows. */
function sumOperands(): Uint32Array<ArrayBuffer> {
  const random = new CaseRandom("sums");
  return new Uint32Array(floats(random, 2 * SUMS * TERMS, "mixed").buffer as ArrayBuffer);
}

function referenceSums(terms: Uint32Array): number[] {
  return Array.from({ length: SUMS }, (_, row) => {
    let sum = 0;
    for (let k = 0; k < TERMS; k++) {
      const at = row * TERMS + k;
      sum = Math.fround(sum + Math.fround(floatOf(terms[at]!) * floatOf(terms[SUMS * TERMS + at]!)));
    }
    return bitsOf(sum);
  });
}

function formulaPhase(way: WgslArithmetic): GpuPhase {
  const operands = placeOf("operands");
  const results = placeOf("results");
  const helpers = new Set<WgslHelper>(["flushed"]);
  const lines = [`if (index >= ${TRIPLES}u) { return; }`];
  ["x", "y", "z"].forEach((name, i) => lines.push(`let ${name} = ${operands.at(`3u * index + ${i}u`)};`));
  FORMULA_NAMES.forEach((name, j) => {
    const code = emitWgsl(FORMULAS[name]!, way, `f${j}_`);
    for (const helper of code.helpers) helpers.add(helper);
    lines.push("flushed = false;", ...code.statements(["x", "y", "z"]));
    lines.push(`${results.at(`${STRIDE}u * index + ${2 * j}u`)} = ${code.outputNames[0]};`);
    lines.push(`${results.at(`${STRIDE}u * index + ${2 * j + 1}u`)} = u32(flushed);`);
  });
  return {
    body: lines.join("\n"),
    helpers,
    uses: [operands, results],
    size: 64,
    groups: Math.ceil(TRIPLES / 64),
    parameters: [],
  };
}

function sumPhase(way: WgslArithmetic): GpuPhase {
  const operands = placeOf("operands");
  const results = placeOf("results");
  const { add, multiply } = wgslSum(way);
  const term = `${multiply}(${operands.at("at")}, ${operands.at(`${SUMS * TERMS}u + at`)})`;
  // Some terms are written out, as in kernels: a driver that reorders sums does so where it sees several.
  const lines = Array.from(
    { length: WRITTEN_OUT },
    (_, j) => `{\nlet at = index * ${TERMS}u + k + ${j}u;\nsum = ${add}(sum, ${term});\n}`,
  );
  return {
    body: `if (index >= ${SUMS}u) { return; }
var sum = parameters[0].x;
for (var k = 0u; k < parameters[1].x; k += ${WRITTEN_OUT}u) {
${lines.join("\n")}
}
${results.at("index")} = sum;`,
    helpers: [add, multiply],
    uses: [operands, results],
    size: 64,
    groups: 1,
    parameters: [TERMS],
  };
}

/** The words of the formulas' values and of the sums. */
type Results = readonly [Uint32Array, Uint32Array];

/** Computes all formulas and sums in some ways, with one wait for the adapter. */
async function computeAll(
  gpu: GpuDevice,
  ways: readonly WgslArithmetic[],
  triples: readonly (readonly [number, number, number])[],
  terms: Uint32Array<ArrayBuffer>,
): Promise<Map<WgslArithmetic, Results>> {
  const { device } = gpu;
  const pipelines = new Pipelines(gpu);
  const buffers: GPUBuffer[] = [];
  const make = (size: number, usage: GPUBufferUsageFlags) => {
    const buffer = gpu.createBuffer(size, usage);
    buffers.push(buffer);
    return buffer;
  };
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const store = (words: Uint32Array<ArrayBuffer>) => {
    const buffer = make(words.byteLength, STORAGE | COPY_DST);
    device.queue.writeBuffer(buffer, 0, words);
    return buffer;
  };
  const inputs = [store(Uint32Array.from(triples.flat())), store(terms)];
  const sizes = [4 * STRIDE * triples.length, 4 * SUMS];
  const encoder = device.createCommandEncoder();
  const compute = (phase: GpuPhase, which: 0 | 1): GPUBuffer => {
    const { pipeline, layout } = pipelines.get(moduleText(phase), 2);
    const results = make(sizes[which]!, STORAGE | COPY_SRC);
    const bindings = [{ buffer: inputs[which]! }, { buffer: results }, pipelines.uniform(uniformOf(phase))];
    const entries = bindings.map((resource, binding) => ({ binding, resource }));
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
    pass.dispatchWorkgroups(...gridOf(phase.groups));
    pass.end();
    const staging = make(sizes[which]!, MAP_READ | COPY_DST);
    encoder.copyBufferToBuffer(results, 0, staging, 0, sizes[which]!);
    return staging;
  };
  const staged = ways.map((way) => [way, compute(formulaPhase(way), 0), compute(sumPhase(way), 1)] as const);
  device.queue.submit([encoder.finish()]);
  try {
    await Promise.all(staged.flatMap(([, ...two]) => two.map((buffer) => buffer.mapAsync(GPUMapMode.READ))));
    gpu.check();
    const words = (buffer: GPUBuffer) => new Uint32Array(buffer.getMappedRange().slice(0));
    return new Map(staged.map(([way, values, sums]) => [way, [words(values), words(sums)]]));
  } catch (error) {
    gpu.check();
    throw error;
  } finally {
    for (const buffer of buffers) buffer.destroy();
    pipelines.close();
  }
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

function floatOf(bits: number): number {
  word[0] = bits;
  return float[0]!;
}

function bitsOf(value: number): number {
  float[0] = value;
  return canonical(word[0]!);
}

function canonical(bits: number): number {
  return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : bits;
}

function hex(bits: number): string {
  return `0x${bits.toString(16).padStart(8, "0")}`;
}
