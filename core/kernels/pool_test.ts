import { assertEquals, assertThrows } from "@std/assert";
import { poolCases } from "../backends/conformance/pool_cases.ts";
import { assertSameBits, runKernel, smallCases } from "./_testing.ts";
import type { PoolKernel } from "./pool.ts";

const { fround } = Math;

const row: PoolKernel = {
  family: "pool",
  operation: "max",
  batch: 1,
  height: 1,
  width: 5,
  channels: 1,
  outputHeight: 1,
  outputWidth: 3,
  windowHeight: 1,
  windowWidth: 3,
  strideHeight: 1,
  strideWidth: 2,
  paddingTop: 0,
  paddingLeft: 1,
};

/** The positions in the window of one output, row-major, undefined in the padding. */
function windowOf(
  k: PoolKernel,
  image: number,
  oy: number,
  ox: number,
  channel: number,
): (number | undefined)[] {
  return Array.from({ length: k.windowHeight * k.windowWidth }, (_, i) => {
    const y = oy * k.strideHeight - k.paddingTop + Math.floor(i / k.windowWidth);
    const x = ox * k.strideWidth - k.paddingLeft + i % k.windowWidth;
    if (y < 0 || y >= k.height || x < 0 || x >= k.width) return undefined;
    return ((image * k.height + y) * k.width + x) * k.channels + channel;
  });
}

/** Every output of a kernel with its window, row-major over [batch, output row, output column, channel]. */
function* windows(k: PoolKernel): Iterable<{ image: number; window: (number | undefined)[] }> {
  for (let image = 0; image < k.batch; image++) {
    for (let oy = 0; oy < k.outputHeight; oy++) {
      for (let ox = 0; ox < k.outputWidth; ox++) {
        for (let channel = 0; channel < k.channels; channel++) {
          yield { image, window: windowOf(k, image, oy, ox, channel) };
        }
      }
    }
  }
}

Deno.test("pool max finds the first largest and its position in the image; padding takes no part", () => {
  const [values, positions] = runKernel(row, [Float32Array.of(-3, -1, -2, -2, -5)]);
  assertEquals(values, Float32Array.of(-1, -1, -2));
  assertEquals(positions, Uint32Array.of(1, 1, 3));
  const images = { ...row, batch: 2, channels: 2, width: 2, outputWidth: 1, paddingLeft: 0 };
  const [best, at] = runKernel(images, [Float32Array.of(1, 8, 2, 7, 3, -0, 0, 0)]);
  assertEquals([best, at], [Float32Array.of(2, 8, 3, 0), Uint32Array.of(2, 1, 0, 3)]);
});

Deno.test("pool sum takes padding as +0", () => {
  const [sums] = runKernel({ ...row, operation: "sum" }, [Float32Array.of(1, 2, 3, 4, 5)]);
  assertEquals(sums, Float32Array.of(3, 9, 9));
  const outside = { ...row, operation: "sum", paddingLeft: 3, outputWidth: 1 } as const;
  assertEquals(runKernel(outside, [new Float32Array(5).fill(7)]), [Float32Array.of(0)]);
});

Deno.test("pool sumGradient adds the windows in ascending order, from +0", () => {
  const [gradient] = runKernel({ ...row, operation: "sumGradient" }, [Float32Array.of(1, 2, 4)]);
  assertEquals(gradient, Float32Array.of(1, 3, 2, 6, 4));
  const overlapping: PoolKernel = {
    ...row,
    operation: "sumGradient",
    strideWidth: 1,
    width: 3,
    outputWidth: 3,
  };
  const [ordered] = runKernel(overlapping, [Float32Array.of(2 ** 24, 1, -(2 ** 24))]);
  assertEquals(ordered![1], 0); // (2^24 + 1) - 2^24; another order gives 1
  const [zeros] = runKernel({ ...row, operation: "sumGradient" }, [Float32Array.of(-0, -0, -0)]);
  assertEquals(zeros, new Float32Array(5));
});

Deno.test("pool has the bits of the definition", () => {
  for (const { name, kernel, inputs } of smallCases(poolCases(), 20_000)) {
    const pool = kernel as PoolKernel;
    const x = inputs[0] as Float32Array;
    const [result, positions] = runKernel(kernel, inputs);
    if (pool.operation === "sumGradient") {
      const gradient = new Float32Array(result!.length);
      let i = 0;
      for (const { window } of windows(pool)) {
        for (const at of window) if (at !== undefined) gradient[at] = fround(gradient[at]! + x[i]!);
        i++;
      }
      assertSameBits(result!, gradient, name);
      continue;
    }
    // The sum of a window is the sum of its values, and the maximum that of those inside: by the reduce family.
    const expected: number[] = [];
    const expectedPositions: number[] = [];
    for (const { image, window } of windows(pool)) {
      const places = pool.operation === "sum" ? window : window.filter((at) => at !== undefined);
      const values = Float32Array.from(places, (at) => at === undefined ? 0 : x[at]!);
      const reduce = { family: "reduce", shape: [values.length], axes: [0] } as const;
      expected.push(runKernel({ ...reduce, operation: pool.operation }, [values])[0]![0]!);
      if (pool.operation === "sum") continue;
      const first = runKernel({ ...reduce, operation: "argmax" }, [values])[0]![0]!;
      expectedPositions.push(places[first]! - image * pool.height * pool.width * pool.channels);
    }
    assertSameBits(result!, expected, name);
    if (positions !== undefined) assertSameBits(positions, expectedPositions, name);
  }
});

Deno.test("pool refuses maxima of padding alone and sizes that are none", () => {
  const refuses = (change: Partial<PoolKernel>, message: string) =>
    assertThrows(() => runKernel({ ...row, ...change }, []), RangeError, message);
  refuses({ paddingLeft: 3 }, "expected every window to contain an input, got windows of [1, 3]");
  refuses({ outputWidth: 4 }, "expected every window to contain an input");
  refuses({ paddingTop: -1 }, "expected every window to contain an input");
  refuses({ width: 0 }, "expected every window to contain an input");
  refuses({ windowWidth: 0 }, "expected windowWidth to be an integer of 1 to");
  refuses({ strideHeight: 0.5 }, "expected strideHeight");
  refuses({ channels: -1 }, "expected channels");
});
