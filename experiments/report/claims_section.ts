import { placedClaim, Revisions, rulesOf } from "./claim_words.ts";
import { code, escapeMarkdown, table } from "./markdown.ts";
import { decideClaims, type ReportEntry, tally } from "./results.ts";

const TITLE = "## Claims tested";

/** The part of a report on the claims that its experiment tests, as paragraphs: none where it tests none. */
export function claimsSection(entry: ReportEntry): string[] {
  const decided = decideClaims(entry);
  if (decided.length === 0) return [];
  const revisions = new Revisions();
  const rows = decided.map(({ claim: { id, measured, revised }, verdict, evidence, condition }) => {
    const { claim, section } = placedClaim(id, entry.experiment.id);
    return [
      `“${escapeMarkdown(claim.quote)}”<br>[${code(id)}](../../claims/${section.slug}.md#${id})`,
      escapeMarkdown(claim.where),
      `${rulesOf(claim)}<br>**Measured:** ${escapeMarkdown(measured)}${
        revisions.mark(claim, [claim.revised, revised])
      }`,
      `**${verdict}**`,
      `${escapeMarkdown(evidence)}${
        condition === undefined ? "" : ` _Depends on_ ${escapeMarkdown(condition)}.`
      }`,
    ];
  });
  return [
    TITLE,
    table(["claim", "where", "rule", "verdict", "evidence"], rows),
    ...revisions.words("The rules are those of the [ledger of claims](../../claims.md).", "run"),
  ];
}

/**
 * A report with the part on claims, and their count on top, as they are now: rules and how they are measured may be put
 * in other words without a run. A page without such a part stays as it is.
 */
export function refreshClaims(page: string, entry: ReportEntry): string {
  const section = claimsSection(entry);
  const from = page.indexOf(`\n${TITLE}\n`) + 1;
  const count = tally(decideClaims(entry));
  if (from === 0 || section.length === 0 || count === undefined) return page;
  const to = page.indexOf("\n## ", from) + 1;
  const head = page.slice(0, from).replace(
    /^\d+ claims? of the notes tested: .*$/m,
    () => escapeMarkdown(count),
  );
  return `${head}${section.join("\n\n")}\n\n${page.slice(to)}`;
}
