/** What stands in `reports` on the claims is what the checks and the pinned results say today. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CHECKS, LEDGER_CLAIMS } from "@verbatim/claims";
import { buildClaimsPages, decideLedger, entryFromLock } from "./report/mod.ts";
import { decideClaims } from "./report/results.ts";
import { FINDINGS_FILE, formatFindings, readFindings } from "./runner/findings_file.ts";
import { readLocks } from "./runner/plan.ts";
import { keepRules, readRules, unmarkedChanges } from "./runner/rules_file.ts";
import { loadExperiments, reportFolder } from "./runner/registry.ts";
import { buildClaims } from "./runner/write_reports.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const all = await loadExperiments(root);
const CLAIM_KEYS = ["id", "measured", "revised", "decide"];

// That the checks find what is pinned is tested where they are, in claims/compute_findings_test.ts.
Deno.test("the file of findings is as deno task claims writes it, with one for each exact check", async () => {
  const findings = await readFindings(root) ?? {};
  assertEquals(Object.keys(findings), Object.keys(CHECKS).toSorted((a, b) => (a < b ? -1 : 1)));
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
  const ledger = decideLedger(entries, await readFindings(root) ?? {});
  const rules = await readRules(root);
  assertEquals(keepRules(rules, ledger), rules, "a first result without its rules: run deno task claims");
  assertEquals(unmarkedChanges(rules, ledger), [], "changed after a first result, and no `revised` says so");
  const pages = buildClaimsPages(ledger);
  for (const [name, page] of pages) {
    assertEquals(await Deno.readTextFile(join(root, "reports", name)), page, name);
  }
  const written = [...Deno.readDirSync(join(root, "reports/claims"))].map(({ name }) => `claims/${name}`);
  const expected = [...pages.keys()].filter((name) => name.startsWith("claims/"));
  assertEquals(written.filter((name) => name.endsWith(".md")).toSorted(), expected.toSorted());
});

Deno.test("what reports say of claims is what the ledger and the pinned results say: else run deno task claims", async () => {
  const reports = await buildClaims(root, all, await readLocks(root, all));
  for (const [path, page] of reports) assertEquals(await Deno.readTextFile(path), page, path);
  for (const { experiment } of all.filter(({ experiment }) => experiment.claims.length > 0)) {
    const path = join(reportFolder(root, experiment), "report.md");
    assert(reports.get(path)?.includes("## Claims tested"), path);
  }
});

Deno.test("an experiment's claim is one of the ledger, which alone has its sentence and its rules", () => {
  for (const { experiment } of all) {
    assertEquals(
      new Set(experiment.claims.map(({ id }) => id)).size,
      experiment.claims.length,
      experiment.id,
    );
    for (const claim of experiment.claims) {
      const name = `${experiment.id}: ${claim.id}`;
      assert(LEDGER_CLAIMS.some(({ id }) => id === claim.id), name);
      assertEquals(Object.keys(claim).filter((key) => !CLAIM_KEYS.includes(key)), [], name);
      // What is measured may make the rule concrete and may not be another one.
      assert(
        !/confirm|refut|depend|erratum|inconclusive/i.test(claim.measured),
        `${name}: ${claim.measured}`,
      );
      for (const text of [claim.measured, claim.revised ?? "None."]) {
        assert(/^[A-Z].{3,}\.$/.test(text), name);
      }
    }
  }
});

Deno.test("a claim is decided by as many seeds as its rule asks for: five where it says every seed", async () => {
  const locks = await readLocks(root, all);
  for (const { experiment } of all) {
    const lock = locks.get(experiment.id);
    const entry = lock && entryFromLock(experiment, lock);
    for (const { id } of entry === undefined ? [] : experiment.claims) {
      const { confirms, refutes } = LEDGER_CLAIMS.find((claim) => claim.id === id)!;
      const [, count] = /\b(three|five) seeds\b/.exec(confirms) ?? [];
      const needed = count === "three"
        ? 3
        : count === "five" || /every seed/.test(confirms + refutes)
        ? 5
        : 1;
      assert(entry!.seeds.length >= needed, `${experiment.id}: ${id} needs ${needed} seeds`);
    }
  }
});
