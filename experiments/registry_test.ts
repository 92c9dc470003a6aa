import { assertEquals } from "@std/assert";
import { readTextIfThere } from "@verbatim/data/files";
import { parseLock } from "./lock.ts";
import { loadExperiments, reportFolder } from "./runner/registry.ts";
import { SourceGraph } from "./runner/source_graph.ts";
import { Workspace, workspaceRoot } from "./runner/workspace.ts";

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
  const registry = await Deno.readTextFile(`${root}/models/registry.ts`);
  const files = [...registry.matchAll(/ from "\.\/(.+\/.+\.ts)";/g)].map(([, file]) => `models/${file}`);
  assertEquals(files.filter((file) => !used.has(file)), []);
});
