import { assertEquals, assertRejects } from "@std/assert";
import { CHECKS, computeFindings } from "./mod.ts";

Deno.test("exact checks find what is pinned, though their order is turned round: else run deno task claims", async () => {
  const pinned = JSON.parse(
    await Deno.readTextFile(new URL("../reports/claims/exact.lock.json", import.meta.url)),
  );
  // Findings come in the order of the ids: names that sort the other way turn it round.
  const turned = Object.keys(CHECKS).toSorted().reverse().map((id, i) => [`${1000 + i}`, id] as const);
  const findings = await computeFindings(Object.fromEntries(turned.map(([name, id]) => [name, CHECKS[id]!])));
  assertEquals(Object.fromEntries(turned.map(([name, id]) => [id, findings[name]])), pinned.findings);
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
