import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { matmulFamily, type MatmulKernel } from "../../../../kernels/matmul.ts";
import { assertEmitted, type Flavour, floats, runEmitted } from "../_run_emitted.ts";
import { emitMatmul } from "./emit_matmul.ts";

function matmul(m: number, k: number, n: number, more: Partial<MatmulKernel> = {}): MatmulKernel {
  return { family: "matmul", batch: 1, m, k, n, transposeA: false, transposeB: false, ...more };
}

function check(kernel: MatmulKernel, flavour: Flavour = "small"): void {
  const { batch, m, k, n } = kernel;
  const inputs = [floats(batch * m * k, flavour, 1), floats(batch * k * n, flavour, 2)];
  assertEmitted(emitMatmul, matmulFamily, kernel, inputs, true);
}

function checkTransposes(kernel: MatmulKernel, flavours: Flavour[] = ["small", "special"]): void {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      for (const flavour of flavours) check({ ...kernel, transposeA, transposeB }, flavour);
    }
  }
}

Deno.test("emitMatmul multiplies a worked example", () => {
  const inputs = [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(7, 8, 9, 10, 11, 12)];
  const run = (kernel: MatmulKernel) => [...runEmitted(emitMatmul, matmulFamily, kernel, inputs)[0]!];
  assertEquals(run(matmul(2, 3, 2)), [58, 64, 139, 154]);
  assertEquals(run(matmul(2, 3, 2, { transposeB: true })), [50, 68, 122, 167]);
  assertEquals(run(matmul(3, 2, 3, { transposeA: true })), [47, 52, 57, 64, 71, 78, 81, 90, 99]);
});

Deno.test("emitMatmul streams a long transposed A against few columns", () => {
  for (
    const [m, k, n] of [[1024, 128, 16], [1433, 300, 7], [1280, 131, 1], [1100, 519, 13], [
      1025,
      257,
      16,
    ]] as const
  ) {
    check(matmul(m, k, n, { transposeA: true }));
    check(matmul(m, k, n, { transposeA: true }), "special");
  }
  check(matmul(1030, 261, 5, { transposeA: true, batch: 3 }));
});

Deno.test("emitMatmul covers every tail of the columns", () => {
  for (let n = 1; n <= 37; n++) checkTransposes(matmul(7, 9, n), ["special"]);
});

Deno.test("emitMatmul covers every tail of the rows", () => {
  for (let m = 1; m <= 12; m++) {
    for (const n of [4, 8, 12, 16]) checkTransposes(matmul(m, 5, n), ["special"]);
  }
  checkTransposes(matmul(67, 5, 21));
});

Deno.test("emitMatmul covers every tail of the terms", () => {
  for (const k of [1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 18, 31, 33, 255, 256, 257, 271, 512, 519, 784]) {
    checkTransposes(matmul(3, k, 17));
  }
});

Deno.test("emitMatmul packs wide operands", () => {
  checkTransposes(matmul(9, 300, 270), ["small", "plain"]);
  checkTransposes(matmul(70, 20, 259), ["special"]);
  check(matmul(1, 600, 300));
  check(matmul(1, 40, 300, { transposeB: true }), "special");
});

Deno.test("emitMatmul transposes operands whose rows collide in the cache", () => {
  for (const k of [128, 131, 144]) check(matmul(512, k, 33, { batch: 2, transposeA: true }));
  check(matmul(1024, 130, 35, { transposeA: true, transposeB: true }), "special");
});

Deno.test("emitMatmul multiplies each element of a batch", () => {
  checkTransposes(matmul(5, 6, 20, { batch: 7 }));
  checkTransposes(matmul(40, 3, 5, { batch: 3 }));
  check(matmul(2, 258, 260, { batch: 2 }));
});

Deno.test("emitMatmul gives +0 for an empty contraction and nothing for an empty product", () => {
  checkTransposes(matmul(3, 0, 5));
  checkTransposes(matmul(0, 4, 5));
  checkTransposes(matmul(4, 4, 0));
  check(matmul(200, 0, 333));
  check(matmul(3, 4, 5, { batch: 0 }));
});

Deno.test("emitMatmul adds zeros of either sign as the reference does", () => {
  checkTransposes(matmul(4, 19, 13), ["zeros", "ties"]);
});

Deno.test("emitMatmul gives the reference's bits for any shape", () => {
  const extent = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(
      extent,
      fc.integer({ min: 1, max: 300 }),
      extent,
      fc.boolean(),
      fc.boolean(),
      (m, k, n, a, b) => {
        check(matmul(m, k, n, { transposeA: a, transposeB: b }), "special");
      },
    ),
    { seed: 7, numRuns: 40 },
  );
});
