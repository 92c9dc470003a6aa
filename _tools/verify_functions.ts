/**
 * Measures the error of the functions of the scalar library over all 2^32 inputs and prints the rows of the table in
 * `core/scalar/README.md`.
 *
 * The functions run as the TypeScript that defines their bits. The oracle is the host's binary64 function; it is itself
 * checked first against integer arithmetic of 256 bits, on points spread over its range.
 *
 * Run `deno run _tools/verify_functions.ts [names]`, some minutes for each. With `--simd` it only computes the hashes of
 * the results, on the wasm backend, which takes less than a minute for each; with `--webgpu` on a graphics processor.
 *
 * @module
 */
import { WasmBackend } from "../core/backends/wasm/wasm_backend.ts";
import { WebGpuBackend } from "../core/backends/webgpu/webgpu_backend.ts";
import type { Backend } from "../core/backends/backend.ts";
import type { MapKernel } from "../core/kernels/map.ts";
import { bitsFromF32, f32FromBits } from "../core/numerics/float_bits.ts";
import { emitTypeScript } from "../core/scalar/emit_typescript.ts";
import { apply, type F32, scalarProgram } from "../core/scalar/expression.ts";
import * as functions from "../core/scalar/functions/mod.ts";
import { erf, gelu } from "./error_function.ts";
import * as exact from "./exact_functions.ts";

/** A function, what it should be, and the same in exact arithmetic (undefined where that is not finite). */
interface Subject {
  readonly define: (x: F32) => F32;
  readonly oracle: (x: number) => number;
  readonly exact: (x: number) => number;
  /** Bits of the inputs at which the oracle is checked: an interval of positive floats, and their negatives. */
  readonly from: number;
  readonly to: number;
  readonly negative: boolean;
}

/** x / (1 + e^-z), with its limit at -infinity. */
const gated = (x: number, z: number): number => x === -Infinity ? -0 : x / (1 + Math.exp(-z));

const SUBJECTS: Readonly<Record<string, Subject>> = {
  exp: { define: functions.exp, oracle: Math.exp, exact: exact.exp, from: 1e-9, to: 104, negative: true },
  log: { define: functions.log, oracle: Math.log, exact: exact.log, from: 1e-38, to: 3e38, negative: false },
  sigmoid: {
    define: functions.sigmoid,
    oracle: (x) => 1 / (1 + Math.exp(-x)),
    exact: exact.sigmoid,
    from: 1e-9,
    to: 104,
    negative: true,
  },
  tanh: { define: functions.tanh, oracle: Math.tanh, exact: exact.tanh, from: 1e-9, to: 10, negative: true },
  expm1: {
    define: functions.expm1,
    oracle: Math.expm1,
    exact: exact.expm1,
    from: 1e-9,
    to: 88,
    negative: true,
  },
  log1p: {
    define: functions.log1p,
    oracle: Math.log1p,
    exact: exact.log1p,
    from: 1e-9,
    to: 3e38,
    negative: false,
  },
  sin: { define: functions.sin, oracle: Math.sin, exact: exact.sin, from: 1e-9, to: 3e38, negative: true },
  cos: { define: functions.cos, oracle: Math.cos, exact: exact.cos, from: 1e-9, to: 3e38, negative: true },
  erf: { define: functions.erf, oracle: erf, exact: exact.erf, from: 1e-9, to: 5, negative: true },
  rsqrt: {
    define: functions.rsqrt,
    oracle: (x) => 1 / Math.sqrt(x),
    exact: exact.rsqrt,
    from: 1e-38,
    to: 3e38,
    negative: false,
  },
  gelu: { define: functions.gelu, oracle: gelu, exact: exact.gelu, from: 1e-9, to: 14.4, negative: true },
  geluTanh: {
    define: functions.geluTanh,
    oracle: (x) => gated(x, 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)),
    exact: exact.geluTanh,
    from: 1e-9,
    to: 10.7,
    negative: true,
  },
  silu: {
    define: functions.silu,
    oracle: (x) => gated(x, x),
    exact: exact.silu,
    from: 1e-9,
    to: 108,
    negative: true,
  },
  softplus: {
    define: functions.softplus,
    oracle: (x) => x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)),
    exact: exact.softplus,
    from: 1e-9,
    to: 103,
    negative: true,
  },
};

/** The largest error over a range of bits, in ulp, and what was found besides. */
interface Result {
  /** Largest error in ulp and the bits of the input that has it. */
  worst: number;
  at: number;
  /** Inputs whose result is NaN, infinite or zero where it should not be, or the reverse. */
  wrong: number;
  /** h <- (h xor bits of the result) * 16777619 modulo 2^32, over all inputs in order: for comparison with other targets. */
  hash: number;
}

type Measure = (begin: number, end: number, result: Result) => void;

