import { assertEquals, assertThrows } from "@std/assert";
import { convGeometry, convWeightGradientCases } from "../backends/conformance/conv_cases.ts";
import { CaseRandom } from "../backends/conformance/values.ts";
import { contractionBlocks } from "../numerics/contraction_blocks.ts";
import { convTerms, dot, smallIntegers } from "./_conv_testing.ts";
import { assertSameBits, runKernel } from "./_testing.ts";
import type { ConvWeightGradientKernel } from "./conv_weight_gradient.ts";

Deno.test("convWeightGradient correlates the input with the gradient of the output", () => {
  const geometry = convGeometry({ x: [1, 1, 4, 1], w: [1, 3, 1], padding: [0, 0, 1, 1] });
  const [dw] = runKernel({ family: "convWeightGradient", geometry }, [
    Float32Array.of(1, 2, 3, 4),
    Float32Array.of(1000, 100, 10, 1),
  ]);
  assertEquals(dw, Float32Array.of(123, 1234, 2340));
});

Deno.test("convWeightGradient is the derivative of conv by the weights", () => {
  const geometry = convGeometry({
    x: [2, 7, 8, 6],
    w: [3, 2, 4],
    groups: 2,
    stride: [2, 1],
    padding: [1, 0, 1, 1],
  });
  const random = new CaseRandom("derivative");
  const x = smallIntegers(random, 2 * 7 * 8 * 6);
  const w = smallIntegers(random, 3 * 2 * 3 * 4);
  const [y] = runKernel({ family: "conv", geometry }, [x, w]) as [Float32Array];
  const g = smallIntegers(random, y.length);
  const [dw] = runKernel({ family: "convWeightGradient", geometry }, [x, g]) as [Float32Array];
  const inner = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  assertEquals(inner(w, dw), inner(y, g)); // conv is linear in w; small integers are exact
});

Deno.test("convWeightGradient cuts the positions by rows", () => {
  // Two images of 2 rows of 100: blocks of 2 rows, so 200 positions, restarting for each image.
  const geometry = convGeometry({ x: [2, 2, 100, 1], w: [1, 1, 1] });
  const sum = (terms: Readonly<Record<number, number>>) => {
    const x = new Float32Array(400);
    for (const i in terms) x[i] = terms[i]!;
    return runKernel({ family: "convWeightGradient", geometry }, [x, new Float32Array(400).fill(1)])[0]![0];
  };
  assertEquals(sum({ 0: 2 ** 24, 198: 1, 199: 1 }), 2 ** 24);
  assertEquals(sum({ 0: 2 ** 24, 200: 1, 201: 1 }), 2 ** 24 + 2);
});

Deno.test("convWeightGradient has the bits of the definition, element by element", () => {
  for (const { name, kernel, inputs } of convWeightGradientCases()) {
    const { geometry } = kernel as ConvWeightGradientKernel;
    const { batch, outputHeight, outputWidth, outputChannels, groups } = geometry;
    const [x, g] = inputs as [Float32Array, Float32Array];
    const blocks = contractionBlocks([batch, outputHeight, outputWidth]);
    const terms = [...convTerms(geometry, x)];
    const weights = geometry.kernelHeight * geometry.kernelWidth * (geometry.inputChannels / groups);
    const expected: number[] = [];
    for (let weight = 0; weight < weights; weight++) {
      for (let o = 0; o < outputChannels; o++) {
        const group = Math.floor(o / (outputChannels / groups));
        expected.push(dot(
          blocks,
          (position) => terms[position * groups + group]!.values[weight],
          (position) => g[position * outputChannels + o]!,
        ));
      }
    }
    assertSameBits(runKernel(kernel, inputs)[0]!, expected, name);
  }
});

Deno.test("convWeightGradient refuses geometries that do not fit together", () => {
  const geometry = { ...convGeometry({ x: [1, 5, 5, 4], w: [3, 3, 6] }), groups: 5 };
  assertThrows(
    () => runKernel({ family: "convWeightGradient", geometry }, []),
    RangeError,
    "Cannot compute the gradient of a convolution's weights: expected groups to divide the channels",
  );
});
