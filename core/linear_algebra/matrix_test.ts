import { createDevice } from "../tensor/device.ts";
import { tensor, zeros } from "../tensor/create.ts";
import { setDefaultDevice } from "../tensor/device.ts";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { assertNear, EPS, matrices, PROPERTY, sizeOfLargest, times } from "./_testing.ts";
import {
  column,
  identity,
  matrix,
  matrixOf,
  matrixTensor,
  multiply,
  readMatrix,
  transpose,
} from "./matrix.ts";

Deno.test("matrix: rows, columns, the identity, empty ones", () => {
  assertEquals(matrix([]), matrixOf(0, 0));
  assertEquals(matrix([[], []]), matrixOf(2, 0));
  assertEquals(column([]), matrixOf(0, 1));
  assertEquals(identity(0), matrixOf(0, 0));
  assertEquals(transpose(matrixOf(0, 3)), matrixOf(3, 0));
  assertEquals(multiply(matrixOf(2, 0), matrixOf(0, 2)), matrix([[0, 0], [0, 0]]));
});

Deno.test("matrix: what is none is refused", () => {
  assertThrows(() => matrix([[1], [1, 2]]), RangeError, "expected rows of 1 elements, got 2 in row 1");
  assertThrows(() => matrix([[1, , 3] as number[]]), TypeError, "got undefined at [0, 1]");
  assertThrows(() => matrixOf(-1, 2), RangeError, "expected whole numbers as sizes, got -1");
  assertThrows(() => matrixOf(2, 2, Float64Array.of(1)), RangeError, "expected 4 values for 2 x 2, got 1");
  const wrong = { rows: 1, columns: 1, values: Float32Array.of(1) as unknown as Float64Array };
  assertThrows(() => transpose(wrong), TypeError, "expected a matrix with values in a Float64Array");
  assertThrows(() => multiply(identity(2), identity(3)), RangeError, "got 2 x 2 and 3 x 3");
});

Deno.test("matrix: to a tensor with one rounding, and back exactly", async () => {
  using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const a = matrix([[0.1, -0], [1e-46, 2 ** 128 - 2 ** 100], [1 / 3, 7]]);
  using x = matrixTensor(a);
  assertEquals(x.shape, [3, 2]);
  assertEquals(await readMatrix(x), { ...a, values: a.values.map(Math.fround) });
  using labels = tensor(Uint8Array.of(1, 255), [1, 2]);
  assertEquals(await readMatrix(labels), matrix([[1, 255]]));
  using empty = zeros([0, 3]);
  assertEquals(await readMatrix(empty), matrixOf(0, 3));
  using cube = zeros([1, 1, 1]);
  await assertRejects(
    () => readMatrix(cube),
    RangeError,
    "expected a tensor of two axes, got shape [1, 1, 1]",
  );
});

Deno.test("multiply: the definition, bit for bit", () => {
  fc.assert(
    fc.property(matrices("square"), (a) => {
      assertEquals(multiply(a, identity(a.rows)).values.map(Math.abs), a.values.map(Math.abs));
      const b = {
        ...transpose(a),
        values: transpose(a).values.map((value) => value / (sizeOfLargest(a) || 1)),
      };
      assertEquals(multiply(a, b), times(a, b));
      assertNear(
        transpose(multiply(a, b)),
        times(transpose(b), transpose(a)),
        12 * EPS * sizeOfLargest(a),
        "(A B)^T",
      );
    }),
    PROPERTY,
  );
});
