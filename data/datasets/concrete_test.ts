import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { rowKeys } from "./_split_rows.ts";
import { concrete } from "./concrete.ts";
import { assertClose, means, numbersIn, testDataset } from "./_testing.ts";

testDataset(concrete, "1,030 samples of 427 mixes; means by R", (splits) => {
  const mixes = numbersIn(splits, "mix");
  const expected = [
    281.167864078,
    73.895825243,
    54.188349515,
    181.567281553,
    6.204660194,
    972.918932039,
    773.580485437,
  ];
  assertClose(means(mixes, 7), expected);
  assertClose([means(numbersIn(splits, "age"))[0]!, means(numbersIn(splits, "strength"))[0]!], [
    45.662135922,
    35.817961165,
  ]);
  // R: 603 rows repeat an earlier mix.
  assertEquals(new Set(rowKeys(mixes, 7)).size, 1030 - 603);
  const known = new Set(rowKeys(columnOf(splits.train!, "mix"), 7));
  assertEquals(rowKeys(columnOf(splits.test!, "mix"), 7).filter((key) => known.has(key)), []);
});
