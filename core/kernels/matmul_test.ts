import { assertEquals, assertThrows } from "@std/assert";
import { matmulCases } from "../backends/conformance/matmul_cases.ts";
import { CaseRandom, floats } from "../backends/conformance/values.ts";
import { assertSameBits, assertWithin, runKernel } from "./_testing.ts";
import type { MatmulKernel } from "./matmul.ts";

const { fround } = Math;

const product = (m: number, k: number, n: number, more: Partial<MatmulKernel> = {}): MatmulKernel => ({
  family: "matmul",
  batch: 1,
  m,
  k,
  n,
  transposeA: false,
  transposeB: false,
  ...more,
});

/** A row of `k` numbers times a column of ones. */
function sumByProduct(terms: Readonly<Record<number, number>>, k: number): number {
  const row = new Float32Array(k);
  for (const i in terms) row[i] = terms[i]!;
  const [[result]] = runKernel(product(1, k, 1), [row, new Float32Array(k).fill(1)]) as [Float32Array];
  return result!;
}

Deno.test("matmul multiplies small integers exactly, whatever is transposed", () => {
  const [a, at] = [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(1, 4, 2, 5, 3, 6)]; // [2, 3]
  const [b, bt] = [Float32Array.of(7, 8, 9, 10, 11, 12), Float32Array.of(7, 9, 11, 8, 10, 12)]; // [3, 2]
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const [c] = runKernel(product(2, 3, 2, { transposeA, transposeB }), [
        transposeA ? at : a,
        transposeB ? bt : b,
      ]);
      assertEquals(c, Float32Array.of(58, 64, 139, 154));
    }
  }
});

Deno.test("matmul adds the terms of a block in ascending order", () => {
  assertEquals(sumByProduct({ 0: 2 ** 24, 1: 1, 2: -(2 ** 24) }, 3), 0);
  assertEquals(sumByProduct({ 0: 2 ** 24, 1: -(2 ** 24), 2: 1 }, 3), 1);
});

Deno.test("matmul starts each block of 256 terms from +0 and adds the blocks in order", () => {
  // Term by term 2^24 + 1 + 1 stays 2^24; the second block's 1 + 1 = 2 is seen.
  assertEquals(sumByProduct({ 0: 2 ** 24, 254: 1, 255: 1 }, 258), 2 ** 24);
  assertEquals(sumByProduct({ 0: 2 ** 24, 256: 1, 257: 1 }, 258), 2 ** 24 + 2);
  // Three blocks: (2^24 + 1) - 2^24 = 0, while 2^24 + (1 - 2^24) would be 1.
  assertEquals(sumByProduct({ 0: 2 ** 24, 256: 1, 512: -(2 ** 24) }, 513), 0);
  assertEquals(sumByProduct({ 0: 2 ** 24, 256: -(2 ** 24), 512: 1 }, 513), 1);
});

Deno.test("matmul rounds each product before it adds it", () => {
  const x = 1 + 2 ** -23;
  const [c] = runKernel(product(1, 2, 1), [Float32Array.of(x, 1), Float32Array.of(x, -fround(x * x))]);
  assertEquals(c, Float32Array.of(0)); // a fused multiply-add gives 2^-46
});

Deno.test("matmul over no term gives +0, and a sum of -0 terms is +0", () => {
  assertEquals(runKernel(product(2, 0, 1), [new Float32Array(0), new Float32Array(0)]), [
    Float32Array.of(0, 0),
  ]);
  assertEquals(runKernel(product(1, 1, 1), [Float32Array.of(-0), Float32Array.of(1)]), [Float32Array.of(0)]);
});

Deno.test("matmul has the bits of the definition, element by element", () => {
  for (const { name, kernel, inputs } of matmulCases()) {
    const { batch, m, k, n, transposeA, transposeB } = kernel as MatmulKernel;
    if (batch * m * k * n > 300_000) continue;
    const [a, b] = inputs as [Float32Array, Float32Array];
    const expected: number[] = [];
    for (let e = 0; e < batch; e++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let total = 0;
          let sum = 0;
          for (let t = 0; t < k; t++) {
            const left = a[e * m * k + (transposeA ? t * m + i : i * k + t)]!;
            const right = b[e * k * n + (transposeB ? j * k + t : t * n + j)]!;
            sum = fround(sum + fround(left * right));
            if (t % 256 === 255 || t === k - 1) {
              total = fround(total + sum);
              sum = 0;
            }
          }
          expected.push(total);
        }
      }
    }
    assertSameBits(runKernel(kernel, inputs)[0]!, expected, name);
  }
});

Deno.test("matmul stays within the error bound of its order", () => {
  const [m, k, n] = [5, 3000, 7];
  const random = new CaseRandom("bound");
  const [a, b] = [floats(random, m * k, "normal"), floats(random, k * n, "normal")];
  const exact = new Float64Array(m * n);
  const magnitude = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let t = 0; t < k; t++) {
      for (let j = 0; j < n; j++) {
        exact[i * n + j]! += a[i * k + t]! * b[t * n + j]!;
        magnitude[i * n + j]! += Math.abs(a[i * k + t]! * b[t * n + j]!);
      }
    }
  }
  // A term takes part in one product, at most 256 sums in its block and 12 sums of blocks.
  const bound = 269 * 2 ** -24 * 1.001;
  const [c] = runKernel(product(m, k, n), [a, b]);
  assertWithin(c!, exact, (i) => bound * magnitude[i]!, "product");
});

Deno.test("matmul refuses extents that are not sizes", () => {
  const refuses = (kernel: MatmulKernel, message: string) =>
    assertThrows(() => runKernel(kernel, []), RangeError, message);
  refuses(
    product(-1, 2, 3),
    "Cannot multiply matrices: expected m to be an integer of 0 to 2^31 - 1, got -1",
  );
  refuses(product(1, 2.5, 3), "expected k");
  refuses(product(1, 2, NaN), "expected n");
  refuses(
    product(65536, 65536, 1),
    "the left operand to have fewer than 2^31 elements, got shape [1,65536,65536]",
  );
});
