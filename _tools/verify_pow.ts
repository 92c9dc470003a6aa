/**
 * Measures the error of `pow` of the scalar library on sampled pairs: the TypeScript that defines its bits against the
 * host's binary64 `Math.pow`, which is itself checked first against integer arithmetic of 256 bits.
 *
 * Of four pairs one has any bits; in three y is chosen such that x^y is spread evenly over the exponents of binary32 and
 * a little beyond, with any positive x in two and x within an eighth of 1 in one.
 *
 * Run `deno run _tools/verify_pow.ts [pairs]`, a few minutes for the 10^9 that are the default. With `--simd` it only
 * computes the hash of the results, on the wasm backend.
 *
 * @module
 */
import { WasmBackend } from "../core/backends/wasm/wasm_backend.ts";
import type { MapKernel } from "../core/kernels/map.ts";
import { bitsFromF32, ulp } from "../core/numerics/float_bits.ts";
import { emitTypeScript } from "../core/scalar/emit_typescript.ts";
import { apply, scalarProgram } from "../core/scalar/expression.ts";
import { pow } from "../core/scalar/functions/pow.ts";
import * as exact from "./exact_functions.ts";

const CHUNK = 1 << 20;

/** Fills both lists with the pairs from a given number on. Only exact arithmetic, so the same on every machine. */
function fillPairs(first: number, x: Float32Array, y: Float32Array): void {
  const xBits = new Uint32Array(x.buffer);
  const yBits = new Uint32Array(y.buffer);
  for (let i = 0; i < x.length; i++) {
    const a = mix(2 * (first + i));
    const b = mix(2 * (first + i) + 1);
    if (i % 4 === 0) {
      xBits[i] = a;
      yBits[i] = b;
      continue;
    }
    xBits[i] = i % 4 === 1 ? 0x3f800000 + (a & 0x1fffff) - 0x100000 : a & 0x7fffffff;
    const rise = x[i]! - 1;
    // about log2 x: the exponent and the significand on a straight line, or the slope at 1
    const log2 = rise * rise < 1 / 64 ? 1.4427 * rise : xBits[i]! / 0x800000 - 127;
    y[i] = (b / 0x100000000 * 286 - 155) / log2;
  }
}

/** A bijection of 32-bit words whose values look random. */
function mix(n: number): number {
  let word = Math.imul(n, 0x9e3779b9) >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return (word ^ (word >>> 15)) >>> 0;
}

interface Result {
  worst: number;
  at: readonly [number, number];
  /** Results that are NaN, infinite or zero where they should not be, or the reverse. */
  wrong: number;
  /** As in `verify_functions.ts`. */
  hash: number;
}

/** IEEE 754's power: JavaScript's is NaN where an operand is 1 or -1 and the exponent is not finite. */
const power = (x: number, y: number): number =>
  x === 1 || (x === -1 && (y === Infinity || y === -Infinity)) ? 1 : Math.pow(x, y);

function compileMeasure(): (x: Float32Array, y: Float32Array, result: Result) => void {
  const program = scalarProgram(["f32", "f32"], (x, y) => [pow(x, y), apply("bitsOf", pow(x, y))]);
  const code = emitTypeScript(program);
  const [value, bits] = code.outputNames;
  return new Function(
    "power",
    "ulp",
    `${code.prelude}
  return (xs, ys, result) => {
    let { worst, at, wrong, hash } = result;
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i], y = ys[i];
      ${code.statements(["x", "y"]).join("\n")}
      hash = Math.imul(hash ^ ${bits}, 16777619);
      const exact = power(x, y);
      const rounded = $fround(exact);
      if (exact !== exact || rounded === Infinity || rounded === -Infinity || exact === 0) {
        if (!Object.is(${value}, rounded)) wrong++;
        continue;
      }
      const error = Math.abs(${value} - exact) / ulp(exact);
      if (error > worst) { worst = error; at = [x, y]; }
      if (!(error < 16)) wrong++;
    }
    Object.assign(result, { worst, at, wrong, hash });
  };`,
  )(power, ulp);
}

/** The largest relative difference between the host's power and exact arithmetic over 2,000 pairs. */
function checkOracle(): number {
  const x = new Float32Array(8000);
  const y = new Float32Array(8000);
  fillPairs(0, x, y);
  let worst = 0;
  for (let i = 0; i < x.length; i++) {
    // every other kind of pair has results that 256 bits can hold
    if (i % 4 === 0 || x[i] === 1 || !Number.isFinite(x[i]!) || x[i]! < 1e-36) continue;
    if (i % 16 < 12) worst = Math.max(worst, Math.abs(Math.pow(x[i]!, y[i]!) / exact.pow(x[i]!, y[i]!) - 1));
  }
  return worst;
}

/** Runs the pairs on the wasm backend; returns the hash. */
async function hashOnWasm(pairs: number): Promise<number> {
  const operand = { dtype: "f32", shape: [CHUNK] } as const;
  const program = scalarProgram(["f32", "f32"], (x, y) => [pow(x, y)]);
  const kernel: MapKernel = {
    family: "map",
    program,
    shape: [CHUNK],
    inputs: [operand, operand],
    outputs: ["f32"],
  };
  const backend = await WasmBackend.create({ workers: 1 });
  const [a, b, out] = [0, 1, 2].map(() => backend.allocate("f32", CHUNK));
  const x = new Float32Array(CHUNK);
  const y = new Float32Array(CHUNK);
  const canonicalNaN = bitsFromF32(NaN);
  let hash = 0;
  for (let first = 0; first < pairs; first += CHUNK) {
    fillPairs(first, x, y);
    backend.write(a!, x);
    backend.write(b!, y);
    backend.run(kernel, [a!, b!], [out!]);
    const values = await backend.read(out!);
    const bits = new Uint32Array(values.buffer, values.byteOffset, CHUNK);
    for (let i = 0; i < CHUNK; i++) {
      const isNaN = (bits[i]! & 0x7fffffff) > 0x7f800000;
      hash = Math.imul(hash ^ (isNaN ? canonicalNaN : bits[i]!), 16777619);
    }
  }
  await backend.close();
  return hash;
}

if (import.meta.main) {
  const simd = Deno.args.includes("--simd");
  const given = Deno.args.find((argument) => argument !== "--simd");
  const pairs = Math.ceil(Number(given ?? 1e9) / CHUNK) * CHUNK;
  if (!(pairs > 0)) throw new RangeError(`Cannot verify pow: expected a number of pairs, got ${given}`);
  const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");
  if (simd) {
    console.log(`pow: ${hex(await hashOnWasm(pairs))}`);
    Deno.exit();
  }
  const difference = checkOracle();
  // one part in 2^44 is a millionth of an ulp of binary32
  if (!(difference < 2 ** -44)) throw new Error(`The host's pow is off by ${difference}`);
  const measure = compileMeasure();
  const result: Result = { worst: 0, at: [0, 0], wrong: 0, hash: 0 };
  const x = new Float32Array(CHUNK);
  const y = new Float32Array(CHUNK);
  for (let first = 0; first < pairs; first += CHUNK) {
    fillPairs(first, x, y);
    measure(x, y, result);
  }
  const [atX, atY] = result.at;
  console.log("| function | largest error, ulp | at | pairs | wrong | hash of the results |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  console.log(
    `| pow | ${result.worst.toFixed(5)} | ${atX}^${atY} | ${pairs} | ${result.wrong} | ${hex(result.hash)} |`,
  );
}
