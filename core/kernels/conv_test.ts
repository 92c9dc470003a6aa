import { assertEquals, assertThrows } from "@std/assert";
import { convCases, convGeometry } from "../backends/conformance/conv_cases.ts";
import { CaseRandom, floats } from "../backends/conformance/values.ts";
import { contractionBlocks } from "../numerics/contraction_blocks.ts";
import { convTerms, dot, smallIntegers } from "./_conv_testing.ts";
import { assertSameBits, assertWithin, runKernel } from "./_testing.ts";
import type { ConvGeometry, ConvKernel } from "./conv.ts";

const conv = (geometry: ConvGeometry): ConvKernel => ({ family: "conv", geometry });

Deno.test("conv slides a kernel without flipping it", () => {
  const geometry = convGeometry({ x: [1, 1, 4, 1], w: [1, 3, 1], padding: [0, 0, 1, 1] });
  const [y] = runKernel(conv(geometry), [Float32Array.of(1, 2, 3, 4), Float32Array.of(100, 10, 1)]);
  assertEquals(y, Float32Array.of(12, 123, 234, 340));
});

Deno.test("conv keeps groups, channels and taps apart", () => {
  const geometry = convGeometry({ x: [1, 1, 2, 4], w: [1, 1, 2], groups: 2 });
  const x = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const w = Float32Array.of(1, 10, 100, 1000); // [1, 1, 2, 2]: row = channel of the group, column = output channel
  const [y] = runKernel(conv(geometry), [x, w]);
  assertEquals(y, Float32Array.of(1 + 200, 30 + 4000, 5 + 600, 70 + 8000));
});

Deno.test("conv takes padding as a real +0 and leaves holes out", () => {
  const infinite = Float32Array.of(Infinity, 1);
  const x = Float32Array.of(5, 6);
  const padded = convGeometry({ x: [1, 1, 2, 1], w: [1, 2, 1], padding: [0, 0, 1, 0] });
  assertSameBits(runKernel(conv(padded), [x, infinite])[0]!, [NaN, Infinity], "padding");
  const holes = convGeometry({ x: [1, 1, 2, 1], w: [1, 2, 1], holes: [1, 2] }); // the grid 5 . 6
  assertSameBits(runKernel(conv(holes), [x, infinite])[0]!, [Infinity, 6], "holes");
  // Off the rows is padding, even between the columns.
  const both = convGeometry({ x: [1, 1, 2, 1], w: [1, 1, 1], holes: [1, 2], padding: [1, 0, 0, 0] });
  const expected = [NaN, NaN, NaN, -Infinity, 0, -Infinity];
  assertSameBits(runKernel(conv(both), [x, Float32Array.of(-Infinity)])[0]!, expected, "padding and holes");
});

Deno.test("conv cuts its contraction by rows of taps when a row fits a block", () => {
  // 3 taps of 100 channels, two taps to a block: the last tap's 1 + 1 is seen, the second's is lost.
  const geometry = convGeometry({ x: [1, 1, 3, 100], w: [1, 3, 1] });
  const sum = (terms: Readonly<Record<number, number>>) => {
    const x = new Float32Array(300);
    for (const i in terms) x[i] = terms[i]!;
    return runKernel(conv(geometry), [x, new Float32Array(300).fill(1)])[0]![0];
  };
  assertEquals(sum({ 0: 2 ** 24, 198: 1, 199: 1 }), 2 ** 24);
  assertEquals(sum({ 0: 2 ** 24, 200: 1, 201: 1 }), 2 ** 24 + 2);
});

Deno.test("conv has the bits of the definition, element by element", () => {
  for (const { name, kernel, inputs } of convCases()) {
    const { geometry } = kernel as ConvKernel;
    const { groups, inputChannels, outputChannels, kernelHeight, kernelWidth } = geometry;
    const [x, w] = inputs as [Float32Array, Float32Array];
    const blocks = contractionBlocks([kernelHeight, kernelWidth, inputChannels / groups]);
    const expected: number[] = [];
    for (const { values, group } of convTerms(geometry, x)) {
      for (let j = 0; j < outputChannels / groups; j++) {
        const column = group * (outputChannels / groups) + j;
        expected.push(dot(blocks, (t) => values[t], (t) => w[t * outputChannels + column]!));
      }
    }
    assertSameBits(runKernel(kernel, inputs)[0]!, expected, name);
  }
});

