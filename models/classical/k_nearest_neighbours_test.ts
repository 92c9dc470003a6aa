import { createDevice, disposeTree, scope, setDefaultDevice, tensor } from "@verbatim/core";
import { assertEquals, assertThrows } from "@std/assert";
import { testMethod } from "../_model_contract.ts";
import { kNearestNeighbours, kNearestNeighboursMethod } from "./k_nearest_neighbours.ts";

testMethod(kNearestNeighboursMethod);

/** Small whole numbers, the same in every process. */
function wholeNumbers(count: number, below: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 4294967296 * below);
  });
}

for (const distance of ["l1", "l2"] as const) {
  Deno.test(`nearest neighbours by ${distance}: the votes of a plain search, on every backend`, async () => {
    const [samples, queries, features, classes, k] = [300, 41, 7, 4, 5];
    const x = wholeNumbers(samples * features, 17, 1);
    const labels = wholeNumbers(samples, classes, 2);
    const asked = wholeNumbers(queries * features, 17, 3);
    const expected = Array.from({ length: queries }, (_, query) => {
      const near = labels.map((label, row) => {
        let length = 0;
        for (let d = 0; d < features; d++) {
          const difference = x[row * features + d]! - asked[query * features + d]!;
          length += distance === "l1" ? Math.abs(difference) : difference * difference;
        }
        return { label, length, row };
      }).sort((a, b) => a.length - b.length || a.row - b.row).slice(0, k);
      return Array.from({ length: classes }, (_, c) => near.filter(({ label }) => label === c).length);
    });
    for (const options of [{ backend: "reference" }, { workers: 1 }, { workers: 3 }] as const) {
      await using device = await createDevice(options);
      setDefaultDevice(device);
      const inputs = {
        x: tensor(Float32Array.from(x), [samples, features]),
        labels: tensor(Uint32Array.from(labels)),
      };
      using query = tensor(Float32Array.from(asked), [queries, features]);
      using votes = kNearestNeighbours(inputs, query, { k, classes, distance });
      assertEquals([...await votes.read()], expected.flat());
      disposeTree(inputs);
    }
  });
}

Deno.test("nearest neighbours: of equally distant samples the first votes", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([[1], [-1], [1]]);
  using labels = tensor(Uint32Array.of(2, 0, 1));
  using query = tensor([[0]]);
  using votes = kNearestNeighbours({ x, labels }, query, { k: 1, classes: 3 });
  assertEquals(await votes.read(), Float32Array.of(0, 0, 1));
});

Deno.test("nearest neighbours: too few samples, no neighbours and other features are refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([[1, 2], [3, 4]]);
  using labels = tensor(Uint32Array.of(0, 1));
  using narrow = tensor([[1]]);
  const classify = (query: typeof x, k: number) =>
    scope(() => kNearestNeighbours({ x, labels }, query, { k, classes: 2 }));
  assertThrows(() => classify(x, 3), RangeError, "expected a count from 0 to the 2");
  assertThrows(() => classify(x, 0), RangeError, "expected at least one neighbour, got 0");
  assertThrows(() => classify(narrow, 1), RangeError, "got [2,2] and [1,1]");
  using three = tensor(Uint32Array.of(0, 1, 1));
  const wrong = () => scope(() => kNearestNeighbours({ x, labels: three }, x, { k: 1, classes: 2 }));
  assertThrows(wrong, RangeError, "got [2,2] and [3]");
});
