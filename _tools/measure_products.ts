/**
 * Times products, convolutions and their gradients on the wasm backend with one worker and with two:
 * `deno run -A _tools/measure_products.ts [part of a name] [another checkout]`.
 *
 * For each kernel and number of workers: the best time of a call and its rate, and, if another checkout is given, how
 * many times as long a call of its backend takes. The kernels and backends take turns, so that a slow spell of the
 * machine meets all of them; the best of many rounds is what the machine can do when nobody else uses it.
 *
 * @module
 */

import { WasmBackend } from "../core/backends/wasm/wasm_backend.ts";
import { convGeometry } from "../core/backends/conformance/conv_cases.ts";
import { kernelInputs, kernelOutputs } from "../core/kernels/families.ts";
import type { Kernel } from "../core/kernels/kernel.ts";

/** Operations that one round of a kernel takes, about: some milliseconds. */
const ROUND = 1e8;
const ROUNDS = 40;
/** Rounds before the optimised code is sure to be in use. */
const WARM_UP = 8;

interface Measured {
  readonly name: string;
  readonly kernel: Kernel;
  readonly operations: number;
}

function product(m: number, k: number, n: number, transposes = "", batch = 1): Measured {
  const kernel: Kernel = {
    family: "matmul",
    batch,
    m,
    k,
    n,
    transposeA: transposes.includes("A"),
    transposeB: transposes.includes("B"),
  };
  const name = `${batch > 1 ? `${batch} x ` : ""}${m}x${k}x${n} ${
    [...transposes].map((x) => `${x}^T`).join(" ")
  }`;
  return { name: `matmul ${name}`, kernel, operations: 2 * batch * m * k * n };
}

type Shape = Parameters<typeof convGeometry>[0];

/** Which of the three: the output, the gradient of the input (given as such a convolution), the gradient of the weights. */
function convolution(name: string, shape: Shape, family: "conv" | "convWeightGradient" = "conv"): Measured {
  const geometry = convGeometry(shape);
  const { batch, outputHeight, outputWidth, outputChannels, holesHeight, holesWidth } = geometry;
  const taps = geometry.kernelHeight * geometry.kernelWidth / (holesHeight * holesWidth);
  const terms = taps * geometry.inputChannels / geometry.groups;
  const operations = 2 * batch * outputHeight * outputWidth * outputChannels * terms;
  return { name: `${family} ${name}`, kernel: { family, geometry }, operations };
}

const same = (padding: number) => [padding, padding, padding, padding] as const;

const LENET = {
  first: { x: [64, 28, 28, 1], w: [5, 5, 6], padding: same(2) },
  second: { x: [64, 14, 14, 6], w: [5, 5, 16] },
  secondInput: { x: [64, 10, 10, 16], w: [5, 5, 6], padding: same(4) },
} as const satisfies Record<string, Shape>;

const KERNELS: readonly Measured[] = [
  product(256, 256, 256),
  product(512, 512, 512),
  product(512, 512, 512, "A"),
  product(512, 512, 512, "B"),
  product(1024, 1024, 1024),
  product(1024, 1024, 1024, "A"),
  product(64, 784, 256),
  product(64, 256, 128),
  product(64, 128, 10),
  product(784, 64, 256, "A"),
  product(256, 64, 128, "A"),
  product(128, 64, 10, "A"),
  product(64, 128, 256, "B"),
  product(64, 10, 128, "B"),
  product(1, 784, 256),
  product(1, 784, 256, "B"),
  product(32, 64, 32, "B", 64),
  convolution("lenet first", LENET.first),
  convolution("lenet second", LENET.second),
  convolution("lenet second's input", LENET.secondInput),
  convolution("lenet first", LENET.first, "convWeightGradient"),
  convolution("lenet second", LENET.second, "convWeightGradient"),
  ...(["conv", "convWeightGradient"] as const).flatMap((family) => [
    convolution("28x28, 16 to 16", { x: [64, 28, 28, 16], w: [3, 3, 16], padding: same(1) }, family),
    convolution("32x32, 64 to 64", { x: [8, 32, 32, 64], w: [3, 3, 64], padding: same(1) }, family),
    convolution("8x8, 256 to 256", { x: [8, 8, 8, 256], w: [3, 3, 256], padding: same(1) }, family),
    convolution("7x7 stride 2, 3 to 64", {
      x: [4, 112, 112, 3],
      w: [7, 7, 64],
      padding: same(3),
      stride: [2, 2],
    }, family),
    convolution("4x4 upwards by 2, 64 to 32", {
      x: [32, 7, 7, 64],
      w: [4, 4, 32],
      padding: same(2),
      holes: [2, 2],
    }, family),
    convolution("depthwise 64", { x: [16, 16, 16, 64], w: [3, 3, 64], groups: 64, padding: same(1) }, family),
  ]),
];

