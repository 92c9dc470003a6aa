import { createDevice, setDefaultDevice } from "@verbatim/core";
import type { Checks, Finding } from "./finding.ts";

/**
 * Runs checks on the reference device, one after the other: the findings by id, in the order of the ids. The default
 * device is another one afterwards, which is closed.
 *
 * @example
 * ```ts
 * import { computeFindings } from "@verbatim/claims";
 * import { assertEquals } from "@std/assert";
 *
 * const finding = { verdict: "confirmed", evidence: "1 + 1 = 2." } as const;
 * assertEquals(await computeFindings({ "one-and-one": () => finding }), { "one-and-one": finding });
 * ```
 *
 * @throws {Error} if a check throws, or gives a condition where the verdict has none or none where it needs one; names
 * the claim.
 */
export async function computeFindings(checks: Checks): Promise<Record<string, Finding>> {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const findings: Record<string, Finding> = {};
  for (const [id, check] of Object.entries(checks).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    try {
      const finding = await check();
      if ((finding.verdict === "depends") !== (finding.condition !== undefined)) {
        throw new TypeError(`expected a condition exactly for "depends", got ${JSON.stringify(finding)}`);
      }
      findings[id] = finding;
    } catch (cause) {
      throw new Error(`Cannot decide claim "${id}": ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    }
  }
  return findings;
}
