import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { buildIndex, buildResultsTable, insertResults, reportPath } from "./index_pages.ts";
import { entryFromRecords } from "./results.ts";
import { madeUpExperiment, madeUpRecord } from "./_fixture.ts";

function entry(id: string, family: string, title = id) {
  const experiment = madeUpExperiment({ id, family, title });
  return entryFromRecords(experiment, [0, 1].map((seed) => madeUpRecord(seed, { experiment: id })));
}

const entries = [entry("zoo", "vision"), entry("mlp", "feedforward", "Net | [x]"), entry("ant", "vision")];

Deno.test("experiments stand by family and name, whatever their order", () => {
  const table = buildResultsTable(entries);
  assertEquals(buildResultsTable([...entries].reverse()), table);
  const rows = table.split("\n");
  assertEquals(rows.length, 5);
  assertEquals(
    rows[2]?.replaceAll("\u00a0", " "),
    "| [Net \\| \\[x\\]](reports/feedforward/mlp/report.md) | test accuracy 95.13% ± 0.18 | 81.00% | 95.31% | 2,345 | 2 |",
  );
  assertStringIncludes(rows[3]!, "(reports/vision/ant/report.md)");
  assertStringIncludes(rows[4]!, "(reports/vision/zoo/report.md)");
});

Deno.test("the index has a section for each family", () => {
  const page = buildIndex(entries);
  assertEquals(page.match(/^## .*/gm), ["## Feedforward", "## Vision"]);
  assertStringIncludes(page, "3 experiments. 3 claims of the notes tested: 3 confirmed.");
  assertStringIncludes(page, "(vision/ant/report.md)");
  assertEquals(buildIndex([]), "# Reports\n\n0 experiments. No claim of the notes tested.\n");
});

Deno.test("results are put between the markers, again and again", () => {
  const page = "# Title\n\n<!-- results -->\nold\n<!-- /results -->\n\nMore.\n";
  const once = insertResults(page, "| new |");
  assertEquals(
    once,
    "# Title\n\n<!-- results -->\n\n<!-- deno-fmt-ignore-start -->\n\n| new |\n\n<!-- deno-fmt-ignore-end -->\n\n" +
      "<!-- /results -->\n\nMore.\n",
  );
  assertEquals(insertResults(once, "| new |"), once);
  assertEquals(insertResults("# Title\n", "| new |"), "# Title\n");
  for (
    const broken of [
      "<!-- results -->",
      "<!-- /results -->",
      "<!-- /results --><!-- results -->",
      page + page,
    ]
  ) {
    assertThrows(() => insertResults(broken, ""), SyntaxError, "once each");
  }
});

Deno.test("a report lies in the folder of its experiment", () => {
  assertEquals(reportPath(madeUpExperiment()), "feedforward/shapes-mlp/report.md");
});
