import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { decidePaired, signTest, tTest } from "./paired_tests.ts";

Deno.test("sign test: tails of the binomial distribution", () => {
  // Counted by hand from rows 6 and 10 of Pascal's triangle.
  assertEquals(signTest([1, 1, 1, 1, -1, -1]).p, (15 + 6 + 1) / 64);
  assertEquals(signTest([1, 1, 1, 1, 1, 1, 1, 1, -1, -1]).p, (45 + 10 + 1) / 1024);
  assertEquals(signTest([-1, -2]).p, 1);
  assertEquals(signTest([0, 0]), { positive: 0, negative: 0, ties: 2, p: 1 });
});

Deno.test("t-test: agrees with SciPy's ttest_1samp(x, 0, alternative='greater')", () => {
  const cases: readonly (readonly [readonly number[], number, number])[] = [
    [[0.3, -0.1, 0.2, 0.5], 1.8, 0.08483996445062911],
    [[0.3, -0.1, 0.2, -0.5], -0.13912166872805046, 0.5509158664029653],
    [[2, 1.5, 1], 5.196152422706632, 0.017549359322992324],
    [[1, 3], 2, 0.14758361765043326],
    [[0.1, 0.2, -0.1, 0.4, 0.3, 0.25, 0.1, -0.05], 2.4791816116240124, 0.021130369136317682],
  ];
  for (const [differences, t, p] of cases) {
    const found = tTest(differences);
    assertAlmostEquals(found.t, t, 1e-12);
    assertAlmostEquals(found.p, p, 1e-12);
  }
  assertEquals(tTest([2, 2, 2]).p, 0);
  assertEquals(tTest([0, 0]).p, 0.5);
  assertThrows(() => tTest([1]), RangeError, "two differences or more");
});

Deno.test("a paired claim is never decided by three seeds", () => {
  assertEquals(decidePaired([1, 2, 3], "gain").verdict, "inconclusive");
  assertEquals(
    decidePaired([1, 2, 3, 4, -5], "gain").evidence,
    "gain: 1.00, 2.00, 3.00, 4.00, -5.00 (4 of 5 above 0, sign test p = 0.19)",
  );
});
