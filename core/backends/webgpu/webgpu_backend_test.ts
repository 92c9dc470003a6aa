import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FAMILIES, runReference } from "../../kernels/families.ts";
import type { Kernel } from "../../kernels/kernel.ts";
import { apply, f32, scalarProgram } from "../../scalar/expression.ts";
import type { HostArray } from "../../numerics/dtype.ts";
import { OutOfMemoryError } from "../backend.ts";
import { runConformance } from "../conformance/mod.ts";
import { CaseRandom, floats, words } from "../conformance/values.ts";
import { gpuTest } from "../../testing/graphics.ts";
import { InexactKernelError } from "./webgpu_errors.ts";
import { WebGpuBackend } from "./webgpu_backend.ts";

/**
 * A processor that plays the adapter takes long to compile pipelines: half of the cases, and a tenth of them in the ways for
 * lesser adapters, are for every run; all, and a fifth, for `deno task test --full`.
 */
const FULL = Deno.args.includes("--full");

gpuTest("WebGpuBackend conforms in the way that the probe chose", async (backend) => {
  const families = new Set<string>();
  const { cases, failures } = await runConformance(backend, {
    filter(name, { family }) {
      const runs = FULL || name.length % 2 === 0;
      if (runs) families.add(family);
      return runs;
    },
  });
  assertEquals(failures, []);
  assert(cases > (FULL ? 800 : 400));
  assertEquals(families, new Set(Object.keys(FAMILIES)));
  assertEquals(backend.bytesInUse, 0);
});

// Wherever floats are exact, the ways for lesser adapters are too; there are many cases, so only some.
for (const [elementwise, contraction] of [["detect", "product"], ["soft", "soft"]] as const) {
  gpuTest(`WebGpuBackend conforms with the arithmetic "${elementwise}"`, async (backend) => {
    const { cases, failures } = await runConformance(backend, {
      filter: (name) => name.length % (FULL ? 5 : 10) === 0,
    });
    assertEquals(failures, []);
    assert(cases > (FULL ? 100 : 50));
  }, { mode: { elementwise, contraction, flushes: true } });
}

const increment: Kernel = {
  family: "map",
  program: scalarProgram(["f32", "f32"], (x, y) => [apply("add", x, y)]),
  shape: [3],
  inputs: [{ dtype: "f32", shape: [3] }, { dtype: "f32", shape: [] }],
  outputs: ["f32"],
};

gpuTest(
  "WebGpuBackend keeps a copy of what is written and read, in the order of the calls",
  async (backend) => {
    const buffer = backend.allocate("u8", 3);
    const values = Uint8Array.of(1, 2, 255);
    backend.write(buffer, values);
    values[0] = 7;
    const first = backend.read(buffer);
    backend.write(buffer, new Uint8Array([0, 4, 5, 6]).subarray(1));
    const second = backend.read(buffer);
    assertEquals(await first, Uint8Array.of(1, 2, 255));
    assertEquals(await second, Uint8Array.of(4, 5, 6));
  },
);

gpuTest(
  "WebGpuBackend runs a program with buffers that change, in place and with an operand twice",
  async (backend) => {
    const [x, y, one, two] = [3, 3, 1, 1].map((length) => backend.allocate("f32", length));
    backend.write(x!, Float32Array.of(1, 2, 3));
    backend.write(one!, Float32Array.of(1));
    backend.write(two!, Float32Array.of(2));
    const double: Kernel = { ...increment, inputs: [increment.inputs[0]!, increment.inputs[0]!] };
    const program = backend.prepare(
      [[{ kernel: increment, inputs: [x!, 0], outputs: [x!] }], [{
        kernel: double,
        inputs: [x!, x!],
        outputs: [y!],
      }]],
      [{ dtype: "f32", length: 1 }],
    );
    const seen: unknown[] = [];
    for (const step of [one!, one!, two!]) {
      program.run([step]);
      seen.push(await backend.read(y!));
    }
    assertEquals(seen, [Float32Array.of(4, 6, 8), Float32Array.of(6, 8, 10), Float32Array.of(10, 12, 14)]);
    assertThrows(
      () => {
        backend.free(one!);
        program.run([one!]);
      },
      TypeError,
      "f32[1] after free",
    );
    program.release();
  },
);

