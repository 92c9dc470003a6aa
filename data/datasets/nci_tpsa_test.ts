import { assertAlmostEquals, assertEquals } from "@std/assert";
import { columnOf, numberListsOf, textOf } from "../columns.ts";
import { nciTpsa } from "./nci_tpsa.ts";
import { counts, means, numbersIn, testDataset, testFacts } from "./_testing.ts";

testDataset(nciTpsa, "sums over all molecules, counted in their texts by Python", (splits) => {
  const { train, test } = splits;
  const tpsa = numbersIn(splits, "tpsa");
  assertEquals([tpsa.length, Math.max(...tpsa)], [4999, Math.fround(777.98)]);
  assertAlmostEquals(means(tpsa)[0]!, 55.013306661, 1e-5);
  const values = (name: string) => [train!, test!].flatMap((rows) => [...numberListsOf(rows, name).values]);
  const elements = counts(values("elements"));
  assertEquals([6, 7, 8, 15, 16, 17, 35].map((number) => elements[number]), [
    60309,
    6546,
    11823,
    95,
    1297,
    1072,
    345,
  ]);
  const orders = values("orders");
  assertEquals([values("elements").length, values("bonds").length, orders.length], [
    82_157,
    2 * 84_488,
    84_488,
  ]);
  assertEquals(counts(orders), [0, 84_488 - 23_023 - 389, 23_023, 389]);
  // A molecule without nitrogen and oxygen has no polar surface.
  for (const rows of [train!, test!]) {
    const lists = numberListsOf(rows, "elements");
    columnOf(rows, "tpsa").forEach((area, row) => {
      const isPolar = lists.values.subarray(lists.offsets[row]!, lists.offsets[row + 1]!).some((z) =>
        z === 7 || z === 8
      );
      if (!isPolar) assertEquals(area, 0);
    });
  }
  const known = new Set(textOf(train!, "smiles"));
  assertEquals(textOf(test!, "smiles").filter((smiles) => known.has(smiles)), []);
  assertEquals(known.size + new Set(textOf(test!, "smiles")).size, 4900);
});

testFacts(nciTpsa, "methylbenzoquinone", ({ train }) => {
  const first = (name: string) => {
    const { offsets, values } = numberListsOf(train!, name);
    const size = name === "bonds" ? 2 : 1;
    return [...values.subarray(0, size * offsets[1]!)];
  };
  assertEquals([textOf(train!, "smiles")[0], columnOf(train!, "tpsa")[0]], [
    "CC1=CC(=O)C=CC1=O",
    Math.fround(34.14),
  ]);
  assertEquals(first("elements"), [6, 6, 6, 6, 8, 6, 6, 6, 8]);
  assertEquals(first("hydrogens"), [3, 0, 1, 0, 0, 1, 1, 0, 0]);
  assertEquals(first("bonds"), [0, 1, 1, 2, 2, 3, 3, 4, 3, 5, 5, 6, 6, 7, 1, 7, 7, 8]);
  assertEquals(first("orders"), [1, 2, 1, 2, 1, 2, 1, 1, 2]);
});
