import { join } from "node:path";
import * as v from "valibot";
import { readTextIfThere } from "@verbatim/data/files";
import type { LedgerClaim } from "@verbatim/claims";
import { prettyJson } from "./canonical_json.ts";
import { parseJsonAs } from "./validation.ts";

/** Where the rules of claims are kept as they stood when a claim had its first result, in the workspace. */
export const RULES_FILE = "reports/claims/rules.lock.json";

const Rules = v.record(
  v.string(),
  v.strictObject({
    confirms: v.string(),
    refutes: v.string(),
    /** By the experiment's id. */
    measured: v.record(v.string(), v.string()),
  }),
);
const RulesSchema = v.strictObject({ format: v.literal(1), rules: Rules });

/** The rules of claims, and how experiments measured them, as they stood with the first result; by the claim's id. */
export type FirstRules = v.InferOutput<typeof Rules>;

/** What matters here of a decided section of the ledger: its claims with their tests. */
export interface TestedSection {
  readonly rows: readonly {
    readonly claim: LedgerClaim;
    readonly tests: readonly {
      readonly experiment: { readonly id: string } | undefined;
      readonly measured: string | undefined;
      readonly revised: string | undefined;
    }[];
  }[];
}

/** The text of the file with the first rules. */
export function formatRules(rules: FirstRules): string {
  return prettyJson({ format: 1, rules }, "rules");
}

/**
 * The first rules that are kept: none in a workspace without them.
 *
 * @throws {SyntaxError} if the file is no valid one.
 */
export async function readRules(root: string): Promise<FirstRules> {
  const text = await readTextIfThere(join(root, RULES_FILE));
  return text === undefined ? {} : parseJsonAs(RulesSchema, text, RULES_FILE).rules;
}

/** What is kept, and the rules and measures of what has a result for the first time. Nothing that is kept changes. */
export function keepRules(kept: FirstRules, ledger: readonly TestedSection[]): FirstRules {
  const rules: FirstRules = { ...kept };
  for (const { claim: { id, confirms, refutes }, tests } of ledger.flatMap(({ rows }) => rows)) {
    if (tests.length === 0) continue;
    const now = tests.flatMap(({ experiment, measured }) =>
      experiment === undefined || measured === undefined ? [] : [[experiment.id, measured] as const]
    );
    const first = rules[id] ?? { confirms, refutes, measured: {} };
    rules[id] = { ...first, measured: { ...Object.fromEntries(now), ...first.measured } };
  }
  return rules;
}

/** The claims whose rules, or how they are measured, are not those of the first result, though no `revised` says so. */
export function unmarkedChanges(kept: FirstRules, ledger: readonly TestedSection[]): string[] {
  return ledger.flatMap(({ rows }) => rows).flatMap(({ claim, tests }) => {
    const first = kept[claim.id];
    if (first === undefined) return [];
    const changed = first.confirms !== claim.confirms || first.refutes !== claim.refutes;
    return [
      ...(changed && claim.revised === undefined ? [`${claim.id}: the ledger's rules`] : []),
      ...tests.flatMap(({ experiment, measured, revised }) => {
        const before = experiment && first.measured[experiment.id];
        return before === undefined || before === measured || revised !== undefined
          ? []
          : [`${claim.id}: how "${experiment!.id}" measures it`];
      }),
    ];
  });
}
