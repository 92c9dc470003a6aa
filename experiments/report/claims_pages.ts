/**
 * The pages on the claims of the notes: totals, a page for each section, and the errata.
 *
 * @module
 */
import { CHECK_FILES, type ErratumKind, type LedgerClaim } from "@verbatim/claims";
import { type DecidedSection, LEDGER_VERDICTS, type LedgerRow } from "./ledger.ts";
import { bullets, code, escapeMarkdown, table } from "./markdown.ts";
import { plural } from "./format.ts";
import { Revisions, rulesOf } from "./claim_words.ts";
import { reportPath } from "./index_pages.ts";

const KINDS = {
  exact: "an exact check",
  run: "training runs",
  paper: "the paper",
} as const satisfies Record<LedgerClaim["kinds"][number], string>;

const ERRATA: Readonly<Record<ErratumKind, { title: string; words: string }>> = {
  code: { title: "Code", words: "What does not run, or computes something else." },
  formula: { title: "Formulas", words: "Wrong as mathematics." },
  statement: { title: "Statements", words: "Wrong in words or numbers." },
  lost: {
    title: "Lost characters",
    words: "A sign, fraction bar, root, letter or word that was lost when the notes were typed or extracted.",
  },
};

/** The pages by their path in the folder of reports. */
export function buildClaimsPages(sections: readonly DecidedSection[]): Map<string, string> {
  return new Map([
    ["claims.md", overview(sections)],
    ...sections.map((decided): [string, string] => [`claims/${pageOf(decided)}`, sectionPage(decided)]),
    ["errata.md", errataPage(sections)],
  ]);
}

function pageOf({ section }: DecidedSection): string {
  return `${section.slug}.md`;
}

function overview(sections: readonly DecidedSection[]): string {
  const rows = sections.flatMap(({ rows }) => rows);
  const revised = sections.flatMap((decided) =>
    decided.rows.filter(isRevised).map(({ claim }) =>
      `[${code(claim.id)}](claims/${pageOf(decided)}#${claim.id})`
    )
  );
  const counts = (of: readonly LedgerRow[]) =>
    LEDGER_VERDICTS.map((verdict) => `${of.filter((row) => row.verdict === verdict).length}`);
  return page(
    "# Claims of the notes",
    `${
      plural(rows.length, "sentence")
    }, formulas and numbers of the lecture notes that a computation, a training ` +
      `run or a paper can decide: **${tallyOf(rows)}**.`,
    table(
      ["section", "claims", ...LEDGER_VERDICTS],
      [
        ...sections.map((decided) => [
          `[${escapeMarkdown(decided.section.title)}](claims/${pageOf(decided)})`,
          `${decided.rows.length}`,
          ...counts(decided.rows),
        ]),
        ["all", `${rows.length}`, ...counts(rows)].map((cell) => `**${cell}**`),
      ],
      "lrrrrrr",
    ),
    "## How a verdict comes about",
    "Every claim has a rule that confirms and a rule that refutes it. They were written before the test; where history " +
      "shows that a rule, or the way in which it is measured, was changed, or came, after a first result, the claim is " +
      "marked as revised, and a note says what was changed. An exact check computes, without data and with at most a toy that trains for a second; a claim about training is decided by " +
      "the metrics of an experiment's runs, all seeds. No verdict is typed by hand: each is computed from the findings of the checks and the pinned metrics.",
    bullets([
      "**confirmed**: the rule that confirms is met, in every test of the claim.",
      "**refuted**: the rule that refutes is met.",
      "**erratum**: what is printed fails, and the form that should stand there holds; both are computed. All of " +
      "them: [errata.md](errata.md).",
      "**depends**: the rule that confirms is met under one condition and the rule that refutes under another (for " +
      "some data, methods or sizes); both are computed, and the condition is named. Also where tests of one claim come " +
      "to different verdicts.",
      "**open**: not tested yet, or tested without a decision; the page shows the rules that will decide it.",
    ]),
    "“In every seed” stands for five seeds or more and a sign test at 5%, unless a rule says otherwise. A quotation " +
      "has at most 20 words, and “...” where it leaves some out.",
    "The check of every exact verdict is a function in `claims/checks`; `deno task claims` computes them all.",
    ...(revised.length === 0 ? [] : [
      "## Revised after a first result",
      `${
        plural(revised.length, "claim")
      } whose rule or measure was changed, or came, after a first result; the ` +
      `notes on the pages say what, when and why: ${revised.join(", ")}.`,
    ]),
  );
}

function sectionPage({ section, rows }: DecidedSection): string {
  const decided = rows.filter(({ tests }) => tests.length > 0);
  const open = rows.filter(({ tests }) => tests.length === 0);
  const parts = [
    `# ${escapeMarkdown(section.title)}`,
    `${plural(rows.length, "claim")}: ${
      tallyOf(rows)
    }. [All sections](../claims.md), [errata](../errata.md).`,
  ];
  if (decided.length > 0) {
    const revisions = new Revisions();
    parts.push("## Tested");
    parts.push(table(
      ["the notes say", "verdict", "what was found", "rule"],
      decided.map((row) => [
        said(row.claim),
        `**${row.verdict}**`,
        found(row, "../"),
        rules(row, revisions),
      ]),
    ));
    parts.push(...revisions.words("All tests of a claim follow the same rules.", "test"));
  }
  if (open.length > 0) {
    parts.push("## Open");
    parts.push(table(
      ["the notes say", "to be decided by", "confirmed if", "refuted if"],
      open.map(({ claim }) => [
        said(claim),
        claim.kinds.map((kind) => KINDS[kind]).join(", "),
        escapeMarkdown(claim.confirms),
        escapeMarkdown(claim.refutes),
      ]),
    ));
  }
  return page(...parts);
}

