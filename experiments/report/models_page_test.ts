import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { tensor } from "@verbatim/core";
import { defineMethod, lenetModel } from "@verbatim/models";
import { buildModels, insertModels } from "./models_page.ts";
import { madeUpExperiment, madeUpRecord } from "./_fixture.ts";
import { entryFromRecords, type ReportEntry } from "./results.ts";

const method = defineMethod({
  id: "voting",
  family: "classical",
  title: "A | vote",
  notes: [{ note: "i2dl", section: "lecture 2" }],
  trial: { fit: () => tensor(1) },
});
const experiment = madeUpExperiment();
const result = entryFromRecords(experiment, [madeUpRecord(0), madeUpRecord(1)]);
const named = (id: string, family: string): ReportEntry => ({
  ...result,
  experiment: { ...experiment, id, family, title: `Title of ${id}` },
});

Deno.test("the table of models holds the counts of each configuration, stated and published", () => {
  const text = buildModels([{ entry: lenetModel, file: "vision/lenet.ts", results: [] }]);
  assertStringIncludes(text, "1 architecture and 0 fitted methods.");
  assertStringIncludes(text, "| [LeNet-5](vision/lenet.ts) | i2dl, lecture 10 |");
  assertStringIncludes(text, "`LENET_28` 61,706<br>`LENET_32` 61,706");
  assertStringIncludes(text, "`LENET_28` 60,000 (i2dl, lecture 10, rounded)<br>");
  assertStringIncludes(text, "(LeCun et al. 1998): there C3 is sparse");
  assertStringIncludes(text, " | – | – |\n");
  assertStringIncludes(
    text,
    "<summary>LeNet-5, LENET_28: 61,706 parameters</summary>\n\n```mermaid\nflowchart TB\n",
  );
  assertStringIncludes(text, "<b>c3: conv 5x5, relu</b>");
});

Deno.test("the experiment of the entry's name comes first, others only use it", () => {
  const about = named("about", "vision");
  const model = { ...about.experiment.model, of: [{ entry: method, metric: experiment.metrics[1]!.name }] };
  const results = [named("other", "vision"), named("voting", "classical"), named("tree", "classical")];
  const text = buildModels([{ entry: method, file: "classical/vote.ts", results }]);
  const row = text.split("\n").find((line) => line.includes("A \\| vote"))!;
  assertStringIncludes(row, "[Title of voting](../reports/classical/voting/report.md): ");
  assertStringIncludes(row, "also in [Title of tree](../reports/classical/tree/report.md), [Title of other]");
  const said = { ...about, experiment: { ...about.experiment, model } };
  const without = buildModels([{
    entry: method,
    file: "vote.ts",
    results: [said, results[0]!, results[2]!],
  }]);
  assertStringIncludes(
    without,
    `Title of about](../reports/vision/about/report.md): ${experiment.metrics[1]!.title} `,
  );
  assertStringIncludes(without, "also in [Title of tree]");
});

Deno.test("the table is put between its markers, and only there", () => {
  const page = insertModels("# Zoo\n\n<!-- models -->\n<!-- /models -->\n\nEnd.\n", "| a |");
  assert(page.startsWith("# Zoo\n") && page.endsWith("<!-- /models -->\n\nEnd.\n"));
  assertEquals(insertModels(page, "| a |"), page);
  assertEquals(insertModels("# Zoo\n", "| a |"), "# Zoo\n");
  assertThrows(() => insertModels("<!-- /models --> <!-- models -->", ""), SyntaxError, "and then");
});