gpuTest("WebGpuBackend shares pipelines among shapes, and gives back what it takes", async (backend) => {
  const run = async (length: number) => {
    const shape = [length];
    const kernel = {
      ...increment,
      shape,
      inputs: [{ dtype: "f32", shape }, { dtype: "f32", shape: [] }],
    } as Kernel;
    const [x, one, y] = [
      backend.allocate("f32", length),
      backend.allocate("f32", 1),
      backend.allocate("f32", length),
    ];
    backend.write(x, new Float32Array(length).fill(2));
    backend.write(one, Float32Array.of(1));
    backend.run(kernel, [x, one], [y]);
    assertEquals(await backend.read(y), new Float32Array(length).fill(3));
    for (const buffer of [x, one, y]) backend.free(buffer);
  };
  for (const length of [3, 500, 70_000]) await run(length);
  assertEquals(backend.pipelines, 1);
  assertEquals(backend.bytesInUse, 0);
});

gpuTest("WebGpuBackend computes more workgroups than one axis of a grid has", async (backend) => {
  const length = 65535 * 256 + 1000;
  const shape = [length];
  const program = scalarProgram(["u32"], (x) => [apply("addU32", x, x)]);
  const operand = backend.allocate("u8", length);
  backend.write(operand, new Uint8Array(length).fill(3));
  const result = backend.allocate("u32", length);
  const inputs = [{ dtype: "u8", shape }] as const;
  backend.run({ family: "map", program, shape, inputs, outputs: ["u32"] }, [operand], [result]);
  const values = await backend.read(result);
  assert(values.every((value) => value === 6));
});

gpuTest("WebGpuBackend finds buffers that are not its own, freed, or do not fit", async (backend) => {
  const [x, one, y] = [backend.allocate("f32", 3), backend.allocate("f32", 1), backend.allocate("f32", 3)];
  backend.free(x);
  assertThrows(() => backend.free(x), TypeError, "Cannot free: expected a buffer that is in use, got f32[3]");
  assertThrows(() => backend.run(increment, [x, one], [y]), TypeError, "f32[3] after free");
  await assertRejects(() => backend.read(x), TypeError, "after free");
  const again = backend.allocate("f32", 3);
  assertThrows(
    () => backend.run(increment, [again, again], [y]),
    RangeError,
    "operand 1 to be f32[1], got f32[3]",
  );
  assertThrows(() => backend.run(increment, [again, one], [again]), RangeError, "a buffer of its own");
  assertThrows(() => backend.write(y, new Float32Array(2)), RangeError, "expected f32[3], got f32[2]");
  const whole = backend.allocate("u8", 1024);
  assertThrows(() => backend.view(whole, 64, "f32", 3), RangeError, "a multiple of 256 bytes");
  const part = backend.view(whole, 256, "f32", 3);
  backend.free(whole);
  assertThrows(() => backend.write(part, new Float32Array(3)), TypeError, "after free");
  const other = await WebGpuBackend.create();
  assertThrows(() => other.free(y), TypeError, "of this backend");
  await other.close();
  await other.close();
  assertThrows(() => other.allocate("f32", 1), TypeError, "expected the webgpu backend open, got it closed");
});

gpuTest("WebGpuBackend says when there is no room", async (backend) => {
  backend.free(backend.allocate("f32", 200_000));
  const kept = backend.allocate("f32", 200_000);
  assertThrows(
    () => backend.allocate("f32", 100_000),
    OutOfMemoryError,
    `Cannot allocate 400000 bytes: expected room for them, got ${backend.bytesInUse} of ${
      2 ** 20
    } bytes in use`,
  );
  backend.free(kept);
  const unlimited = await WebGpuBackend.create();
  assertThrows(() => unlimited.allocate("u8", 2 ** 40), OutOfMemoryError, "the largest buffer of");
  await unlimited.close();
}, { bytes: 2 ** 20 });

