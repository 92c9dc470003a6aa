/** What stands in `reports` on the claims is what the checks and the pinned results say today. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CHECKS, computeFindings, LEDGER_CLAIMS, placesOf } from "@verbatim/claims";
import { buildClaimsPages, decideLedger, entryFromLock } from "./report/mod.ts";
import { decideClaims } from "./report/results.ts";
import { FINDINGS_FILE, formatFindings, readFindings } from "./runner/findings_file.ts";
import { readLocks } from "./runner/plan.ts";
import { loadExperiments } from "./runner/registry.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const all = await loadExperiments(root);

Deno.test("the pinned findings are those of the exact checks: else run deno task claims", async () => {
  const findings = await computeFindings(CHECKS);
  assertEquals(await Deno.readTextFile(join(root, FINDINGS_FILE)), formatFindings(findings));
});

Deno.test("the pages on the claims are those of the pinned results: else run deno task claims", async () => {
  const locks = await readLocks(root, all);
  const entries = all.flatMap(({ experiment }) => {
    const lock = locks.get(experiment.id);
    return (lock && entryFromLock(experiment, lock)) ?? [];
  });
  for (const entry of entries) {
    for (const { claim, verdict, condition } of decideClaims(entry)) {
      assertEquals(verdict === "depends", condition !== undefined, `${entry.experiment.id}: ${claim.id}`);
    }
  }
  const pages = buildClaimsPages(decideLedger(entries, await readFindings(root) ?? {}));
  for (const [name, page] of pages) {
    assertEquals(await Deno.readTextFile(join(root, "reports", name)), page, name);
  }
  const written = [...Deno.readDirSync(join(root, "reports/claims"))].map(({ name }) => `claims/${name}`);
  const expected = [...pages.keys()].filter((name) => name.startsWith("claims/"));
  assertEquals(written.filter((name) => name.endsWith(".md")).toSorted(), expected.toSorted());
});

Deno.test("an experiment's claim has the id and a place of a claim of the ledger", () => {
  for (const { experiment } of all) {
    for (const { id, where } of experiment.claims) {
      const claim = LEDGER_CLAIMS.find((claim) => claim.id === id);
      const wanted = claim === undefined ? [] : placesOf(claim.where);
      const meets = placesOf(where).some(({ note, from, to }) =>
        wanted.some((place) => place.note === note && from <= place.to && to >= place.from)
      );
      assertEquals(meets, true, `${experiment.id}: ${id} at ${where}, in the ledger at ${claim?.where}`);
    }
  }
});
