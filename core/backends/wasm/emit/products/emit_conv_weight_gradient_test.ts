import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ModuleBuilder } from "../../../../assembler/module_builder.ts";
import {
  convWeightGradientFamily,
  type ConvWeightGradientKernel,
} from "../../../../kernels/conv_weight_gradient.ts";
import { convGeometry, convWeightGradientCases } from "../../../conformance/conv_cases.ts";
import { anyConvGeometry } from "./_random_geometry.ts";
import { assertEmitted, type Flavour, floats, runEmitted } from "../_run_emitted.ts";
import { emitConvWeightGradient } from "./emit_conv_weight_gradient.ts";

function check(geometry: ConvWeightGradientKernel["geometry"], flavour: Flavour): void {
  const kernel: ConvWeightGradientKernel = { family: "convWeightGradient", geometry };
  const inputs = convWeightGradientFamily.inputs(kernel).map(({ length }, i) => floats(length, flavour, i));
  assertEmitted(emitConvWeightGradient, convWeightGradientFamily, kernel, inputs, true);
}

const phases = (geometry: ConvWeightGradientKernel["geometry"]) =>
  emitConvWeightGradient({ family: "convWeightGradient", geometry }, new ModuleBuilder(1)).phases.map((
    { name },
  ) => name);

const same = (padding: number) => [padding, padding, padding, padding] as const;

Deno.test("emitConvWeightGradient sums a worked example", () => {
  const geometry = convGeometry({ x: [1, 3, 3, 1], w: [2, 2, 1] });
  const inputs = [Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), Float32Array.of(1, 10, 100, 1000)];
  const kernel: ConvWeightGradientKernel = { family: "convWeightGradient", geometry };
  const [gradient] = runEmitted(emitConvWeightGradient, convWeightGradientFamily, kernel, inputs);
  assertEquals([...gradient!], [5421, 6532, 8754, 9865]);
});

for (const { name, kernel, inputs } of convWeightGradientCases()) {
  if (kernel.family !== "convWeightGradient") continue;
  Deno.test(`emitConvWeightGradient: ${name}`, () => {
    assertEmitted(emitConvWeightGradient, convWeightGradientFamily, kernel, inputs, true);
  });
}

Deno.test("emitConvWeightGradient shares blocks where there are many", () => {
  const rows = convGeometry({ x: [3, 28, 28, 1], w: [5, 5, 6], padding: same(2) });
  assertEquals(phases(rows), ["block_sums", "add_blocks"]);
  check(rows, "small");
  const images = convGeometry({ x: [17, 14, 14, 6], w: [5, 5, 16] });
  assertEquals(phases(images), ["block_sums", "add_blocks"]);
  check(images, "small");
});

Deno.test("emitConvWeightGradient shares weights where blocks are few or their sums large", () => {
  const few = convGeometry({ x: [2, 7, 7, 40], w: [3, 3, 50], padding: same(1) });
  assertEquals(phases(few), ["pad_images", "slices"]);
  check(few, "small");
  const large = convGeometry({ x: [9, 17, 17, 120], w: [3, 3, 300] });
  assertEquals(phases(large), ["slices"]);
  const wide = convGeometry({ x: [1, 12, 50, 20], w: [5, 5, 290], padding: same(2) });
  check(wide, "special");
});

for (const outputs of ["small", "images", "rows", "columns"] as const) {
  Deno.test(`emitConvWeightGradient gives the reference's bits for any geometry: ${outputs}`, () => {
    fc.assert(
      fc.property(
        anyConvGeometry(outputs),
        fc.constantFrom<Flavour>("small", "special", "zeros", "ties"),
        (geometry, flavour) => check(geometry, flavour),
      ),
      { seed: 13, numRuns: outputs === "small" ? 100 : 10 },
    );
  });
}
