import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { poolFamily, type PoolKernel } from "../../../../kernels/pool.ts";
import { assertEmitted, type Flavour, floats, runEmitted } from "../_run_emitted.ts";
import { emitPool } from "./emit_pool.ts";

type Geometry = Omit<PoolKernel, "family" | "operation">;

const FLAVOURS: Flavour[] = ["small", "special", "ties", "zeros"];

/** [batch, height, width, channels], window, stride and padding, with as many outputs as fit unless given. */
function geometry(
  [batch, height, width, channels]: [number, number, number, number],
  [windowHeight, windowWidth]: [number, number],
  [strideHeight, strideWidth]: [number, number] = [windowHeight, windowWidth],
  [paddingTop, paddingLeft, paddingBottom, paddingRight]: [number, number, number, number] = [0, 0, 0, 0],
): Geometry {
  const outputHeight = Math.floor((height + paddingTop + paddingBottom - windowHeight) / strideHeight) + 1;
  const outputWidth = Math.floor((width + paddingLeft + paddingRight - windowWidth) / strideWidth) + 1;
  return {
    batch,
    height,
    width,
    channels,
    outputHeight,
    outputWidth,
    windowHeight,
    windowWidth,
    strideHeight,
    strideWidth,
    paddingTop: paddingTop,
    paddingLeft: paddingLeft,
  };
}

function check(shape: Geometry, flavours = FLAVOURS): void {
  for (const operation of ["max", "sum", "sumGradient"] as const) {
    const kernel: PoolKernel = { family: "pool", operation, ...shape };
    const { length } = poolFamily.inputs(kernel)[0]!;
    flavours.forEach((flavour, seed) =>
      assertEmitted(emitPool, poolFamily, kernel, [floats(length, flavour, seed)], operation !== "max")
    );
  }
}

Deno.test("emitPool takes every number of channels", () => {
  for (const channels of [1, 2, 3, 4, 5, 6, 7, 8, 12, 15, 16, 17, 18, 20, 21, 33]) {
    check(geometry([2, 4, 6, channels], [2, 2]));
    check(geometry([1, 5, 4, channels], [3, 3], [1, 2], [1, 1, 1, 1]), ["small", "special"]);
    check(geometry([1, 6, 6, channels], [5, 4], [2, 3], [2, 1, 2, 1]), ["small", "special"]);
  }
});

Deno.test("emitPool takes the windows of known networks", () => {
  check(geometry([3, 28, 28, 6], [2, 2]), ["ties"]);
  check(geometry([3, 10, 10, 16], [2, 2]), ["special"]);
  check(geometry([1, 13, 13, 8], [3, 3], [2, 2]), ["small"]);
  check(geometry([1, 14, 14, 8], [3, 3], [2, 2], [1, 1, 0, 0]), ["small", "special"]);
  check(geometry([1, 7, 7, 10], [7, 7]), ["small", "special"]);
});

Deno.test("emitPool takes windows of several blocks, negative padding, gaps and leftovers", () => {
  check(geometry([1, 40, 40, 3], [33, 35], [3, 5], [1, 0, 0, 0]), ["small"]);
  check(geometry([1, 33, 32, 2], [33, 32]), ["small", "special"]);
  check(geometry([1, 32, 32, 5], [32, 32]), ["small"]);
  check(geometry([2, 9, 9, 4], [2, 2], [2, 2], [-1, -2, 0, 0]), ["small"]);
  check(geometry([2, 9, 8, 4], [2, 1], [4, 3]), ["small"]);
  check(geometry([2, 9, 9, 5], [2, 2]), ["small"]);
  check(geometry([1, 4, 4, 4], [1, 1]), ["zeros"]);
});

Deno.test("emitPool takes empty operands, and sums of nothing but padding", () => {
  for (const operation of ["max", "sum", "sumGradient"] as const) {
    const kernel: PoolKernel = { family: "pool", operation, ...geometry([0, 4, 4, 3], [2, 2]) };
    assertEmitted(emitPool, poolFamily, kernel, [new Float32Array(0)]);
  }
  for (const operation of ["sum", "sumGradient"] as const) {
    const shape = { ...geometry([1, 2, 2, 3], [2, 2]), paddingTop: 3, outputHeight: 4, outputWidth: 5 };
    const kernel: PoolKernel = { family: "pool", operation, ...shape };
    assertEmitted(emitPool, poolFamily, kernel, [floats(poolFamily.inputs(kernel)[0]!.length, "small", 1)]);
  }
});

Deno.test("emitPool agrees with the reference on random geometries", () => {
  const extent = fc.integer({ min: 1, max: 7 });
  const small = fc.integer({ min: 1, max: 4 });
  const arbitrary = fc.tuple(extent, extent, extent, small, small, small, small, fc.nat(3), fc.nat(3));
  fc.assert(
    fc.property(
      arbitrary,
      fc.constantFrom(...FLAVOURS),
      ([h, w, channels, kh, kw, sh, sw, top, left], flavour) => {
        const padding: [number, number, number, number] = [
          Math.min(top, kh - 1),
          Math.min(left, kw - 1),
          0,
          0,
        ];
        if (h + padding[0] < kh || w + padding[1] < kw) return;
        check(geometry([2, h, w, channels], [kh, kw], [sh, sw], padding), [flavour]);
      },
    ),
    { seed: 3, numRuns: 150 },
  );
});

Deno.test("emitPool keeps the first of equal keys, and puts NaN above all and -0 below +0", () => {
  const kernel: PoolKernel = { family: "pool", operation: "max", ...geometry([1, 2, 8, 1], [2, 2]) };
  const x = Float32Array.of(1, 3, -0, 0, Infinity, NaN, -2, -3, 3, 2, 0, -0, NaN, 1, -2, -5);
  assertEquals(runEmitted(emitPool, poolFamily, kernel, [x]), [
    Float32Array.of(3, 0, NaN, -2),
    Uint32Array.of(1, 3, 5, 6),
  ]);
});
