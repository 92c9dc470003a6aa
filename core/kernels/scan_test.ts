import { assertEquals, assertThrows } from "@std/assert";
import { scanCases } from "../backends/conformance/scan_cases.ts";
import { assertSameBits, runKernel, smallCases } from "./_testing.ts";
import type { ScanKernel } from "./scan.ts";

const row: ScanKernel = { family: "scan", outer: 1, length: 4, inner: 1, exclusive: false, reverse: false };
const scan = (
  kernel: Partial<ScanKernel>,
  ...x: number[]
) => [...runKernel({ ...row, length: x.length, ...kernel }, [Float32Array.from(x)])[0]!];

Deno.test("scan adds up, with or without the term itself, from either end", () => {
  assertEquals(scan({}, 1, 2, 3, 4), [1, 3, 6, 10]);
  assertEquals(scan({ exclusive: true }, 1, 2, 3, 4), [0, 1, 3, 6]);
  assertEquals(scan({ reverse: true }, 1, 2, 3, 4), [10, 9, 7, 4]);
  assertEquals(scan({ exclusive: true, reverse: true }, 1, 2, 3, 4), [9, 7, 4, 0]);
});

Deno.test("scan runs along the middle axis", () => {
  assertEquals(scan({ outer: 2, length: 2, inner: 2 }, 1, 2, 3, 4, 5, 6, 7, 8), [1, 2, 4, 6, 5, 6, 12, 14]);
});

Deno.test("scan starts at +0 and is never -0; NaN and infinities stay", () => {
  assertEquals(scan({}, -0, -0, 1, -1, -0), [0, 0, 1, 0, 0]);
  assertEquals(scan({ exclusive: true }, -0, -0), [0, 0]);
  assertEquals(scan({}, 1, Infinity, 2, -Infinity, 3), [1, Infinity, Infinity, NaN, NaN]);
});

Deno.test("scan cuts blocks of 1,024 terms from the end that it starts at", () => {
  // 2^24 absorbs a single 1, but not a block's total of ones.
  const x = new Float32Array(2050).fill(1);
  x[0] = 2 ** 24;
  const [forward] = runKernel({ ...row, length: 2050 }, [x]);
  assertEquals([forward![1], forward![1023]], [2 ** 24, 2 ** 24]);
  // fl(2^24 + k): halfway cases go to the even significand.
  assertEquals([1, 2, 3].map((k) => forward![1023 + k]), [2 ** 24, 2 ** 24 + 2, 2 ** 24 + 4]);
  assertEquals([forward![2047], forward![2049]], [2 ** 24 + 1024, 2 ** 24 + 1026]);
  const [backward] = runKernel({ ...row, length: 2050, reverse: true }, [x]);
  // From the end: two blocks of ones, then 1 and 2^24, whose running sum 1 + 2^24 rounds to 2^24.
  assertEquals([backward![2], backward![1], backward![0]], [2048, 2049, 2 ** 24 + 2048]);
});

Deno.test("scan has the bits of the definition", () => {
  for (const { name, kernel, inputs } of smallCases(scanCases(), 20_000)) {
    const { length, inner, exclusive, reverse } = kernel as ScanKernel;
    const x = inputs[0] as Float32Array;
    const expected = new Float32Array(x.length);
    for (let at = 0; at < x.length; at++) {
      const place = Math.floor(at / inner) % length;
      const first = at - place * inner;
      const count = reverse ? length - 1 - place : place;
      const term = (t: number) => x[first + (reverse ? length - 1 - t : t) * inner]!;
      const run = (from: number, to: number) => {
        let sum = 0;
        for (let t = from; t < to; t++) sum = Math.fround(sum + term(t));
        return sum;
      };
      const block = Math.floor(count / 1024);
      let offset = 0;
      for (let b = 0; b < block; b++) offset = Math.fround(offset + run(1024 * b, 1024 * (b + 1)));
      expected[at] = Math.fround(offset + run(1024 * block, exclusive ? count : count + 1));
    }
    assertSameBits(runKernel(kernel, inputs)[0]!, expected, name);
  }
});

Deno.test("scan refuses sizes that are none", () => {
  assertThrows(() => runKernel({ ...row, inner: -1 }, []), RangeError, "Cannot scan: expected inner");
  assertThrows(() => runKernel({ ...row, outer: 65536, length: 65536 }, []), RangeError, "the operand");
});
