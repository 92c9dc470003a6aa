import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  createDevice,
  Device,
  matmul,
  ReferenceBackend,
  relu,
  setDefaultDevice,
  zeros,
} from "@verbatim/core";
import { largestDifference } from "./check.ts";
import { LOADING_WORKLOADS } from "./loading.ts";
import { main } from "./main.ts";
import { timesOf } from "./measure.ts";
import { measurePeak } from "./peak.ts";
import { settingsFor } from "./peer.ts";
import { ProfilingBackend } from "./profile.ts";
import { loadingHead, loadingLine, profileLines, tableHead, tableLine } from "./table.ts";
import { Parameters, unit } from "./values.ts";
import { WORKLOADS } from "./workloads.ts";

// Computed with PyTorch 1.13.1 on one thread by `peer.py` beside this file: the losses of the first three steps.
const LOSSES: Readonly<Record<string, readonly number[]>> = {
  W1_512: [-1.199240, -1.199240, -1.199240],
  W2: [2.2990980, 2.2180905, 2.1529741],
  W3: [2.3116453, 2.3113990, 2.3109328],
  W4: [2.4384897, 2.4297104, 2.4138284],
  W5: [4.1605420, 4.1580200, 4.1555200],
  W6: [4.3208323, 4.2460542, 4.1888509],
  W7: [0.51686716, 0.12324195, 0.08352825],
  W8: [1.9630535, 1.9479331, 1.9367270],
};

Deno.test("every workload starts with PyTorch's losses", async () => {
  await using device = await createDevice({ workers: 2 });
  setDefaultDevice(device);
  for (const workload of WORKLOADS) {
    const expected = LOSSES[workload.id];
    if (expected === undefined) {
      assertEquals(workload.id, "W1_1024"); // the same as W1_512
      continue;
    }
    const runner = workload.prepare().compiled();
    const losses: number[] = [];
    for (const _ of expected) losses.push(await runner.step());
    runner.dispose();
    // Sums are rounded in another order; the tolerance of a product that cancels is the wider one.
    const tolerance = workload.id.startsWith("W1") ? 1e-5 : 2e-6;
    assert(largestDifference(losses, expected) < tolerance, `${workload.id}: ${losses} not ${expected}`);
  }
});

Deno.test("a workload gives back all memory", async () => {
  const backend = new ReferenceBackend();
  await using device = new Device(backend);
  setDefaultDevice(device);
  const workload = WORKLOADS.find(({ id }) => id === "W7")!;
  for (const how of ["compiled", "eager"] as const) {
    const runner = workload.prepare()[how]();
    await runner.step();
    const { bytesInUse } = backend;
    await runner.step();
    assertEquals(backend.bytesInUse, bytesInUse);
    runner.dispose();
    assertEquals(backend.bytesInUse, 0);
  }
});

