import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import type { Experiment } from "../define_experiment.ts";
import type { Exhibit } from "../exhibit.ts";
import type { RunRecord } from "../record.ts";
import { buildReport } from "./build_report.ts";
import { lossBits, madeUpConfusion, madeUpExperiment, madeUpRecord, madeUpTraining } from "./_fixture.ts";
import { parseXml } from "./_well_formed.ts";

const experiment = madeUpExperiment();
const records = [0, 1, 2].map((seed) => madeUpRecord(seed));

/** Builds a report, checks what holds for every report, and gives its page. */
function pageOf(definition: Experiment, runs: readonly RunRecord[]): { page: string; files: string[] } {
  const report = buildReport(definition, runs);
  assertEquals(buildReport(definition, [...runs].reverse()), report);
  for (const [name, content] of report) {
    if (name.endsWith(".svg")) parseXml(String(content));
  }
  const page = String(report.get("report.md"));
  const shown = [...page.matchAll(/\]\(([^)\s]+\.svg)\)|src="([^"]+)"/g)].map(([, a, b]) => a ?? b ?? "");
  assertEquals([...new Set(shown)].sort(), [...report.keys()].filter((name) => name !== "report.md").sort());
  for (const block of page.split("\n\n").filter((part) => part.startsWith("| "))) {
    const bars = block.split("\n").map((line) => line.match(/(?<!\\)\|/g)?.length);
    assertEquals(new Set(bars).size, 1, `a table with rows of different lengths:\n${block}`);
  }
  return { page, files: [...report.keys()] };
}

Deno.test("a report has its page and its figures, the same bytes for any order of the records", () => {
  const { page, files } = pageOf(experiment, records);
  assertEquals(files, ["report.md", "curves.svg", "confusion.svg", "predictions.png"]);
  assertEquals(page.match(/^## .*/gm), [
    "## What came out",
    "## What the notes say",
    "## Claims tested",
    "## Data",
    "## Model",
    "## Method",
    "## Results",
    "## Differences from the notes and the paper",
    "## Reproduce it",
    "## Hashes",
  ]);
});

Deno.test("the page states the numbers of the runs", () => {
  const { page } = pageOf(experiment, records);
  const has = (part: string) => assertStringIncludes(page.replaceAll("\u00a0", " "), part);
  has("**Test accuracy is 95.25% ± 0.25 (mean and standard deviation over 3 seeds)");
  has("| test accuracy | **95.25%** | 0.25 | 95.00% | 95.25% | 95.50% |");
  has("| test accuracy | 0.95 | 0.9524999999999999 | 0.955 |");
  has("+14.25 points (better)");
  has("| **total** |  | **2,345** |");
  has("| `adam.rate` | `0.001` | `0.001` |");
  has("| seeds | 0, 1, 2 | 0 |");
  has(records[0]!.data["shapes"]!);
  has(records[2]!.trainings["main"]!.milestones[1]!.parameters.sha256);
  has("deno task reproduce shapes-mlp\n");
  has("3 of 3 seeds are above 90 %.");
});

