import { hashTensor } from "../numerics/hash.ts";
import { Key } from "../random/key.ts";
import { assertEquals } from "@std/assert";
import { hilbert, randomMatrix, times } from "./_testing.ts";
import * as linalg from "./mod.ts";

const hashOf = (...results: Float64Array[]): string =>
  hashTensor({
    dtype: "u8",
    shape: [results.reduce((total, { byteLength }) => total + byteLength, 0)],
    values: Uint8Array.from(results.flatMap(({ buffer }) => [...new Uint8Array(buffer)])),
  }).slice(0, 16);

// The pins are these functions' own results: bits that may not move within an epoch. What is right is for the other tests.
Deno.test("linear algebra: the bits are those of every engine and release", () => {
  const [tall, square] = [randomMatrix(41, 23, 1), randomMatrix(37, 37, 2)];
  const gram = times(linalg.transpose(square), square);
  const [eigen, right] = [linalg.symmetricEigen(gram), randomMatrix(37, 3, 3)];
  const { u, s, v } = linalg.svd(tall);
  const cut = linalg.truncatedSvd(tall, { rank: 5, key: Key.from(7) });
  const lower = linalg.cholesky(gram);
  const pivoted = linalg.pivotedQr(tall);
  const got = {
    eigen: hashOf(eigen.values, eigen.vectors.values),
    hilbert: hashOf(linalg.symmetricEigenvalues(hilbert(20)), linalg.singularValues(hilbert(20))),
    svd: hashOf(u.values, s, v.values),
    truncated: hashOf(cut.u.values, cut.s, cut.v.values),
    qr: hashOf(linalg.qr(tall).q.values, linalg.qr(tall).r.values),
    pivoted: hashOf(pivoted.q.values, pivoted.r.values),
    cholesky: hashOf(
      lower.values,
      linalg.choleskySolve(lower, right).values,
      linalg.choleskyInverseDiagonal(lower),
    ),
    lu: hashOf(
      linalg.lu(square).lower.values,
      linalg.lu(square).upper.values,
      linalg.solve(square, right).values,
    ),
    leastSquares: hashOf(linalg.leastSquares(tall, randomMatrix(41, 2, 4)).values),
    determinants: hashOf(Float64Array.of(
      linalg.determinant(square),
      linalg.logDeterminant(square).logarithm,
      linalg.choleskyLogDeterminant(lower),
    )),
  };
  assertEquals(got, {
    eigen: "e79c3c22869600ef",
    hilbert: "c6d75963267ebd27",
    svd: "536b987da937165b",
    truncated: "1104e27f2614374d",
    qr: "4334849df831e30c",
    pivoted: "553f335661edc3f8",
    cholesky: "5001249382861c0e",
    lu: "6433de32b722abd3",
    leastSquares: "5fba13a7fd9ad682",
    determinants: "38ea76ca8262cb4b",
  });
});