function errataPage(sections: readonly DecidedSection[]): string {
  const all = sections.flatMap((decided) =>
    decided.rows.flatMap((row) => {
      const { erratum } = row.claim;
      return erratum === undefined ? [] : [{ ...row, erratum, link: linkTo(decided, row.claim) }];
    })
  );
  const proved = all.filter(({ verdict }) => verdict === "erratum");
  const open = all.filter(({ verdict }) => verdict === "open");
  const others = all.filter(({ verdict }) => verdict !== "erratum" && verdict !== "open");
  const parts = [
    "# Errata of the notes",
    `${plural(proved.length, "place")} where what is printed fails and another form holds, both computed. ` +
    `${open.length} more are suspected and not yet proved; they stand at the end.`,
  ];
  for (const [kind, { title, words }] of Object.entries(ERRATA)) {
    const mine = proved.filter(({ erratum }) => erratum.kind === kind);
    if (mine.length === 0) continue;
    parts.push(`## ${title}`, words);
    parts.push(table(
      ["printed", "where", "right", "proof"],
      mine.map((row) => [
        escapeMarkdown(row.claim.quote),
        `${escapeMarkdown(row.claim.where)}<br>${row.link}`,
        escapeMarkdown(row.erratum.right),
        found(row, ""),
      ]),
    ));
  }
  const suspected = ({ claim, erratum, link }: typeof all[number]) => [
    escapeMarkdown(claim.quote),
    `${escapeMarkdown(claim.where)}<br>${link}`,
    escapeMarkdown(erratum.right),
  ];
  if (others.length > 0) {
    parts.push("## Suspected, and found otherwise");
    parts.push(table(
      ["printed", "where", "was thought to be right", "verdict", "what was found"],
      others.map((row) => [...suspected(row), `**${row.verdict}**`, found(row, "")]),
    ));
  }
  if (open.length > 0) {
    parts.push("## Suspected, not yet proved");
    parts.push(table(
      ["printed", "where", "is thought to be right", "kind"],
      open.map((row) => [...suspected(row), row.erratum.kind]),
    ));
  }
  return page(...parts);
}

/** What the notes say, where, and an anchor with the id. */
function said({ id, quote, where, section }: LedgerClaim): string {
  return `<a id="${id}"></a>“${escapeMarkdown(quote)}”<br>${escapeMarkdown(where)} (${
    escapeMarkdown(section)
  })<br>${code(id)}`;
}

/** Whether a rule of a tested claim, or what measures it, was changed after a first result. */
function isRevised({ claim, tests }: LedgerRow): boolean {
  return tests.length > 0 && [claim, ...tests].some(({ revised }) => revised !== undefined);
}

/** The rules of a claim, how each experiment measures them, and what was changed. */
function rules({ claim, tests }: LedgerRow, revisions: Revisions): string {
  const measured = new Map<string, string[]>();
  for (const { experiment, measured: how } of tests) {
    if (experiment !== undefined && how !== undefined) {
      measured.set(how, [...measured.get(how) ?? [], experiment.title]);
    }
  }
  const ways = [...measured].map(([how, titles]) => {
    const whose = measured.size > 1 ? `${titles.map(escapeMarkdown).join("; ")}: ` : "";
    return `<br>**Measured:** ${whose}${escapeMarkdown(how)}`;
  });
  return `${rulesOf(claim)}${ways.join("")}${
    revisions.mark(claim, [claim.revised, ...tests.map(({ revised }) => revised)])
  }`;
}

/** What the tests of a claim found, each with its condition and the link to its report or its check. */
function found({ claim, tests }: LedgerRow, up: string): string {
  return tests.map(({ verdict, evidence, condition, experiment }) => {
    const file = Object.entries(CHECK_FILES).find(([, checks]) => Object.hasOwn(checks, claim.id))?.[0];
    const source = experiment === undefined
      ? file === undefined ? "Exact check" : `[Exact check](${up}../claims/checks/${file})`
      : `[${escapeMarkdown(experiment.title)}](${up}${reportPath(experiment)})`;
    const parts = [
      `${source}${tests.length > 1 || verdict === "inconclusive" ? `, ${verdict}` : ""}: ${
        escapeMarkdown(evidence)
      }`,
    ];
    if (condition !== undefined) parts.push(`_Depends on_ ${escapeMarkdown(condition)}.`);
    return parts.join(" ");
  }).join("<br>");
}

function linkTo(decided: DecidedSection, { id }: LedgerClaim): string {
  return `[${code(id)}](claims/${pageOf(decided)}#${id})`;
}

function tallyOf(rows: readonly LedgerRow[]): string {
  return LEDGER_VERDICTS.flatMap((verdict) => {
    const count = rows.filter((row) => row.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  }).join(", ");
}

function page(...parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}
