/**
 * `deno task devices`: lists the adapters that WebGPU gives, their limits, what the probe found, the way in which they
 * are made exact, and how fast they are.
 *
 * @module
 */
import { WebGpuBackend } from "../core/backends/webgpu/mod.ts";
import { type Kernel, NoAdapterError, scalar } from "../core/mod.ts";

/** Elements of the map that is timed, and sizes of the product. */
const ELEMENTS = 4_194_304;
const SIZE = 512;
const REPEATS = 8;

/** Seconds of a kernel in a row of several, the wait for the first value left out. */
async function time(backend: WebGpuBackend, kernel: Kernel, lengths: readonly number[]): Promise<number> {
  const buffers = lengths.map((length) => backend.allocate("f32", length));
  const result = buffers.at(-1)!;
  const probe = backend.allocate("f32", 1);
  for (const buffer of [...buffers, probe]) backend.write(buffer, new Float32Array(buffer.length).fill(1));
  const run = async (count: number) => {
    const start = performance.now();
    for (let i = 0; i < count; i++) backend.run(kernel, buffers.slice(0, -1), [result]);
    await backend.read(probe);
    return (performance.now() - start) / 1000;
  };
  await run(1);
  const short = await run(1);
  const long = await run(1 + REPEATS);
  for (const buffer of [...buffers, probe]) backend.free(buffer);
  return Math.max(long - short, 1e-9) / REPEATS;
}

function list(title: string, lines: readonly string[]): void {
  console.log(`  ${title}`);
  for (const line of lines) console.log(`    ${line}`);
}

async function show(backend: WebGpuBackend): Promise<void> {
  const { limits } = backend.adapter;
  console.log(backend.description);
  const mebibytes = (bytes: number) => `${Math.floor(bytes / 1048576)} MiB`;
  list("limits", [
    `largest array ${mebibytes(Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize))}`,
    `arrays of a kernel ${limits.maxStorageBuffersPerShaderStage}`,
    `memory of a workgroup ${limits.maxComputeWorkgroupStorageSize} bytes`,
    `threads of a workgroup ${limits.maxComputeInvocationsPerWorkgroup}`,
  ]);
  list(
    "probe",
    [...backend.report.failures].map(([way, failed]) =>
      `${way.padEnd(7)} ${
        failed.length === 0 ? "exact" : `${failed.length} cases differ, such as ${failed[0]}`
      }`
    ),
  );
  const affine: Kernel = {
    family: "map",
    program: scalar.scalarProgram(
      ["f32", "f32"],
      (x, y) => [scalar.add(scalar.multiply(x, scalar.f32(0.5)), y)],
    ),
    shape: [ELEMENTS],
    inputs: [{ dtype: "f32", shape: [ELEMENTS] }, { dtype: "f32", shape: [ELEMENTS] }],
    outputs: ["f32"],
  };
  const product: Kernel = {
    family: "matmul",
    batch: 1,
    m: SIZE,
    k: SIZE,
    n: SIZE,
    transposeA: false,
    transposeB: false,
  };
  const seconds = await time(backend, affine, [ELEMENTS, ELEMENTS, ELEMENTS]);
  const speed = [`maps ${(12 * ELEMENTS / seconds / 1e9).toFixed(1)} GB/s`];
  const area = SIZE * SIZE;
  const productSeconds = await time(backend, product, [area, area, area]);
  speed.push(`products of ${SIZE} rows ${(2 * SIZE * area / productSeconds / 1e9).toFixed(1)} GFLOP/s`);
  list("speed", speed);
}

if (import.meta.main) {
  const seen = new Set<string>();
  for (const powerPreference of ["high-performance", "low-power"] as const) {
    try {
      const backend = await WebGpuBackend.create({ powerPreference, probeAll: true });
      if (!seen.has(backend.report.adapter)) await show(backend);
      seen.add(backend.report.adapter);
      await backend.close();
    } catch (error) {
      if (!(error instanceof NoAdapterError)) throw error;
      if (!seen.has(error.message)) console.log(error.message);
      seen.add(error.message);
    }
  }
}
