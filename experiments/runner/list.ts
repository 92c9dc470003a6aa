import { type Flags, formatTable, parseArguments } from "@verbatim/data/command_line";
import { Console, countOf, type World } from "./console.ts";
import { findState, planUnits, readLocks } from "./plan.ts";
import { loadExperiments, selectExperiments } from "./registry.ts";
import { SourceGraph } from "./source_graph.ts";
import { Workspace } from "./workspace.ts";

const FLAGS: Flags = { json: { kind: "switch", help: "results as JSON lines" } };

export const LIST_FLAGS: Flags = FLAGS;
export const LIST_HELP =
  "list [ids or families]: the experiments, their data, and what is trained and pinned";

/** Lists experiments with the state of each profile. */
export async function list(args: readonly string[], world: World): Promise<number> {
  const parsed = parseArguments(args, FLAGS);
  const console = new Console(world, { json: parsed.has("json") });
  const { root } = world;
  const selected = selectExperiments(await loadExperiments(root), parsed.names);
  const locks = await readLocks(root, selected);
  const graph = new SourceGraph(await Workspace.read(root));
  const rows: string[][] = [];
  for (const entry of selected) {
    const { id, family, title, datasets } = entry.experiment;
    const profiles: Record<string, { seeds: number; upToDate: number; pinned: number }> = {};
    for (const profile of ["quick", "full"] as const) {
      const units = await planUnits(graph, [entry], profile);
      const states = await Promise.all(units.map((unit) => findState(root, unit)));
      const pinned = locks.get(id)?.profiles[profile]?.seeds ?? {};
      profiles[profile] = {
        seeds: units.length,
        upToDate: states.filter(({ stale }) => stale === undefined).length,
        pinned: units.filter(({ seed }) => `${seed}` in pinned).length,
      };
    }
    const data = datasets.map(({ name }) => name);
    console.event("experiment", { id, family, title, datasets: data, profiles });
    const cells = Object.values(profiles).map(({ seeds, upToDate, pinned }) =>
      `${upToDate}/${seeds} trained, ${pinned}/${seeds} pinned`
    );
    rows.push([family, id, ...cells, data.join(", ") || "-", title]);
  }
  console.result(formatTable(["family", "experiment", "quick", "full", "data", "title"], rows, ""));
  console.result(`${countOf(selected.length, "experiment")}.`);
  return 0;
}
