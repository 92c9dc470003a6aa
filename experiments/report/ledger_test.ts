import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { LedgerClaim, LedgerSection } from "@verbatim/claims";
import { buildClaimsPages } from "./claims_pages.ts";
import { combineVerdicts, decideLedger } from "./ledger.ts";
import { madeUpExperiment, madeUpRecord } from "./_fixture.ts";
import { entryFromRecords } from "./results.ts";

function claim(id: string, extra: Partial<LedgerClaim> = {}): LedgerClaim {
  return {
    id,
    where: "i2dl:7",
    section: "Lecture 1",
    quote: `says ${id}`,
    kinds: ["exact"],
    confirms: `${id} holds.`,
    refutes: `${id} fails.`,
    expected: "confirmed",
    ...extra,
  };
}

const right = { kind: "formula", right: "y = x" } as const;
const ledger: readonly LedgerSection[] = [
  {
    slug: "01-a",
    title: "A <b>",
    claims: [claim("one"), claim("two", { expected: "erratum", erratum: right })],
  },
  {
    slug: "02-b",
    title: "B",
    claims: [claim("three"), claim("four", { expected: "erratum", erratum: right })],
  },
];
const findings = {
  one: { verdict: "depends", evidence: "1 | 2.", condition: "the sign" },
  two: { verdict: "erratum", evidence: "3 fails, 4 holds." },
} as const;

/** A made-up experiment with one claim, decided as told. */
function entryWith(id: string, verdict: "confirmed" | "refuted" | "inconclusive") {
  const base = madeUpExperiment({ id: "zoo", family: "vision", title: "The zoo" });
  const experiment = {
    ...base,
    claims: [{ id, measured: "By eye.", decide: () => ({ verdict, evidence: "seen" }) }],
  };
  return entryFromRecords(experiment, [0, 1].map((seed) => madeUpRecord(seed, { experiment: "zoo" })));
}

Deno.test("verdicts of several tests are one only if they agree", () => {
  assertEquals(combineVerdicts(["refuted", "refuted"]), "refuted");
  assertEquals(combineVerdicts(["refuted", "inconclusive"]), "depends");
  assertEquals(combineVerdicts(["inconclusive", "inconclusive"]), "open");
  assertEquals(combineVerdicts(["erratum"]), "erratum");
});

Deno.test("findings and experiments' claims meet in the ledger by id", () => {
  const verdicts = decideLedger([entryWith("three", "refuted")], findings, ledger)
    .flatMap(({ rows }) => rows.map(({ claim, verdict }) => [claim.id, verdict]));
  assertEquals(verdicts, [["one", "depends"], ["two", "erratum"], ["three", "refuted"], ["four", "open"]]);
  assertThrows(() => decideLedger([], { five: findings.two }, ledger), RangeError, '"five"');
  assertThrows(() => decideLedger([entryWith("six", "refuted")], {}, ledger), RangeError, '"six"');
  assertThrows(() => decideLedger([], { one: findings.two }, ledger), RangeError, "its right form");
});

Deno.test("a rule that was changed after a first result is marked, once a test has one", () => {
  const changed = ledger.map((section) => ({
    ...section,
    claims: section.claims.map((claim) => ({ ...claim, revised: `The rule of ${claim.id} was another.` })),
  }));
  const pages = buildClaimsPages(decideLedger([entryWith("three", "refuted")], findings, changed));
  const second = pages.get("claims/02-b.md")!;
  assertStringIncludes(second, "By eye.<br>**Revised**: note 1 below the table. |");
  assertStringIncludes(second, "\n\n1. `three`: The rule of three was another.\n\n");
  assert(!second.includes("rule of four"));
  assertStringIncludes(pages.get("claims.md")!, "3 claims whose rule");
});

Deno.test("the pages count, show and link every claim", () => {
  const pages = buildClaimsPages(decideLedger([entryWith("three", "refuted")], findings, ledger));
  assertEquals([...pages.keys()], ["claims.md", "claims/01-a.md", "claims/02-b.md", "errata.md"]);
  const overview = pages.get("claims.md")!;
  assertStringIncludes(overview, "**1 refuted, 1 erratum, 1 depends, 1 open**");
  assertStringIncludes(overview, "| [A &lt;b&gt;](claims/01-a.md) | 2 | 0 | 0 | 1 | 1 | 0 |");
  assertStringIncludes(overview, "| **all** | **4** | **0** | **1** | **1** | **1** | **1** |");
  const first = pages.get("claims/01-a.md")!;
  assertStringIncludes(first, "1 \\| 2. _Depends on_ the sign.");
  assertStringIncludes(first, "| **Confirmed if:** one holds.<br>**Refuted if:** one fails. |");
  assert(!first.includes("## Open"));
  const second = pages.get("claims/02-b.md")!;
  assertStringIncludes(
    second,
    "[The zoo](../vision/zoo/report.md): seen | **Confirmed if:** three holds.<br>",
  );
  assertStringIncludes(second, "three fails.<br>**Measured:** By eye. |");
  assertStringIncludes(second, "They were written before the test.");
  assert(![...pages.values()].some((page) => page.includes("Revised")));
  assertStringIncludes(second.slice(second.indexOf("## Open")), "says four");
  const errata = pages.get("errata.md")!;
  assertStringIncludes(errata, "1 place where");
  assertStringIncludes(errata, "3 fails, 4 holds.");
  assertStringIncludes(errata, "[`two`](claims/01-a.md#two)");
  assertStringIncludes(errata.slice(errata.indexOf("## Suspected")), "says four");
});
