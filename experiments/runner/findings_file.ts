import { join } from "node:path";
import * as v from "valibot";
import type { Finding } from "@verbatim/claims";
import { readTextIfThere } from "@verbatim/data/files";
import { prettyJson } from "./canonical_json.ts";
import { parseJsonAs } from "./validation.ts";

/** Where the findings of the exact checks are pinned, in the workspace. */
export const FINDINGS_FILE = "reports/claims/exact.lock.json";

const FindingsSchema = v.strictObject({
  format: v.literal(1),
  findings: v.record(
    v.string(),
    v.strictObject({
      verdict: v.picklist(["confirmed", "refuted", "erratum", "depends"]),
      evidence: v.string(),
      condition: v.exactOptional(v.string()),
    }),
  ),
});

/** The text of the file with the findings of exact checks. */
export function formatFindings(findings: Readonly<Record<string, Finding>>): string {
  return prettyJson({ format: 1, findings }, "findings");
}

/**
 * The pinned findings of the exact checks, by the id of the claim; undefined in a workspace without them.
 *
 * @throws {SyntaxError} if the file is no valid one.
 */
export async function readFindings(root: string): Promise<Record<string, Finding> | undefined> {
  const text = await readTextIfThere(join(root, FINDINGS_FILE));
  return text === undefined ? undefined : parseJsonAs(FindingsSchema, text, FINDINGS_FILE).findings;
}
