import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { columnOf, numberListsOf, textOf } from "../columns.ts";
import { movielens } from "./movielens.ts";
import { assertClose, counts, means, testDataset } from "./_testing.ts";

testDataset(movielens, "its published counts; means and genres by R", ({ movies, train, test }) => {
  const [trainRatings, testRatings] = [columnOf(train!, "rating"), columnOf(test!, "rating")];
  const ratings = [...trainRatings, ...testRatings];
  // Published: 100,004 ratings, 9,066 films rated, 671 users.
  assertEquals([ratings.length, textOf(movies!, "title").length], [100_004, 9066]);
  const users = [...columnOf(train!, "user"), ...columnOf(test!, "user")];
  assertEquals([Math.min(...counts(users)), counts(users).length], [20, 671]);
  assertAlmostEquals(means(ratings)[0]!, 3.543608256, 1e-9);
  assertEquals(counts(ratings.map((rating) => 2 * rating)).slice(1), [
    ...[1101, 3326, 1687, 7271, 4449, 20064, 10538, 28750, 7723, 15095],
  ]);
  assertClose([means([...trainRatings])[0]!, means([...testRatings])[0]!], [3.566734, 3.449653]);
  const { offsets, values } = numberListsOf(movies!, "genres");
  assertEquals(counts(values), [
    ...[1543, 1116, 447, 582, 3307, 1092, 487, 4328, 653, 121, 872, 153, 394, 537, 1541, 791, 1717, 366, 168],
  ]);
  assertEquals([textOf(movies!, "title")[0], columnOf(movies!, "year")[0]], ["Toy Story", 1995]);
  assertEquals([...values.slice(offsets[0], offsets[1])], [1, 2, 3, 4, 8]); // Adventure ... Comedy, Fantasy
  assertEquals(textOf(movies!, "title").filter((title) => title === "").length, 5);
  // Each test rating follows its user's training ratings.
  const latest = new Map<number, number>();
  const times = columnOf(train!, "time");
  columnOf(train!, "user").forEach((user, row) =>
    latest.set(user, Math.max(latest.get(user) ?? 0, times[row]!))
  );
  const testTimes = columnOf(test!, "time");
  columnOf(test!, "user").forEach((user, row) => assert(testTimes[row]! >= latest.get(user)!));
});
