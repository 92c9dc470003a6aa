import { assertEquals, assertRejects } from "@std/assert";
import { CHECKS, computeFindings } from "./mod.ts";

Deno.test("exact checks find the same twice, in any order", async () => {
  const findings = await computeFindings(CHECKS);
  assertEquals(Object.keys(findings), Object.keys(CHECKS).toSorted());
  const reversed = Object.fromEntries(Object.entries(CHECKS).reverse());
  assertEquals(await computeFindings(reversed), findings);
});

Deno.test("a check that throws, or has a condition too many or too few, is named", async () => {
  const broken = {
    "throws": () => {
      throw new Error("no");
    },
    "conditioned": () => ({ verdict: "confirmed", evidence: "1", condition: "x" }) as const,
    "unconditioned": () => ({ verdict: "depends", evidence: "1" }) as const,
  };
  for (const [id, check] of Object.entries(broken)) {
    await assertRejects(() => computeFindings({ [id]: check }), Error, `Cannot decide claim "${id}"`);
  }
});