Deno.test("the numbers are mulberry32's, as NumPy computes them", () => {
  // From `unit` in peer.py, which is another implementation of the published generator.
  assertEquals(Array.from(unit(1, 3)), [0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
  assertEquals(unit(0xffffffff, 1)[0], 0.8964226141106337);
});

Deno.test("a convolution's weights and a layer's columns go from the peer's order to ours", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const drawn = new Parameters(5).values([3, 2, 2, 2], Math.sqrt(1 / 8)); // [D, C, K, K]
  const kernel = await new Parameters(5).kernel(2, 2, 3).read(); // [K, K, C, D]
  // row 1, column 0, channel 1, output 2
  assertEquals(kernel[((1 * 2 + 0) * 2 + 1) * 3 + 2], drawn[((2 * 2 + 1) * 2 + 1) * 2 + 0]);
  const whole = new Parameters(9).dense(2, 4);
  const part = new Parameters(9).denseInOrder(2, 4, { row: (i) => 1 - i, column: [2, 3] });
  const [w, b] = [await whole.w.read(), await whole.b.read()];
  assertEquals(Array.from(await part.w.read()), [w[6]!, w[7]!, w[2]!, w[3]!]);
  assertEquals(Array.from(await part.b.read()), [b[2]!, b[3]!]);
});

Deno.test("medians and least times", () => {
  assertEquals(timesOf([3, 1, 2]), { medianMs: 2, minMs: 1, steps: 3 });
  assertEquals(timesOf([4, 1, 2, 3]), { medianMs: 2.5, minMs: 1, steps: 4 });
});

Deno.test("the peer is tried on one thread, on all, and on all without waiting actively", () => {
  assertEquals(settingsFor(2).map(({ name }) => name), ["1 thread", "2 threads", "2 threads, passive"]);
  assertEquals(settingsFor(1).length, 1);
});

Deno.test("the machine's peak is a positive rate", async () => {
  const peak = await measurePeak(1, 20);
  assert(peak.gflops > 0.1 && peak.gigabytes > 0.01, JSON.stringify(peak));
});

Deno.test("a profile counts calls, operations and bytes of each kernel, and changes no result", async () => {
  const backend = new ProfilingBackend(new ReferenceBackend());
  await using device = new Device(backend);
  setDefaultDevice(device);
  const [a, b] = [zeros([2, 3]), zeros([3, 4])];
  for (let i = 0; i < 3; i++) relu(matmul(a, b));
  const costs = backend.costs().toSorted((x, y) => y.flop - x.flop);
  assertEquals(costs.map(({ name, flop, bytes, calls }) => ({ name, flop, bytes, calls })), [
    { name: "matmul [2,3] [3,4]", flop: 48, bytes: 4 * (6 + 12 + 8), calls: 3 },
    { name: "map [2,4] less selectF32", flop: 0, bytes: 4 * 16, calls: 3 },
  ]);
  backend.reset();
  assertEquals(backend.costs(), []);
});

Deno.test("the table shows rates, shares of the peak and how both compare", () => {
  const workload = WORKLOADS[0]!;
  const ours = { medianMs: 4, minMs: 2, steps: 10 };
  const peer = { medianMs: 2, minMs: 2, steps: 10, setting: "1 thread" };
  const peak = { gflops: 100, gigabytes: 50 };
  assertMatch(
    tableLine(workload, { ours, peer }, 2e8, peak),
    /^W1_512 +product, 512\^3 +4\.00 +2\.00 +50\.00 +50% +2\.00 +2\.00 +0\.50x +1\.00x +1 thread$/,
  );
  assertMatch(tableHead(false), /median ms +min ms +GFLOP\/s +peak$/);
  const cost = { name: "matmul", flop: 1e7, bytes: 1e6, calls: 8, ms: 6, leastMs: 0.5 };
  const copy = { name: "copy", flop: 0, bytes: 1e6, calls: 4, ms: 1, leastMs: 0.004 };
  const lines = profileLines(workload, { steps: 4, ms: 8, costs: [copy, cost] }, peak);
  assertMatch(
    lines[0]!,
    /2\.00 ms a step, 0\.250 of it between the 3 kernels, whose shortest calls add up to 1\.00$/,
  );
  assertMatch(lines[2]!, /^matmul +99\.6% +2 +1\.00 +500\.0 +750\.0 +20\.00 GF\/s +20%$/);
  assertMatch(lines[3]!, /^1 other kernels +0\.4% +1 +0\.004$/);
});

Deno.test("loading shows bytes and images in a time", () => {
  const [reading, , augmenting] = LOADING_WORKLOADS;
  const ours = { medianMs: 0.05, minMs: 0.05, steps: 10 };
  const peer = { ...ours, medianMs: 0.1, setting: "1 thread" };
  assertMatch(loadingHead(true), /median ms +rate +PyTorch +rate +speed$/);
  // 64 images of 784 bytes with a label each: 50,240 bytes in 50 microseconds
  assertMatch(loadingLine(reading!, { ours }), /^L1 +Fashion-MNIST, .* 64 +0.050 +1.00 GB\/s$/);
  assertMatch(
    loadingLine(augmenting!, { ours, peer }),
    /^L3 +28x28 .* contrast +0.050 +1280 k\/s +0.100 +640.0 k\/s +2.00x +1 thread$/,
  );
});

async function bench(...args: string[]) {
  let [out, err] = ["", ""];
  const code = await main(args, {
    out: { write: (text) => void (out += text), columns: () => undefined },
    err: { write: (text) => void (err += text), columns: () => undefined },
  });
  return { code, out, err };
}

Deno.test("the command explains itself and refuses what it does not know", async () => {
  const help = await bench("--help");
  assertEquals(help.code, 0);
  assertMatch(help.out, /--profile /);
  assertEquals(await bench("--only", "W7,W9"), {
    code: 2,
    out: "",
    err:
      'Unknown workload "W9". Known: W1_512, W1_1024, W2, W3, W4, W5, W6, W7, W8, L1, L2, L3, L4, L5, L6, L7.\n',
  });
  assertMatch((await bench("W4")).err, /^Cannot run "W4": expected flags only, such as --only W4/);
  assertMatch((await bench("--no-pear")).err, /^Unknown flag "--no-pear". Did you mean "--no-peer"\?/);
});

Deno.test("a run without a peer prints the machine and one line for each workload", async () => {
  const { code, out, err } = await bench("--only", "w7", "--no-peer", "--seconds", "1", "--json");
  assertEquals([code, err], [0, ""]);
  const [machine, result, ...rest] = out.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  assertEquals(rest, []);
  assertEquals(machine.workers, 2);
  assertEquals(result.id, "W7");
  // Forward 2 B (2 16 + 16 16 + 16), the same for the weights, and back to the inputs of two layers
  assertEquals(result.flop, 2 * 32 * (2 * (32 + 256 + 16) + 256 + 16));
  assert(result.ours.minMs > 0 && result.ours.steps > 10);
});

Deno.test("loading is timed without a data set too", async () => {
  const { code, out } = await bench("--only", "L3,L5", "--no-peer", "--seconds", "1", "--json");
  assertEquals(code, 0);
  const [, light, noise, ...rest] = out.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  assertEquals(rest, []);
  assertEquals([light.id, light.unit, light.amount, noise.id], ["L3", "images/s", 64, "L5"]);
  assert(light.ours.steps > 10 && noise.ours.steps > 10);
});
