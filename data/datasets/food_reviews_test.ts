import { assert, assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { assertDisjoint, counts, testDataset } from "./_testing.ts";
import { foodReviews } from "./food_reviews.ts";

testDataset(foodReviews, "what R says of them", ({ train, test }) => {
  // R 4.2.2: table(d$score), sum(nchar(d$review)), d$review[1].
  assertEquals([train!, test!].map((rows) => counts(columnOf(rows, "score"))), [[2600, 1400], [658, 342]]);
  const lengths = [train!, test!].map((rows) =>
    textOf(rows, "review").reduce((sum, review) => sum + [...review].length, 0)
  );
  assertEquals(lengths, [1_587_412, 408_306]);
  assertEquals(
    textOf(train!, "review")[0],
    "this stuff is  not stuffing  its  not good at all  save your money",
  );
  assert(
    textOf(test!, "review")[0]!.startsWith("These are the best tasting gummy fruits I have ever eaten."),
  );
  assertDisjoint(textOf(train!, "product"), textOf(test!, "product"));
  const known = new Set(textOf(train!, "review"));
  assertEquals(textOf(test!, "review").filter((review) => known.has(review)).length, 7);
});
