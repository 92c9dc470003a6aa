import { join } from "node:path";
import { CHECKS, computeFindings } from "@verbatim/claims";
import { type Flags, parseArguments, UsageError } from "@verbatim/data/command_line";
import { writeFileIfChanged } from "@verbatim/data/files";
import { decideLedger, entryFromLock } from "../report/mod.ts";
import { Console, countOf, type World } from "./console.ts";
import { FINDINGS_FILE, formatFindings, readFindings } from "./findings_file.ts";
import { readLocks } from "./plan.ts";
import { loadExperiments } from "./registry.ts";
import { formatRules, keepRules, readRules, RULES_FILE } from "./rules_file.ts";
import { buildClaims, writeIndexes } from "./write_reports.ts";

const FLAGS: Flags = { json: { kind: "switch", help: "results as JSON lines" } };

export const CLAIMS_FLAGS: Flags = FLAGS;
export const CLAIMS_HELP =
  "claims: computes the exact checks of the notes' claims, writes the ledger's pages and the reports' part on claims";

/** Computes every exact check, pins what they found, and writes the pages. */
export async function claims(args: readonly string[], world: World): Promise<number> {
  const parsed = parseArguments(args, FLAGS);
  if (parsed.names.length > 0) throw new UsageError(`Expected no names, got ${parsed.names.join(", ")}.`);
  const console = new Console(world, { json: parsed.has("json") });
  const { root } = world;
  const old = await readFindings(root) ?? {};
  const findings = await computeFindings(CHECKS);
  for (const [id, { verdict }] of Object.entries(findings)) {
    const before = old[id]?.verdict;
    if (before === verdict) continue;
    console.event("claim", { id, verdict, before: before ?? null });
    console.result(`${id}: ${verdict}${before === undefined ? "" : `, was ${before}`}`);
  }
  await Deno.mkdir(join(root, "reports/claims"), { recursive: true });
  await writeFileIfChanged(join(root, FINDINGS_FILE), formatFindings(findings));
  const all = await loadExperiments(root);
  const locks = await readLocks(root, all);
  const entries = all.flatMap(({ experiment }) => {
    const lock = locks.get(experiment.id);
    return (lock && entryFromLock(experiment, lock)) ?? [];
  });
  const rules = keepRules(await readRules(root), decideLedger(entries, findings));
  await writeFileIfChanged(join(root, RULES_FILE), formatRules(rules));
  let changed = await writeIndexes(root, all, locks);
  for (const [path, content] of await buildClaims(root, all, locks)) {
    if (await writeFileIfChanged(path, content)) changed++;
  }
  console.result(
    `${countOf(Object.keys(findings).length, "exact check")}; ${countOf(changed, "page")} changed.`,
  );
  return 0;
}
