import { assert, assertEquals } from "@std/assert";
import { modelFiles } from "@verbatim/models";
import { readTextIfThere } from "@verbatim/data/files";
import { parseLock } from "./lock.ts";
import { loadExperiments, reportFolder } from "./runner/registry.ts";
import { SourceGraph } from "./runner/source_graph.ts";
import { readLocks } from "./runner/plan.ts";
import { Workspace, workspaceRoot } from "./runner/workspace.ts";
import { buildPages } from "./runner/write_reports.ts";

Deno.test("every model of the registry is used by an experiment with a lock for its quick profile", async () => {
  const root = workspaceRoot();
  const graph = new SourceGraph(await Workspace.read(root));
  const used = new Set<string>();
  for (const { experiment, file } of await loadExperiments(root)) {
    const path = `${reportFolder(root, experiment)}/results.lock.json`;
    const text = await readTextIfThere(path);
    if (text === undefined || parseLock(text, path).profiles.quick === undefined) continue;
    for (const dependency of Object.keys(await graph.dependencies(file))) used.add(dependency);
  }
  const files = [...new Set(modelFiles.values())].map((file) => `models/${file}`);
  assertEquals(files.filter((file) => !used.has(file)), []);
});

Deno.test("the pages over all reports say what is registered and pinned: deno task index writes them", async () => {
  const root = workspaceRoot();
  const all = await loadExperiments(root);
  const pages = await buildPages(root, all, await readLocks(root, all));
  assert(pages.has(`${root}models/README.md`));
  for (const [path, content] of pages) {
    assert(
      await readTextIfThere(path) === content,
      `${path.slice(root.length)} is out of date: run deno task index`,
    );
  }
});
