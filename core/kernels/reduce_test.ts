import { assertEquals, assertThrows } from "@std/assert";
import { reduceCases } from "../backends/conformance/reduce_cases.ts";
import { CaseRandom, floats } from "../backends/conformance/values.ts";
import { assertSameBits, assertWithin, runKernel, smallCases } from "./_testing.ts";
import type { ReduceKernel } from "./reduce.ts";

const { fround } = Math;

/** The sum of `length` terms that are 0 but for the given ones. */
function sumOf(terms: Readonly<Record<number, number>>, length: number): number {
  const x = new Float32Array(length);
  for (const i in terms) x[i] = terms[i]!;
  return runKernel({ family: "reduce", operation: "sum", shape: [length], axes: [0] }, [x])[0]![0]!;
}

/** Rule N5 on a list: what the sum of these terms is. */
function definedSum(terms: readonly number[]): number {
  let total = 0;
  for (let start = 0; start < terms.length; start += 1024) {
    const block = terms.slice(start, start + 1024);
    let lanes = Array.from(
      { length: 16 },
      (_, l) => block.filter((_, i) => i % 16 === l).reduce((sum, term) => fround(sum + term), 0),
    );
    while (lanes.length > 1) {
      const half = lanes.length / 2;
      lanes = lanes.slice(0, half).map((lane, l) => fround(lane + lanes[l + half]!));
    }
    total = fround(total + lanes[0]!);
  }
  return total;
}

/** The position of the first largest: NaN above all, and -0 < +0. */
function definedArgmax(terms: readonly number[]): number {
  const above = (a: number, b: number) =>
    Number.isNaN(b)
      ? false
      : Number.isNaN(a) || a > b || (a === 0 && b === 0 && Object.is(b, -0) && !Object.is(a, -0));
  let best = 0;
  terms.forEach((term, i) => {
    if (above(term, terms[best]!)) best = i;
  });
  return best;
}

/** The terms of each result, found by walking all indices of the operand. */
function groupTerms({ shape, axes }: ReduceKernel, x: Float32Array): number[][] {
  const keptShape = shape.filter((_, axis) => !axes.includes(axis));
  const groups: number[][] = Array.from({ length: keptShape.reduce((a, b) => a * b, 1) }, () => []);
  x.forEach((value, position) => {
    const index: number[] = [];
    for (let axis = shape.length - 1, rest = position; axis >= 0; axis--) {
      index.unshift(rest % shape[axis]!);
      rest = Math.floor(rest / shape[axis]!);
    }
    const kept = index.filter((_, axis) => !axes.includes(axis));
    groups[kept.reduce((at, i, axis) => at * keptShape[axis]! + i, 0)]!.push(value);
  });
  return groups;
}

Deno.test("reduce sums to lanes by the index modulo 16", () => {
  const big = 2 ** 24;
  assertEquals(sumOf({ 0: big, 16: 1, 32: -big }, 33), 0); // one lane: 1 is lost
  assertEquals(sumOf({ 0: big, 17: 1, 32: -big }, 33), 1); // another lane
  assertEquals(sumOf({ 0: 1, 16: big, 32: -big }, 33), 0);
  assertEquals(sumOf({ 0: big, 16: -big, 32: 1 }, 33), 1); // ascending
});

Deno.test("reduce adds the lanes that are 8, 4, 2 and 1 apart, in this order", () => {
  const big = 2 ** 24;
  for (const distance of [8, 4, 2, 1]) {
    for (const other of [8, 4, 2, 1]) {
      if (other === distance) continue;
      // lane 0 takes the farther lane first: 1 is lost if it comes while lane 0 still holds 2^24
      const expected = distance > other ? 0 : 1;
      assertEquals(sumOf({ 0: big, [distance]: 1, [other]: -big }, 16), expected, `${distance}, ${other}`);
    }
  }
});

Deno.test("reduce sums blocks of 1,024 terms and adds them in order", () => {
  const big = 2 ** 24;
  assertEquals(sumOf({ 0: big, 1008: 1, 1009: 1 }, 2048), big); // in one block: lost in lane 0, then in lane 0 + lane 1
  assertEquals(sumOf({ 0: big, 1024: 1, 1040: 1 }, 2048), big + 2); // the second block's 1 + 1 is seen
  assertEquals(sumOf({ 0: big, 1024: 1, 2048: -big }, 2049), 0);
  assertEquals(sumOf({ 0: big, 1024: -big, 2048: 1 }, 2049), 1);
});

