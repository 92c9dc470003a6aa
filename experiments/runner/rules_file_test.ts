import { assertEquals } from "@std/assert";
import type { LedgerClaim } from "@verbatim/claims";
import { keepRules, type TestedSection, unmarkedChanges } from "./rules_file.ts";

const claim: LedgerClaim = {
  id: "one",
  where: "i2dl:7",
  section: "Lecture 1",
  quote: "says one",
  kinds: ["run"],
  confirms: "It rises.",
  refutes: "It falls.",
  expected: "confirmed",
};

/** The ledger of one claim with one test, with some of both replaced. */
function ledgerWith(
  changes: Partial<LedgerClaim> = {},
  test: { measured?: string; revised?: string } = {},
): TestedSection[] {
  const tests = [{ experiment: { id: "zoo" }, measured: test.measured ?? "By eye.", revised: test.revised }];
  return [{ rows: [{ claim: { ...claim, ...changes }, tests }] }];
}

const kept = keepRules({}, ledgerWith());

Deno.test("the rules of a first result are kept, and no later ones", () => {
  assertEquals(kept, { one: { confirms: "It rises.", refutes: "It falls.", measured: { zoo: "By eye." } } });
  assertEquals(keepRules(kept, ledgerWith({ confirms: "It jumps." }, { measured: "By ear." })), kept);
  const untested = ledgerWith().map(({ rows }) => ({ rows: rows.map((row) => ({ ...row, tests: [] })) }));
  assertEquals(keepRules({}, untested), {});
});

Deno.test("a rule or a measure that is no longer the first one must be marked", () => {
  assertEquals(unmarkedChanges(kept, ledgerWith()), []);
  assertEquals(unmarkedChanges({}, ledgerWith({ refutes: "It sinks." })), []);
  assertEquals(unmarkedChanges(kept, ledgerWith({ refutes: "It sinks." })), ["one: the ledger's rules"]);
  assertEquals(unmarkedChanges(kept, ledgerWith({ refutes: "It sinks.", revised: "It fell." })), []);
  const other = { measured: "By ear." };
  assertEquals(unmarkedChanges(kept, ledgerWith({ revised: "No." }, other)), ['one: how "zoo" measures it']);
  assertEquals(unmarkedChanges(kept, ledgerWith({}, { ...other, revised: "Ears are finer." })), []);
});
