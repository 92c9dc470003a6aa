/**
 * Times single kernels of the wasm backend: `deno run -A _tools/measure_kernels.ts [workers] [beginning of names]`.
 *
 * For each kernel: microseconds per call, best and median, and the rate of the best: GB/s of operands and results,
 * GFLOP/s, or billions of elements a second. "dispatch" is a kernel with next to nothing to do.
 *
 * @module
 */
import { kernelInputs, kernelOutputs } from "../core/kernels/families.ts";
import type { ConvGeometry } from "../core/kernels/conv.ts";
import type { Kernel } from "../core/kernels/kernel.ts";
import { BYTES_PER_ELEMENT, type HostArray, viewAs } from "../core/numerics/dtype.ts";
import { WasmBackend } from "../core/backends/wasm/wasm_backend.ts";
import { apply, type F32, f32, type Scalar, scalarProgram } from "../core/scalar/expression.ts";
import * as functions from "../core/scalar/functions/mod.ts";

interface Measured {
  readonly name: string;
  readonly kernel: Kernel;
  /** What a call does: bytes moved, operations or elements; per nanosecond it is the rate. */
  readonly amount: number;
  readonly unit: "GB/s" | "GFLOP/s" | "G/s";
}

function moving(name: string, kernel: Kernel): Measured {
  const slots = [...kernelInputs(kernel), ...kernelOutputs(kernel)];
  const amount = slots.reduce((sum, { dtype, length }) => sum + BYTES_PER_ELEMENT[dtype] * length, 0);
  return { name, kernel, amount, unit: "GB/s" };
}

type Define = (...inputs: F32[]) => readonly Scalar[];

function map(define: Define, shape: readonly number[], ...operands: (readonly number[])[]): Kernel {
  const program = scalarProgram(
    operands.map(() => "f32" as const),
    define as (...inputs: Scalar[]) => Scalar[],
  );
  const inputs = operands.map((operand) => ({ dtype: "f32" as const, shape: operand }));
  return { family: "map", program, shape, inputs, outputs: program.outputs.map(() => "f32") };
}

const add: Define = (x, y) => [apply("add", x!, y!)];
const relu: Define = (x) => [apply("selectF32", apply("less", x!, f32(0)), f32(0), x!)];

/** One step of Adam: value, two moments, gradient and five scalars in; value and moments out. */
const adam: Define = (p, m, v, g, rate, beta1, beta2, correction1, correction2) => {
  const mix = (old: F32, now: F32, beta: F32) =>
    apply("add", apply("multiply", beta, old), apply("multiply", apply("subtract", f32(1), beta), now));
  const first = mix(m!, g!, beta1!);
  const second = mix(v!, apply("multiply", g!, g!), beta2!);
  const root = apply("squareRoot", apply("divide", second, correction2!));
  const step = apply("divide", apply("divide", first, correction1!), apply("add", root, f32(1e-8)));
  return [apply("subtract", p!, apply("multiply", rate!, step)), first, second];
};

function conv(size: number, channels: number, outputChannels: number, batch: number): ConvGeometry {
  return {
    batch,
    inputHeight: size,
    inputWidth: size,
    inputChannels: channels,
    outputHeight: size,
    outputWidth: size,
    outputChannels,
    kernelHeight: 3,
    kernelWidth: 3,
    groups: 1,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    paddingTop: 1,
    paddingLeft: 1,
    holesHeight: 1,
    holesWidth: 1,
  };
}

function cumulativeSum(outer: number, length: number, inner: number): Measured {
  const kernel = { family: "scan", outer, length, inner, exclusive: false, reverse: false } as const;
  return moving(`cumulative sum ${outer}x${length}x${inner}`, kernel);
}

function sorting(outer: number, length: number, count = length): Measured {
  return {
    name: `sort ${outer}x${length}${count < length ? `, first ${count}` : ""}`,
    kernel: { family: "sort", dtype: "f32", outer, length, inner: 1, count, descending: true },
    amount: outer * length,
    unit: "G/s",
  };
}

function product(m: number, k: number, n: number, transposeA = false, transposeB = false): Measured {
  const suffix = `${transposeA ? " A^T" : ""}${transposeB ? " B^T" : ""}`;
  return {
    name: `matmul ${m}x${k}x${n}${suffix}`,
    kernel: { family: "matmul", batch: 1, m, k, n, transposeA, transposeB },
    amount: 2 * m * k * n,
    unit: "GFLOP/s",
  };
}

function convolution(size: number, channels: number, outputChannels: number, batch: number): Measured[] {
  const geometry = conv(size, channels, outputChannels, batch);
  const amount = 2 * batch * size * size * 9 * channels * outputChannels;
  const name = `${size}x${size}x${channels}>${outputChannels}`;
  return [
    { name: `conv ${name}`, kernel: { family: "conv", geometry }, amount, unit: "GFLOP/s" },
    {
      name: `conv weight gradient ${name}`,
      kernel: { family: "convWeightGradient", geometry },
      amount,
      unit: "GFLOP/s",
    },
  ];
}

const FLAT = [65536];
const SUM = { family: "reduce", operation: "sum" } as const;

