import { assertEquals } from "@std/assert";

/** Which tests of the contract each mutant fails. */
const FAILURES: Readonly<Record<string, readonly string[]>> = {
  "keeps the contract": [],
  "draws by a counter": ["bits twice", "compiled"],
  "has a parameter that nothing reads": ["parameters", "gradient"],
  "computes by a counter": ["bits twice", "compiled"],
  "learns nothing": ["learns"],
  "changes the shape of its state": ["parameters", "gradient", "bits twice", "compiled", "learns"],
  "states another count": ["parameters"],
  "is published with another count": ["parameters"],
  "has several inputs and outputs": [],
  "counts its fits": ["bits twice"],
  "finds no number": ["bits twice"],
  "leaves a tensor behind": ["memory"],
  "fits as it should": [],
};
const TESTS: readonly (readonly [RegExp, string])[] = [
  [/: has \d+ parameters/, "parameters"],
  [/: the gradient reaches/, "gradient"],
  [/: the same bits twice/, "bits twice"],
  [/: the same bits compiled/, "compiled"],
  [/: learns one batch/, "learns"],
  [/: leaves nothing in memory/, "memory"],
];

Deno.test("the contract finds each way of breaking it, and nothing else", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-q", "--no-check", "-P=test", new URL("_mutants.ts", import.meta.url).pathname],
    env: { NO_COLOR: "1" },
    stderr: "null",
  }).output();
  const found: Record<string, string[]> = Object.fromEntries(
    Object.keys(FAILURES).map((title) => [title, []]),
  );
  let passed = 0;
  for (const [, name, result] of new TextDecoder().decode(stdout).matchAll(/^(.+) \.\.\. (ok|FAILED) /gm)) {
    const [pattern, test] = TESTS.find(([pattern]) => pattern.test(name!))!;
    if (result === "ok") passed++;
    else found[name!.slice(0, name!.search(pattern)).replace(/, ONE$/, "")]!.push(test);
  }
  assertEquals(found, FAILURES);
  const failed = Object.values(FAILURES).flat().length;
  assertEquals(passed, 9 * 5 + 4 * 2 - failed);
});