Deno.test("conv equals the product of its im2col matrix with the weights", () => {
  for (const { name, kernel, inputs } of convCases()) {
    const { geometry } = kernel as ConvKernel;
    const { groups, holesHeight, holesWidth, outputChannels, kernelHeight, kernelWidth } = geometry;
    const k = kernelHeight * kernelWidth * geometry.inputChannels;
    // Where both families cut the contraction alike, and no term is absent.
    const oneBlock = k <= 256 || kernelHeight * kernelWidth === 1;
    if (groups > 1 || holesHeight > 1 || holesWidth > 1 || !oneBlock) continue;
    const rows = [...convTerms(geometry, inputs[0] as Float32Array)].map(({ values }) => values as number[]);
    const [y] = runKernel({
      family: "matmul",
      batch: 1,
      m: rows.length,
      k,
      n: outputChannels,
      transposeA: false,
      transposeB: false,
    }, [Float32Array.from(rows.flat()), inputs[1]!]);
    assertSameBits(runKernel(kernel, inputs)[0]!, y!, name);
  }
});

Deno.test("conv over a grid with holes and rotated weights is the adjoint of conv with that stride", () => {
  const forward = convGeometry({ x: [2, 7, 8, 3], w: [3, 2, 5], stride: [2, 3], padding: [1, 0, 1, 1] });
  const random = new CaseRandom("adjoint");
  const x = smallIntegers(random, 2 * 7 * 8 * 3);
  const w = smallIntegers(random, 3 * 2 * 3 * 5);
  const [y] = runKernel(conv(forward), [x, w]) as [Float32Array];
  const g = smallIntegers(random, y.length);
  const rotated = new Float32Array(w.length); // [3, 2, 5, 3]
  for (let tap = 0; tap < 6; tap++) {
    for (let c = 0; c < 3; c++) {
      for (let o = 0; o < 5; o++) rotated[((5 - tap) * 5 + o) * 3 + c] = w[(tap * 3 + c) * 5 + o]!;
    }
  }
  const backward: ConvGeometry = {
    ...forward,
    inputHeight: forward.outputHeight,
    inputWidth: forward.outputWidth,
    inputChannels: 5,
    outputHeight: 7,
    outputWidth: 8,
    outputChannels: 3,
    strideHeight: 1,
    strideWidth: 1,
    paddingTop: 3 - 1 - forward.paddingTop,
    paddingLeft: 2 - 1 - forward.paddingLeft,
    holesHeight: 2,
    holesWidth: 3,
  };
  const [dx] = runKernel(conv(backward), [g, rotated]) as [Float32Array];
  const inner = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  assertEquals(inner(x, dx), inner(y, g)); // small integers: every sum is exact
});

Deno.test("conv stays within the error bound of its order", () => {
  const geometry = convGeometry({ x: [1, 6, 6, 100], w: [3, 3, 4], padding: [1, 1, 1, 1] });
  const random = new CaseRandom("bound");
  const x = floats(random, 3600, "normal");
  const w = floats(random, 3600, "normal");
  const exact: number[] = [];
  const magnitude: number[] = [];
  for (const { values } of convTerms(geometry, x)) {
    for (let j = 0; j < 4; j++) {
      const terms = (values as number[]).map((value, t) => value * w[t * 4 + j]!);
      exact.push(terms.reduce((sum, term) => sum + term, 0));
      magnitude.push(terms.reduce((sum, term) => sum + Math.abs(term), 0));
    }
  }
  // A term takes part in one product, at most 200 sums in its block (two taps) and 6 sums of blocks.
  const [y] = runKernel(conv(geometry), [x, w]);
  assertWithin(y!, exact, (i) => 207 * 2 ** -24 * 1.001 * magnitude[i]!, "convolution");
});

Deno.test("conv refuses geometries that do not fit together", () => {
  const good = convGeometry({ x: [1, 5, 5, 4], w: [3, 3, 6] });
  const refuses = (change: Partial<ConvGeometry>, message: string) =>
    assertThrows(() => runKernel(conv({ ...good, ...change }), []), RangeError, message);
  refuses(
    { groups: 3 },
    "expected groups to divide the channels, got 3 groups of 4 input and 6 output channels",
  );
  refuses({ groups: 4 }, "expected groups to divide the channels");
  refuses({ groups: 0 }, "expected groups to be an integer of 1 to");
  refuses({ strideHeight: 0 }, "expected strideHeight");
  refuses({ dilationWidth: 0 }, "expected dilationWidth");
  refuses({ holesHeight: 0.5 }, "expected holesHeight");
  refuses({ paddingLeft: 1.5 }, "expected paddingLeft");
  refuses({ batch: -1 }, "expected batch");
  refuses({ outputWidth: Infinity }, "expected outputWidth");
});