function* measurements(): Iterable<Measured> {
  yield moving("dispatch (add 4)", map(add, [4], [4], [4]));
  for (const length of [1024, 65536, 1 << 18, 1 << 22]) {
    yield moving(`add ${length}`, map(add, [length], [length], [length]));
    yield moving(`relu ${length}`, map(relu, [length], [length]));
  }
  yield moving("add scalar", map(add, FLAT, FLAT, []));
  yield moving("add row of 64", map(add, [1024, 64], [1024, 64], [64]));
  yield moving("add row of 10", map(add, [6400, 10], [6400, 10], [10]));
  yield moving("add column, rows of 64", map(add, [1024, 64], [1024, 64], [1024, 1]));
  yield moving("add column, rows of 10", map(add, [6400, 10], [6400, 10], [6400, 1]));
  yield moving("add [64,1,32] to [64,32,32]", map(add, [64, 32, 32], [64, 32, 32], [64, 1, 32]));
  yield moving("adam", map(adam, FLAT, FLAT, FLAT, FLAT, FLAT, [], [], [], [], []));
  for (const [name, define] of Object.entries(functions) as [string, (x: F32) => Scalar][]) {
    if (define.length !== 1) continue;
    let kernel: Kernel;
    try {
      kernel = map((x) => [define(x!)], FLAT, FLAT);
    } catch (error) {
      if (error instanceof TypeError) continue; // Not a function of one float.
      throw error;
    }
    if (kernel.family !== "map" || kernel.program.outputs[0]!.type !== "f32") continue;
    yield { name, kernel, amount: 65536, unit: "G/s" };
  }
  for (const distribution of ["bits", "uniform", "permutation"] as const) {
    yield {
      name: `random ${distribution}`,
      kernel: { family: "random", distribution, length: 65536 },
      amount: 65536,
      unit: "G/s",
    };
  }
  yield moving("sum of all", { ...SUM, shape: FLAT, axes: [0] });
  yield moving("sum of rows", { ...SUM, shape: [256, 256], axes: [1] });
  yield moving("sum of columns", { ...SUM, shape: [256, 256], axes: [0] });
  yield cumulativeSum(64, 1000, 1);
  yield cumulativeSum(1, 65536, 1);
  yield cumulativeSum(64, 128, 64);
  for (const [outer, length] of [[1000, 16], [256, 256], [64, 4000], [1, 65536]] as const) {
    yield sorting(outer, length);
  }
  yield sorting(64, 1000, 10);
  yield sorting(16, 30000, 50);
  for (const size of [32, 256, 512, 1024]) yield product(size, size, size);
  yield product(256, 256, 256, true, false);
  yield product(256, 256, 256, false, true);
  yield product(64, 784, 256);
  yield product(6272, 25, 6);
  yield* convolution(28, 16, 16, 64);
  yield* convolution(14, 64, 64, 16);
}

/** Values of moderate size, the same on every run. */
function fill(values: HostArray): HostArray {
  let state = 1;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = values instanceof Float32Array ? state / 2 ** 29 - 3.5 : state >>> 24;
  }
  return values;
}

/** Nanoseconds of a call in each of several rounds, ascending. */
function time(call: () => void): number[] {
  const warm = performance.now() + 150;
  let calls = 0;
  const start = performance.now();
  while (performance.now() < warm) {
    call();
    calls++;
  }
  const each = (performance.now() - start) / calls;
  const repeats = Math.max(1, Math.round(5 / each));
  return Array.from({ length: 31 }, () => {
    const begin = performance.now();
    for (let i = 0; i < repeats; i++) call();
    return (performance.now() - begin) * 1e6 / repeats;
  }).sort((a, b) => a - b);
}

if (import.meta.main) {
  const [workers = "2", only = ""] = Deno.args;
  const backend = await WasmBackend.create({ workers: Number(workers) });
  console.log(`${"kernel".padEnd(44)}   best us  median us      rate   (${backend.workers} workers)`);
  for (const { name, kernel, amount, unit } of measurements()) {
    if (!name.startsWith(only)) continue;
    const inputs = kernelInputs(kernel).map(({ dtype, length }) => {
      const buffer = backend.allocate(dtype, length);
      backend.write(buffer, fill(viewAs(dtype, new ArrayBuffer(4 * length), 0, length)));
      return buffer;
    });
    const outputs = kernelOutputs(kernel).map(({ dtype, length }) => backend.allocate(dtype, length));
    try {
      const times = time(() => backend.run(kernel, inputs, outputs));
      const [best, median] = [times[0]!, times[times.length >> 1]!];
      const micros = (ns: number) => (ns / 1000).toFixed(2).padStart(10);
      const rate = `${(amount / best).toFixed(2).padStart(8)} ${unit}`;
      console.log(`${name.padEnd(44)}${micros(best)} ${micros(median)}  ${rate}`);
    } catch (error) {
      console.log(`${name.padEnd(44)} ${error instanceof Error ? error.message : error}`);
    }
    for (const buffer of [...inputs, ...outputs]) backend.free(buffer);
  }
  await backend.close();
}