/** Compiles the loop over inputs: the function's statements, and the error by comparison with the oracle. */
function compileMeasure({ define, oracle }: Subject): Measure {
  const code = emitTypeScript(scalarProgram(["f32"], (x) => [define(x), apply("bitsOf", define(x))]));
  const [y, yBits] = code.outputNames;
  const source = `${code.prelude}
  const inputs = new Float32Array(1), inputBits = new Uint32Array(inputs.buffer);
  const wide = new Float64Array(1), wideBits = new Uint32Array(wide.buffer);
  // 1 / ulp by the exponent of a binary64 number; binary32's smallest exponent is -126, its largest 127
  const perUlp = Float64Array.from({ length: 2048 }, (_, e) => 2 ** (23 - Math.min(Math.max(e - 1023, -126), 127)));
  return (begin, end, result) => {
    let { worst, at, wrong, hash } = result;
    for (let b = begin; b < end; b++) {
      inputBits[0] = b;
      const x = inputs[0];
      ${code.statements(["x"]).join("\n")}
      hash = Math.imul(hash ^ ${yBits}, 16777619);
      const exact = oracle(x);
      const rounded = $fround(exact);
      if (exact !== exact || rounded === Infinity || rounded === -Infinity || exact === 0) {
        if (!Object.is(${y}, rounded)) wrong++;
        continue;
      }
      wide[0] = exact;
      const error = Math.abs(${y} - exact) * perUlp[(wideBits[1] >>> 20) & 2047];
      if (error > worst) { worst = error; at = b; }
      // NaN and infinity too
      if (!(error < 16)) wrong++;
    }
    Object.assign(result, { worst, at, wrong, hash });
  };`;
  return new Function("oracle", source)(oracle);
}

/** The largest relative difference between the oracle and exact arithmetic over 500 inputs. */
function checkOracle({ oracle, exact, from, to, negative }: Subject): number {
  let worst = 0;
  for (let i = 0; i < 500; i++) {
    const size = Math.fround(from * (to / from) ** ((i + 0.5) / 500));
    for (const x of negative ? [size, -size] : [size]) {
      worst = Math.max(worst, Math.abs(oracle(x) / exact(x) - 1));
    }
  }
  return worst;
}

const CHUNK = 1 << 24;
const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");

/** The hash of the results that a backend gives. */
async function hashOn(backend: Backend, { define }: Subject): Promise<number> {
  const operand = { dtype: "f32", shape: [CHUNK] } as const;
  const program = scalarProgram(["f32"], (x) => [define(x)]);
  const kernel: MapKernel = { family: "map", program, shape: [CHUNK], inputs: [operand], outputs: ["f32"] };
  const input = backend.allocate("f32", CHUNK);
  const output = backend.allocate("f32", CHUNK);
  const words = new Uint32Array(CHUNK);
  const canonicalNaN = bitsFromF32(NaN);
  let hash = 0;
  for (let begin = 0; begin < 2 ** 32; begin += CHUNK) {
    for (let i = 0; i < CHUNK; i++) words[i] = begin + i;
    backend.write(input, new Float32Array(words.buffer));
    backend.run(kernel, [input], [output]);
    const values = await backend.read(output);
    const bits = new Uint32Array(values.buffer, values.byteOffset, CHUNK);
    for (let i = 0; i < CHUNK; i++) {
      const isNaN = (bits[i]! & 0x7fffffff) > 0x7f800000;
      hash = Math.imul(hash ^ (isNaN ? canonicalNaN : bits[i]!), 16777619);
    }
  }
  for (const buffer of [input, output]) backend.free(buffer);
  return hash;
}

if (import.meta.main) {
  const [simd, webgpu] = [Deno.args.includes("--simd"), Deno.args.includes("--webgpu")];
  const given = Deno.args.filter((argument) => !argument.startsWith("--"));
  const names = given.length > 0 ? given : Object.keys(SUBJECTS);
  const unknown = names.find((name) => !(name in SUBJECTS));
  if (unknown !== undefined) {
    throw new RangeError(`Cannot verify ${unknown}: expected one of ${Object.keys(SUBJECTS)}`);
  }
  if (simd || webgpu) {
    const backend = webgpu ? await WebGpuBackend.create() : await WasmBackend.create({ workers: 1 });
    for (const name of names) console.log(`${name}: ${hex(await hashOn(backend, SUBJECTS[name]!))}`);
    await backend.close();
    Deno.exit();
  }
  console.log("| function | largest error, ulp | at | inputs | wrong | hash of the results |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const name of names) {
    const subject = SUBJECTS[name]!;
    const difference = checkOracle(subject);
    // one part in 2^44 is a millionth of an ulp of binary32
    if (!(difference < 2 ** -44)) throw new Error(`The host's ${name} is off by ${difference}`);
    const measure = compileMeasure(subject);
    const result: Result = { worst: 0, at: 0, wrong: 0, hash: 0 };
    for (let begin = 0; begin < 2 ** 32; begin += CHUNK) {
      measure(begin, begin + CHUNK, result);
      if (Deno.stderr.isTerminal()) console.error(`${name}: ${begin / CHUNK + 1} of ${2 ** 32 / CHUNK}`);
    }
    const where = `${Number(f32FromBits(result.at).toPrecision(9))} (0x${hex(result.at)})`;
    console.log(
      `| ${name} | ${result.worst.toFixed(5)} | ${where} | 2^32 | ${result.wrong} | ${hex(result.hash)} |`,
    );
  }
}
