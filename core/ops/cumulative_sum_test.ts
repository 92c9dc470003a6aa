import { assertEquals, assertThrows } from "@std/assert";
import { createDevice, setDefaultDevice, tensor, zeros } from "../tensor/mod.ts";
import { checkOperation } from "../testing/check_operation.ts";
import { cumulativeSum } from "./mod.ts";

/** The definition in float64 over [2, 3, 2], along axis 1. */
function reference(exclusive: boolean, reverse: boolean) {
  return (x: number[]) =>
    x.map((_, at) => {
      const place = Math.floor(at / 2) % 3;
      let sum = 0;
      for (let s = 0; s < 3; s++) {
        const taken = s === place ? !exclusive : reverse ? s > place : s < place;
        if (taken) sum += x[at + 2 * (s - place)]!;
      }
      return sum;
    });
}

for (const exclusive of [false, true]) {
  for (const reverse of [false, true]) {
    const name = `cumulativeSum${exclusive ? ", exclusive" : ""}${reverse ? ", reverse" : ""}`;
    Deno.test(`${name}: agrees with float64, in values and derivatives`, () =>
      checkOperation({
        operands: [{ shape: [2, 3, 2] }],
        operation: (x) => cumulativeSum(x.mul(x), 1, { exclusive, reverse }),
        reference: (x) => reference(exclusive, reverse)(x.map((value) => value * value)),
        shape: [2, 3, 2],
      }));
  }
}

Deno.test("cumulativeSum takes what is empty and refuses what does not fit", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using empty = zeros([2, 0]);
  using none = cumulativeSum(empty);
  assertEquals(none.shape, [2, 0]);
  using scalar = tensor(1);
  assertThrows(() => cumulativeSum(scalar), RangeError, "Cannot take the cumulative sum: expected a tensor");
  using integers = zeros([2], "u32");
  assertThrows(
    () => cumulativeSum(integers),
    TypeError,
    "Cannot take the cumulative sum: expected f32, got u32",
  );
});