const roundedByLargeSum: Kernel = {
  ...increment,
  program: scalarProgram(["f32"], (x) => [
    apply("subtract", apply("add", x, f32(12582912)), f32(12582912)),
  ]),
  inputs: increment.inputs.slice(0, 1),
};
const plain = { elementwise: "plain", contraction: "plain", flushes: false } as const;

/** Computes something that compilers like to shorten. */
async function shortened(backend: WebGpuBackend): Promise<HostArray> {
  const [x, y] = [backend.allocate("f32", 3), backend.allocate("f32", 3)];
  backend.write(x, Float32Array.of(1.2, 2.4, 3.6));
  backend.run(roundedByLargeSum, [x], [y]);
  return await backend.read(y);
}

gpuTest("WebGpuBackend shows no value of a pipeline that is not exact", async (backend) => {
  // Not every driver shortens it; what is exact is shown.
  try {
    assertEquals(await shortened(backend), Float32Array.of(1, 2, 4));
  } catch (error) {
    assert(error instanceof InexactKernelError, String(error));
    await assertRejects(() => shortened(backend), InexactKernelError, "Cannot compute exactly on");
  }
}, { mode: plain });

gpuTest("WebGpuBackend tells what is not exact where that is allowed", async (backend) => {
  const wrong = [...await shortened(backend)].join() !== "1,2,4";
  assertEquals(backend.inexact.length, wrong ? 1 : 0);
}, { mode: plain, allowInexact: true });

gpuTest(
  "WebGpuBackend reduces a map that is written over its operand where subnormals are detected",
  async (backend) => {
    const shape = [1, 35, 3];
    const map = {
      family: "map",
      program: scalarProgram(["f32"], (x) => [apply("add", apply("multiply", x, x), x)]),
      shape,
      inputs: [{ dtype: "f32", shape }],
      outputs: ["f32"],
    } as const;
    const kernel: Kernel = {
      family: "mapReduce",
      map,
      stored: [0],
      reductions: [{ of: 0, operation: "sum" }],
      outer: 1,
      terms: 35,
      inner: 3,
    };
    // Sums that meet subnormals, and products that are some.
    const values = Float32Array.from({ length: 105 }, (_, i) => (i % 7 - 3) * (i % 2 === 0 ? 1e-21 : 1e-39));
    const expected = [new Float32Array(105), new Float32Array(3)];
    runReference(kernel, [values], expected);
    const [x, sum] = [backend.allocate("f32", 105), backend.allocate("f32", 3)];
    backend.write(x, values);
    const program = backend.prepare([[{ kernel, inputs: [x], outputs: [x, sum] }]], []);
    program.run([]);
    assertEquals(await backend.read(x), expected[0]);
    assertEquals(await backend.read(sum), expected[1]);
    program.release();
  },
  { mode: { elementwise: "detect", contraction: "soft", flushes: true } },
);

for (const elementwise of ["both", "detect"] as const) {
  gpuTest(
    `WebGpuBackend puts the sources of large scatters in order, with the arithmetic "${elementwise}"`,
    async (backend) => {
      const kernel: Kernel = { family: "scatter", batch: 3, size: 40_000, count: 600, slice: 2 };
      const random = new CaseRandom("order");
      const indices = {
        "a few": words(random, 1800).map((word, i) => i % 5 === 0 ? word : word % 7),
        "all the same": new Uint32Array(1800).fill(39_999),
        "all past the end": new Uint32Array(1800).fill(40_000),
      };
      const { cases, failures } = await runConformance(backend, {
        cases: Object.entries(indices).map(([name, index]) => ({
          name: `scatter ${name}`,
          kernel,
          inputs: [floats(random, 240_000, "mixed"), index, floats(random, 3600, "subnormal")],
        })),
      });
      assertEquals([cases, failures], [3, []]);
    },
    { mode: { elementwise, contraction: "soft", flushes: elementwise === "detect" } },
  );
}