/** What is measured: this checkout's backend, or another's. */
type MakeBackend = typeof WasmBackend.create;

/** Best milliseconds of a call, for each kernel and backend; the backends take turns too. */
async function measure(
  kernels: readonly Measured[],
  workers: number,
  makers: readonly MakeBackend[],
): Promise<number[][]> {
  const backends = await Promise.all(makers.map((make) => make({ workers })));
  const calls = kernels.map(({ kernel, operations }) => {
    const runs = backends.map((backend) => {
      const inputs = kernelInputs(kernel).map(({ dtype, length }) => {
        const buffer = backend.allocate(dtype, length);
        backend.write(buffer, Float32Array.from({ length }, (_, i) => (i % 251) / 251 - 0.5));
        return buffer;
      });
      const outputs = kernelOutputs(kernel).map(({ dtype, length }) => backend.allocate(dtype, length));
      return () => backend.run(kernel, inputs, outputs);
    });
    return { repeats: Math.max(1, Math.round(ROUND / operations)), runs };
  });
  const best = kernels.map(() => makers.map(() => Infinity));
  for (let round = 0; round < ROUNDS; round++) {
    // The optimising compiler works beside the threads that compute: give it the machine for a moment.
    if (round === WARM_UP) await new Promise((resolve) => setTimeout(resolve, 500));
    calls.forEach(({ repeats, runs }, i) =>
      runs.forEach((run, j) => {
        const start = performance.now();
        for (let call = 0; call < repeats; call++) run();
        if (round >= WARM_UP) best[i]![j] = Math.min(best[i]![j]!, (performance.now() - start) / repeats);
      })
    );
  }
  await Promise.all(backends.map((backend) => backend.close()));
  return best;
}

if (import.meta.main) {
  const [filter = "", other] = Deno.args;
  const kernels = KERNELS.filter(({ name }) => name.includes(filter));
  const makers: MakeBackend[] = [WasmBackend.create];
  if (other !== undefined) {
    const url = new URL(`file://${await Deno.realPath(other)}/core/backends/wasm/wasm_backend.ts`);
    makers.push((await import(url.href) as { WasmBackend: { create: MakeBackend } }).WasmBackend.create);
  }
  const times = [await measure(kernels, 1, makers), await measure(kernels, 2, makers)];
  const column = (operations: number, [milliseconds, others]: readonly number[]) => {
    const rate = (operations / milliseconds! / 1e6).toFixed(1).padStart(6);
    const ratio = others === undefined ? "" : ` ${(others / milliseconds!).toFixed(3).padStart(6)}`;
    return `${(1000 * milliseconds!).toFixed(1).padStart(10)} us ${rate}${ratio}`;
  };
  const heads = ["one worker  GFLOP/s", "two workers  GFLOP/s"].map((head) =>
    head.padStart(20) + (other === undefined ? "" : "  times")
  );
  console.log(`${"".padEnd(48)} ${heads.join(" ")}`);
  kernels.forEach(({ name, operations }, i) => {
    console.log(name.padEnd(48), ...times.map((best) => column(operations, best[i]!)));
  });
  const lenet = times.map((best) =>
    best.reduce((sum, [t], i) => kernels[i]!.name.includes("lenet") ? sum + t! : sum, 0)
  );
  if (lenet[0]! > 0) {
    console.log(`all of lenet: ${lenet.map((milliseconds) => `${milliseconds.toFixed(2)} ms`).join(", ")}`);
  }
}
