import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { convFamily, type ConvKernel } from "../../../../kernels/conv.ts";
import { convCases, convGeometry } from "../../../conformance/conv_cases.ts";
import { anyConvGeometry } from "./_random_geometry.ts";
import { assertEmitted, type Flavour, floats, runEmitted } from "../_run_emitted.ts";
import { convPlan } from "./conv_plan.ts";
import { emitConv } from "./emit_conv.ts";

function check(kernel: ConvKernel, flavour: Flavour): void {
  const inputs = convFamily.inputs(kernel).map(({ length }, i) => floats(length, flavour, i));
  assertEmitted(emitConv, convFamily, kernel, inputs, true);
}

const same = (padding: number) => [padding, padding, padding, padding] as const;

Deno.test("emitConv convolves a worked example", () => {
  const geometry = convGeometry({ x: [1, 3, 3, 1], w: [2, 2, 1], padding: [0, 1, 0, 1] });
  const inputs = [Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), Float32Array.of(1, 10, 100, 1000)];
  const [y] = runEmitted(emitConv, convFamily, { family: "conv", geometry }, inputs);
  assertEquals([...y!], [5421, 6532, 603, 8754, 9865, 906, 87, 98, 9]);
});

for (const { name, kernel, inputs } of convCases()) {
  if (kernel.family !== "conv") continue;
  Deno.test(`emitConv: ${name}`, () => assertEmitted(emitConv, convFamily, kernel, inputs, true));
}

Deno.test("emitConv packs wide weights", () => {
  for (
    const geometry of [
      convGeometry({ x: [2, 5, 6, 4], w: [3, 3, 277], padding: same(1) }),
      convGeometry({ x: [1, 4, 5, 60], w: [3, 3, 258], padding: same(1) }),
      convGeometry({ x: [1, 4, 5, 12], w: [2, 3, 262], padding: same(1), groups: 2 }),
      convGeometry({ x: [1, 4, 3, 6], w: [3, 2, 260], padding: same(1), holes: [2, 2] }),
    ]
  ) {
    check({ family: "conv", geometry }, "small");
    check({ family: "conv", geometry }, "special");
  }
});

Deno.test("emitConv cuts images into bands", () => {
  const wide = convGeometry({ x: [1, 11, 120, 64], w: [3, 3, 8], padding: same(1) });
  check({ family: "conv", geometry: wide }, "small");
  const up = convGeometry({ x: [2, 9, 5, 3], w: [3, 3, 4], padding: same(1), holes: [2, 3], stride: [1, 2] });
  check({ family: "conv", geometry: up }, "special");
});

Deno.test("emitConv leaves out kernel rows in the padding, but not what infinite weights do there", () => {
  for (
    const geometry of [
      convGeometry({ x: [2, 10, 10, 16], w: [5, 5, 6], padding: same(4) }),
      // Padding on one side, outputs that read nothing else, more kernel rows than inputs.
      convGeometry({ x: [3, 7, 8, 9], w: [3, 3, 5], padding: [0, 9, 1, 0] }),
      convGeometry({ x: [3, 7, 8, 9], w: [2, 3, 5], padding: [6, 0, 1, 1] }),
      convGeometry({ x: [4, 2, 9, 6], w: [7, 3, 5], padding: same(5) }),
      // Blocks of single kernel rows, of parts of them, and of some channels.
      convGeometry({ x: [4, 4, 6, 90], w: [3, 2, 5], padding: same(2) }),
      convGeometry({ x: [4, 4, 6, 257], w: [3, 2, 5], padding: same(2) }),
      convGeometry({ x: [2, 9, 9, 18], w: [3, 3, 20], padding: same(2), groups: 2 }),
      convGeometry({ x: [4, 9, 9, 6], w: [4, 3, 5], padding: same(3), stride: [2, 1] }),
      convGeometry({ x: [4, 6, 7, 12], w: [4, 4, 5], padding: same(3), holes: [2, 2] }),
      convGeometry({ x: [8, 6, 7, 12], w: [5, 4, 5], padding: same(4), stride: [2, 1], holes: [3, 2] }),
      convGeometry({ x: [2, 8, 9, 6], w: [3, 3, 260], padding: same(2) }),
    ]
  ) {
    assert(convPlan(geometry).skippedHeight !== undefined, JSON.stringify(geometry));
    for (const flavour of ["small", "special", "zeros"] as const) {
      check({ family: "conv", geometry }, flavour);
    }
  }
  const few = convGeometry({ x: [64, 56, 56, 16], w: [3, 3, 6], padding: same(1) });
  const short = convGeometry({ x: [64, 9, 9, 1], w: [5, 5, 6], padding: same(4) });
  for (const geometry of [few, short]) assertEquals(convPlan(geometry).skippedHeight, undefined);
});

for (const outputs of ["small", "rows"] as const) {
  Deno.test(`emitConv gives the reference's bits for any geometry: ${outputs}`, () => {
    fc.assert(
      fc.property(
        anyConvGeometry(outputs),
        fc.constantFrom<Flavour>("small", "special", "zeros", "ties"),
        (geometry, flavour) => check({ family: "conv", geometry }, flavour),
      ),
      { seed: 11, numRuns: outputs === "small" ? 100 : 10 },
    );
  });
}
