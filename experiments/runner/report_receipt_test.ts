import { assertEquals, assertStringIncludes } from "@std/assert";
import { ToyWorkspace } from "./_toy_workspace.ts";

Deno.test("a report is written again where it or its receipt is not what it was", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" });
  await toys.run("reproduce");
  const [page, receipt] = ["reports/toys/alpha/report.md", ".verbatim/reports/toys-alpha.json"];
  const [text, kept] = [await toys.read(page), await toys.read(receipt)];
  const changed = async () => (await toys.run("reproduce")).err;
  assertEquals(await changed(), "");
  await toys.write(page, `${text}more\n`);
  assertStringIncludes(await changed(), "1 file of the reports changed");
  await toys.write("reports/toys/alpha/other.svg", "<svg/>");
  assertStringIncludes(await changed(), "1 file of the reports changed");
  await toys.write(receipt, "{");
  assertEquals(await changed(), "");
  assertEquals([await toys.read(page), await toys.read(receipt)], [text, kept]);
});
