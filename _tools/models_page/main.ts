/**
 * `deno task index`: writes the lists of models, `models/mod.ts` and `models/registry.ts`, and then the pages that follow
 * from the registry and the pinned results.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { writeFileIfChanged } from "@verbatim/data/files";
import { buildModelsModule, buildRegistry, findModelFiles } from "./model_index.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const files = await findModelFiles(root);
let changed = 0;
if (await writeFileIfChanged(join(root, "models/mod.ts"), buildModelsModule(files))) changed++;
if (await writeFileIfChanged(join(root, "models/registry.ts"), buildRegistry(files))) changed++;
// Loaded only now, for it imports what was just written.
try {
  const { writePages } = await import("./write_pages.ts");
  changed += await writePages(root);
} catch (error) {
  if (!(error instanceof Error) || error.name !== "ExperimentFileError") throw error;
  console.error(
    `${error.message}\nThe lists in models/ are written; the pages need every experiment to load.`,
  );
  Deno.exit(1);
}
const entries = files.flatMap(({ entries }) => entries);
console.log(`${entries.length} architectures and methods; ${changed} files changed.`);