Deno.test("reduce of nothing is +0, and a sum of -0 is +0", () => {
  const sum = { family: "reduce", operation: "sum", shape: [2, 0], axes: [1] } as const;
  assertEquals(runKernel(sum, [new Float32Array(0)]), [Float32Array.of(0, 0)]);
  assertEquals(runKernel({ ...sum, shape: [2, 1] }, [Float32Array.of(-0, -0)]), [Float32Array.of(0, 0)]);
});

Deno.test("reduce max and argmax take the first of the largest keys: -0 < +0, NaN above all", () => {
  const check = (values: number[], position: number) => {
    const kernel = { family: "reduce", shape: [values.length], axes: [0] } as const;
    const x = Float32Array.from(values);
    assertEquals(runKernel({ ...kernel, operation: "argmax" }, [x]), [Uint32Array.of(position)]);
    assertSameBits(runKernel({ ...kernel, operation: "max" }, [x])[0]!, [x[position]!], `${values}`);
  };
  check([-0, 0, -0, 0], 1);
  check([-0, -0], 0);
  check([3, 5, 5, 4], 1);
  check([-Infinity, -Infinity], 0);
  check([-3, -1, -2], 1);
  check([1, NaN, Infinity, NaN], 1);
  check([-1, -(2 ** -149), -2], 1);
});

Deno.test("reduce takes a NaN of any sign and payload as one, and returns the canonical one", () => {
  const x = new Float32Array(Uint32Array.of(0x7f800000, 0xffc00001, 0x7fffffff).buffer);
  const kernel = { family: "reduce", shape: [3], axes: [0] } as const;
  assertEquals(runKernel({ ...kernel, operation: "argmax" }, [x]), [Uint32Array.of(1)]);
  const [max] = runKernel({ ...kernel, operation: "max" }, [x]) as [Float32Array];
  assertEquals(new Uint32Array(max.buffer, 0, 1)[0], 0x7fc00000);
});

Deno.test("reduce has the bits of the definition", () => {
  for (const { name, kernel, inputs } of smallCases(reduceCases(), 40_000)) {
    const reduce = kernel as ReduceKernel;
    const define = {
      sum: definedSum,
      argmax: definedArgmax,
      max: (terms: readonly number[]) => terms[definedArgmax(terms)]!,
    }[reduce.operation];
    const expected = groupTerms(reduce, inputs[0] as Float32Array).map(define);
    assertSameBits(runKernel(kernel, inputs)[0]!, expected, name);
  }
});

Deno.test("reduce stays within the error bound of its order", () => {
  const x = floats(new CaseRandom("bound"), 300_000, "normal");
  const exact = x.reduce((sum, value) => sum + value, 0);
  const magnitude = x.reduce((sum, value) => sum + Math.abs(value), 0);
  const kernel = { family: "reduce", operation: "sum", shape: [300_000], axes: [0] } as const;
  // A term takes part in at most 64 sums in its lane, 4 of lanes and 293 of blocks.
  assertWithin(runKernel(kernel, [x])[0]!, [exact], () => 361 * 2 ** -24 * magnitude, "sum");
});

Deno.test("reduce refuses axes that are not there and maxima of nothing", () => {
  const refuses = (change: Partial<ReduceKernel>, message: string) =>
    assertThrows(
      () => runKernel({ family: "reduce", operation: "max", shape: [2, 3], axes: [0], ...change }, []),
      RangeError,
      message,
    );
  refuses({ axes: [2] }, "Cannot reduce: expected ascending axes of shape [2,3] without repetition, got [2]");
  refuses({ axes: [1, 0] }, "expected ascending axes");
  refuses({ axes: [1, 1] }, "expected ascending axes");
  refuses({ axes: [-1] }, "expected ascending axes");
  refuses(
    { shape: [2, 0], axes: [1] },
    "Cannot take the max: expected something to reduce, got shape [2,0] over axes [1]",
  );
  refuses({ shape: [2, -3] }, "non-negative integers, got [2,-3]");
});