Deno.test("nothing on the page or in the figures depends on when, where or how it was run", () => {
  for (const content of buildReport(experiment, records).values()) {
    if (typeof content !== "string") continue;
    assert(!/\b20\d\d-\d\d|\d\d:\d\d|\/home\/|\/tmp\/|undefined|NaN|\[object/.test(content));
  }
});

Deno.test("one seed has no deviation", () => {
  const { page } = pageOf(experiment, [madeUpRecord(1)]);
  assertStringIncludes(page, "(one seed)");
  assertStringIncludes(page, "| **95.25%** | – | 95.25% |");
  assertStringIncludes(page, "(seed 1; not run: 0, 2)");
});

Deno.test("no records are an error", () => {
  assertThrows(() => buildReport(experiment, []), RangeError, "at least one record, got none");
});

Deno.test("the quick profile is named everywhere", () => {
  const { page } = pageOf(experiment, [madeUpRecord(0, { profile: "quick" })]);
  assertStringIncludes(page, "the quick profile, which trains less than the full one");
  assertStringIncludes(page, "deno task verify shapes-mlp --profile quick");
});

Deno.test("a run without training, confusion matrix or samples has a page alone", () => {
  const bare = { trainings: {}, confusion: null, samples: null };
  const { page, files } = pageOf(madeUpExperiment({ datasets: [], claims: [], notes: [], differences: [] }), [
    madeUpRecord(0, bare),
  ]);
  assertEquals(files, ["report.md"]);
  assert(!page.includes("### Learning curves"));
  assertEquals(
    pageOf(experiment, [madeUpRecord(0, { ...bare, confusion: { classes: [], counts: [] } })]).files,
    [
      "report.md",
    ],
  );
});

/** The fixture, fitted in closed form. */
function fittedFixture(config: unknown) {
  const profile = { seeds: [0], config };
  const definition = madeUpExperiment({
    deterministic: true,
    profiles: { quick: profile, full: profile },
    comparisons: [0.95, 0.94].map((value) => ({
      kind: "independent",
      label: "another program",
      metric: "testAccuracy",
      value,
      tolerance: 0.005,
      source: "by hand",
    })),
  });
  const training = madeUpTraining(0);
  const [first] = training.milestones;
  const main = { ...training, steps: 0, losses: "", milestones: [first!], curves: {} };
  return { definition, record: madeUpRecord(0, { trainings: { main } }), fitted: first!.parameters.sha256 };
}

Deno.test("what is fitted without steps has no curves, and its parameters are pinned", () => {
  const { definition, record, fitted } = fittedFixture({ ridge: 1 });
  const { page, files } = pageOf(definition, [record]);
  assertEquals(files, ["report.md", "confusion.svg", "predictions.png"]);
  assertStringIncludes(page, "| **fitted here** | **2,345** | the runs |");
  assertStringIncludes(page, `main: fitted\n  parameters          ${fitted}\n`);
  assertStringIncludes(page, "# computes again, compares, writes nothing");
  assert(!/initial parameters|loss of every step|train(?:s|ed) (?:again|here)/.test(page));
});

Deno.test("a claim's sentence and rules are the ledger's; what was changed after a result is marked", () => {
  const [claim] = experiment.claims;
  const { page } = pageOf(experiment, [madeUpRecord(0)]);
  assertStringIncludes(page, "| claim | where | rule | verdict | evidence |");
  assertStringIncludes(
    page,
    "[`levenberg-monotone`](../../claims/01-classical.md#levenberg-monotone) | i2dl:963-965 | **Confirmed if:**",
  );
  assertStringIncludes(page, "<br>**Measured:** By a test accuracy above 90 % on shapes. |");
  assertStringIncludes(page, "They were written before the run.");
  const revised = { ...claim!, revised: "The bound was 80 %." };
  const marked = pageOf(madeUpExperiment({ claims: [claim!, revised] }), [madeUpRecord(0)]).page;
  assertStringIncludes(marked, "on shapes.<br>**Revised**: note 1 below the table. |");
  assertStringIncludes(marked, "before the run, except those marked as revised");
  assertStringIncludes(marked, "\n\n1. `levenberg-monotone`: The bound was 80 %.\n\n");
  const unknown = madeUpExperiment({ claims: [{ ...claim!, id: "no-such" }] });
  assertThrows(() => buildReport(unknown, [madeUpRecord(0)]), RangeError, 'one of its ids, got "no-such"');
});

Deno.test("a report on what draws nothing at random does not speak of seeds", () => {
  const { definition, record } = fittedFixture({ ridge: 1 });
  const { page } = pageOf(definition, [record]);
  assert(!/seed|deviation/i.test(page.replace("1 of 1 seeds", "")));
  assertStringIncludes(page, "**Test accuracy is 95.00% (nothing is drawn at random): ");
  assertStringIncludes(page, "| test accuracy | **95.00%** | 0.95 |");
  assertStringIncludes(page, "Every number on this page is of the full profile.");
  const curves = { main: madeUpTraining(0), other: madeUpTraining(1), short: madeUpTraining(2, 40) };
  const trained = buildReport(definition, [madeUpRecord(0, { trainings: curves })]);
  assertEquals([...trained.keys()].filter((name) => name.endsWith(".svg")).length, 4);
  for (const [name, content] of trained) {
    if (name.endsWith(".svg")) assert(!/seed/i.test(String(content)), name);
  }
  assertStringIncludes(String(trained.get("report.md")), "\n\nThe main training run.\n\n");
  const none = fittedFixture({});
  const uncounted = { ...none.definition, model: { ...none.definition.model, counts: [] } };
  assertStringIncludes(pageOf(uncounted, [none.record]).page, "Fitted here: **2,345 parameters**.");
  assertStringIncludes(pageOf(none.definition, [none.record]).page, "There are no hyper-parameters.");
});

Deno.test("a number from another experiment is linked to its report", () => {
  const [comparison] = experiment.comparisons;
  const cited = [{ ...comparison!, source: "baselines/nearest-mean" }];
  const { page } = pageOf({ ...experiment, comparisons: cited }, records);
  assertStringIncludes(page, "| [baselines/nearest-mean](../../baselines/nearest-mean/report.md) |");
});

Deno.test("a result is said to agree with an independent one, or not to", () => {
  const { definition, record } = fittedFixture({});
  const { page } = pageOf(definition, [record]);
  assertStringIncludes(page, "it agrees with the independent 95.00% (another program), 0.00 points apart");
  assertStringIncludes(page, "it DISAGREES with the independent 94.00% (another program), 1.00 points apart");
  assertStringIncludes(page, "(agrees: at most 0.5 points expected)");
  assertStringIncludes(page, "+1.00 points (disagrees: at most 0.5 points expected)");
});

Deno.test("losses that are not finite are marked and the rest is drawn", () => {
  const training = madeUpTraining(0);
  const lost = (losses: number[]) => ({ main: { ...training, losses: lossBits(losses) } });
  const diverged = Array.from({ length: 1200 }, (_, t) => t < 300 ? 2 - t / 300 : t < 500 ? Infinity : NaN);
  const report = buildReport(experiment, [madeUpRecord(0, { trainings: lost(diverged) }), madeUpRecord(1)]);
  const svg = String(report.get("curves.svg"));
  parseXml(svg);
  assertStringIncludes(svg, "×: first loss that is not finite");
  assert(!/NaN|Infinity/.test(svg));
  const never = buildReport(experiment, [madeUpRecord(0, { trainings: lost([NaN, NaN]) })]);
  parseXml(String(never.get("curves.svg")));
  assertMatch(
    String(buildReport(experiment, [madeUpRecord(0, { metrics: { testAccuracy: NaN } })]).get("report.md")),
    /NaN/,
  );
});

Deno.test("twenty thousand steps and five seeds are a small figure", () => {
  const curve = Array.from({ length: 5000 }, (_, i) => ({ step: i * 4, value: i / 5000 }));
  const long = [0, 1, 2, 3, 4].map((seed) => {
    const training = madeUpTraining(seed, 20_000);
    return madeUpRecord(seed, {
      trainings: { main: { ...training, curves: { "test accuracy": curve, loss: curve } } },
    });
  });
  const svg = String(buildReport(experiment, long).get("curves.svg"));
  assert(svg.length < 150_000, `${svg.length} characters`);
});

Deno.test("other training runs are drawn together where they are equally long", () => {
  const trainings = {
    main: madeUpTraining(0),
    relu: madeUpTraining(1),
    tanh: madeUpTraining(2),
    "a/b<c>": madeUpTraining(3, 40),
  };
  const { page, files } = pageOf(experiment, [
    madeUpRecord(0, { trainings }),
    madeUpRecord(1, { trainings }),
  ]);
  assertEquals(files.filter((name) => name.startsWith("curves-")), ["curves-2.svg", "curves-3.svg"]);
  assertStringIncludes(page, "3 training runs with seed 0.");
  assertStringIncludes(page, 'The training run "a/b&lt;c&gt;" of seeds 0 and 1.');
});

Deno.test("more seeds than colours share one", () => {
  const training = madeUpTraining(0, 20);
  const many = Array.from({ length: 30 }, (_, seed) => madeUpRecord(seed, { trainings: { main: training } }));
  assertStringIncludes(String(buildReport(experiment, many).get("curves.svg")), "30 seeds");
});

const EXHIBITS: readonly Exhibit[] = [
  {
    kind: "plot",
    name: "elbow",
    title: "Error by size",
    caption: "The larger, the better.",
    x: { title: "size", scale: "logarithmic" },
    y: { title: "error", scale: "linear", format: "percent" },
    series: [
      { label: "here", mark: "line", points: [{ x: 1, y: 0.5 }, { x: 10, y: 0.25 }] },
      { label: "there", mark: "points", points: [{ x: 100, y: 0.125 }] },
    ],
  },
  {
    kind: "table",
    name: "words",
    title: "Words",
    caption: "Three of them.",
    columns: ["word", "count"],
    rows: [["a|b", "1,200"], ["c", "\u22123.5%"]],
  },
  {
    kind: "pictures",
    name: "shapes",
    title: "Means",
    caption: "Of two shapes.",
    height: 1,
    width: 2,
    pictures: [{ label: "one", pixels: btoa("\0\xff") }, { label: "two", pixels: btoa("abcdef") }],
  },
];

Deno.test("exhibits stand among the results, those of the first seed that has them", () => {
  const [plot, table, pictures] = EXHIBITS;
  const runs = [
    madeUpRecord(0, { exhibits: [plot!, pictures!] }),
    madeUpRecord(1, { exhibits: [table!, { ...plot!, title: "Not shown" }] }),
  ];
  const { page, files } = pageOf(experiment, runs);
  assertEquals(files.slice(-2), ["elbow.svg", "shapes.png"]);
  assertEquals(page.match(/^### (?:Error|Means|Words|Not).*/gm), [
    "### Error by size",
    "### Means",
    "### Words",
  ]);
  assertStringIncludes(page, "The larger, the better. (Seed 0.)");
  assertStringIncludes(page, "| word | count |\n| :-- | --: |\n| a\\|b | 1,200 |\n");
  assertStringIncludes(page, "Three of them. (Seed 1.)");
  const elbow = String(buildReport(experiment, runs).get("elbow.svg"));
  // Logarithmic: 10 is half way from 1 to 100.
  for (const part of ["size</text>", "error</text>", ">here</text>", ">50%</text>", "<circle"]) {
    assertStringIncludes(elbow, part);
  }
});

Deno.test("a plot that cannot be drawn is refused", () => {
  const [plot] = EXHIBITS;
  if (plot?.kind !== "plot") throw new Error("the first is a plot");
  const draw = (changes: Partial<typeof plot>) =>
    buildReport(experiment, [madeUpRecord(0, { exhibits: [{ ...plot, ...changes }] })]);
  assertThrows(() => draw({ series: [] }), RangeError, "expected points, got none");
  const zero = [{ label: "", mark: "line" as const, points: [{ x: 0, y: 1 }] }];
  assertThrows(() => draw({ series: zero }), RangeError, 'values above 0 on axis "size", got 0');
  const many = Array.from({ length: 13 }, () => plot.series[0]!);
  assertThrows(() => draw({ series: many }), RangeError, "at most 12 series, got 13");
});

Deno.test("hostile text in a definition and in records stays text", () => {
  const hostile = 'x | y</td><script>alert("1")</script> [l](javascript:1) **b** `c` $m$ #\n\n# h\u0000';
  const [metric] = experiment.metrics;
  const [claim] = experiment.claims;
  const [dataset] = experiment.datasets;
  const definition = madeUpExperiment({
    title: hostile,
    question: hostile,
    notes: [{ note: hostile, section: hostile, quote: hostile }],
    datasets: [{
      ...dataset!,
      title: hostile,
      description: hostile,
      licence: hostile,
      citation: hostile,
      origin: hostile,
    }],
    model: {
      name: hostile,
      layers: [{ name: hostile, shape: hostile, parameters: 1 }],
      counts: [{ label: hostile, count: hostile, source: hostile }],
    },
    method: [hostile],
    profiles: {
      quick: { seeds: [0], config: { [hostile]: hostile } },
      full: { seeds: [0], config: { [hostile]: hostile } },
    },
    metrics: [{ ...metric!, title: hostile }],
    comparisons: [{ kind: "baseline", label: hostile, metric: metric!.name, value: 0, source: hostile }],
    claims: [{
      ...claim!,
      measured: hostile,
      revised: hostile,
      decide: () => ({ verdict: "refuted", evidence: hostile }),
    }],
    differences: [hostile],
  });
  const matrix = madeUpConfusion(0);
  const run = madeUpRecord(0, {
    confusion: { classes: matrix.classes.map((name) => name + hostile), counts: matrix.counts },
    trainings: { main: madeUpTraining(0), [hostile]: madeUpTraining(1) },
  });
  const { page } = pageOf(definition, [run]);
  const prose = page.replace(/^---\n[^]*?\n---\n/, "").replace(/`+[^`]*`+/g, "");
  assert(!/<script|<\/td/i.test(prose));
  assertEquals(page.match(/^# .*/gm)?.length, 1);
});
