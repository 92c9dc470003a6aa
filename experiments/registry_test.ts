import { assert, assertEquals } from "@std/assert";
import { modelFiles } from "@verbatim/models";
import { readTextIfThere } from "@verbatim/data/files";
import { parseLock } from "./lock.ts";
import { loadExperiments, reportFolder } from "./runner/registry.ts";
import { SourceGraph } from "./runner/source_graph.ts";
import { readLocks } from "./runner/plan.ts";
import { Workspace, workspaceRoot } from "./runner/workspace.ts";
import { buildPages } from "./runner/write_reports.ts";

/** The paths that are committed; undefined where that cannot be told, and then all count. */
async function committed(root: string): Promise<Set<string> | undefined> {
  try {
    const git = new Deno.Command("git", {
      args: ["ls-tree", "-r", "--name-only", "HEAD", "models"],
      cwd: root,
    });
    const { success, stdout } = await git.output();
    return success ? new Set(new TextDecoder().decode(stdout).split("\n")) : undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return undefined;
  }
}

Deno.test("every model is used by an experiment, and by one with a lock for its quick profile once it is committed", async () => {
  const root = workspaceRoot();
  const graph = new SourceGraph(await Workspace.read(root));
  const used = new Set<string>();
  const locked = new Set<string>();
  for (const { experiment, file } of await loadExperiments(root)) {
    const path = `${reportFolder(root, experiment)}/results.lock.json`;
    const text = await readTextIfThere(path);
    const quick = text !== undefined && parseLock(text, path).profiles.quick !== undefined;
    for (const dependency of Object.keys(await graph.dependencies(file))) {
      used.add(dependency);
      if (quick) locked.add(dependency);
    }
  }
  const files = [...new Set(modelFiles.values())].map((file) => `models/${file}`);
  assertEquals(files.filter((file) => !used.has(file)), [], "no experiment uses these");
  const old = await committed(root);
  const missing = files.filter((file) => !locked.has(file) && (old?.has(file) ?? true));
  assertEquals(missing, [], "no experiment that uses these has a lock for its quick profile");
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
