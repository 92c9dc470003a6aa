import { assert, assertEquals } from "@std/assert";
import type { Kernel } from "../../../../kernels/kernel.ts";
import { gpuTest } from "../../../../testing/graphics.ts";
import type { ConformanceCase } from "../../../conformance/conformance_case.ts";
import { patternCase } from "../../../conformance/conformance_case.ts";
import { convGeometry } from "../../../conformance/conv_cases.ts";
import { runConformance } from "../../../conformance/mod.ts";
import { CaseRandom } from "../../../conformance/values.ts";
import type { ExactMode } from "../../gpu_kernel.ts";
import { planProduct } from "./tile_form.ts";

const product = (batch: number, m: number, k: number, n: number, transposeA = false, transposeB = false) =>
  ({ family: "matmul", batch, m, k, n, transposeA, transposeB }) as const;
const same = [1, 1, 1, 1] as const;

/** One kernel for each tile, in one workgroup and with blocks side by side. The suite's own are too small for most. */
const KERNELS: Readonly<Record<string, Kernel>> = {
  "128x128": product(1, 2600, 3, 2650),
  "128x32": product(3, 12000, 5, 31, true, true),
  "64x64": product(1, 1000, 270, 1100, false, true),
  "64x64, side by side": product(1, 300, 1300, 310, true),
  "64x16": product(1, 6300, 30, 12),
  "16x64": product(1, 13, 300, 3000),
  "256x8": product(1, 100_000, 10, 7),
  "32x8": product(1, 150, 300, 5, true, true),
  "32x8, side by side": product(1, 70, 1300, 6, true),
  "few channels": {
    family: "conv",
    geometry: convGeometry({ x: [9, 30, 31, 5], w: [3, 3, 6], padding: same }),
  },
  "holes and few channels": {
    family: "conv",
    geometry: convGeometry({ x: [2, 20, 21, 12], w: [3, 3, 12], groups: 2, holes: [2, 2], padding: same }),
  },
  "few columns of weights": {
    family: "convWeightGradient",
    geometry: convGeometry({ x: [5, 40, 41, 3], w: [3, 3, 6], padding: same }),
  },
  "a thread for each": {
    family: "conv",
    geometry: convGeometry({ x: [2, 30, 31, 40], w: [3, 3, 40], groups: 40, padding: same }),
  },
  "holes": {
    family: "conv",
    geometry: convGeometry({ x: [2, 20, 21, 70], w: [3, 3, 70], holes: [2, 2], padding: same }),
  },
  "few weights": {
    family: "convWeightGradient",
    geometry: convGeometry({ x: [5, 40, 41, 3], w: [3, 3, 9], padding: same }),
  },
  "few weights, each for itself": {
    family: "convWeightGradient",
    geometry: convGeometry({ x: [3, 40, 41, 50], w: [3, 3, 50], groups: 50, padding: same }),
  },
};

Deno.test("the kernels of this test have the forms that they are meant to have", () => {
  for (const [title, kernel] of Object.entries(KERNELS)) {
    if (kernel.family !== "matmul") continue;
    const size = {
      planes: kernel.batch,
      rows: kernel.m,
      columns: kernel.n,
      blocks: Math.ceil(kernel.k / 256),
    };
    const { form, together } = planProduct(size, { invocations: 256, sharedBytes: 32768 }, false);
    const split = together === undefined ? "" : ", side by side";
    assertEquals(`${form.rows}x${form.columns}${split}`, title);
  }
});

const DETECT: ExactMode = { contraction: "product", elementwise: "detect", flushes: true };
const BOTH: ExactMode = { contraction: "both", elementwise: "both", flushes: false };

for (
  const [name, mode] of [["as the probe chose", undefined], ["with detection", DETECT], [
    "with all opaque",
    BOTH,
  ]] as const
) {
  gpuTest(`products of all forms have the reference's bits, ${name}`, async (backend) => {
    const cases = Object.entries(KERNELS)
      .filter(([title]) => mode === undefined || title !== "128x128") // slow
      .map(([title, kernel]) => patternCase(title, kernel, "mixed"));
    const { failures } = await runConformance(backend, { cases });
    assertEquals(failures, []);
  }, mode === undefined ? {} : { mode });
}

/** Normal operands whose products, or sums of products, are subnormal. */
function* tinyCases(columns: number): Iterable<ConformanceCase> {
  const random = new CaseRandom("tiny");
  const kernel = product(1, 40, 300, columns);
  const scaled = (length: number, exponents: readonly number[]) =>
    Float32Array.from(
      { length },
      () => random.normal() * 2 ** exponents[random.below(exponents.length)]!,
    );
  for (const [a, b] of [[-60, -70], [-100, -20], [-51, -51], [0, -126], [-40, -60]] as const) {
    yield {
      name: `products of 2^${a} and 2^${b}, ${columns} columns`,
      kernel,
      inputs: [scaled(40 * 300, [a, a - 3]), scaled(300 * columns, [b])],
    };
  }
  // Terms in pairs, the second almost minus the first.
  const left = new Float32Array(40 * 300);
  for (let i = 0; i < left.length; i += 2) {
    left[i] = random.normal() * 2 ** -55;
    left[i + 1] = -left[i]! * (1 + random.below(3) * 2 ** -22);
  }
  const right = new Float32Array(300 * columns);
  for (let k = 0; k < 300; k += 2) {
    for (let j = 0; j < columns; j++) {
      right[k * columns + j] = right[(k + 1) * columns + j] = random.normal() * 2 ** -55;
    }
  }
  yield { name: `sums that cancel, ${columns} columns`, kernel, inputs: [left, right] };
}

// Where the driver takes subnormals for zeros this fails if a tile is not flagged; elsewhere it is as good as any other.
for (const mode of [undefined, DETECT]) {
  gpuTest(
    `small products and sums have the reference's bits${mode ? ", with detection" : ""}`,
    async (backend) => {
      for (const columns of [50, 7]) {
        const { failures, cases } = await runConformance(backend, { cases: tinyCases(columns) });
        assertEquals(failures, []);
        assert(cases === 6);
      }
    },
    mode ? { mode } : {},
  );
}
