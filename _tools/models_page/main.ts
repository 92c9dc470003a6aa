/**
 * `deno task index`: writes the lists of models, `models/mod.ts` and `models/registry.ts`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { writeFileAtomically } from "@verbatim/data/files";
import { buildModelsModule, buildRegistry, findModelFiles } from "./model_index.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const files = await findModelFiles(root);
await writeFileAtomically(join(root, "models/mod.ts"), buildModelsModule(files));
await writeFileAtomically(join(root, "models/registry.ts"), buildRegistry(files));
const entries = files.flatMap(({ entries }) => entries);
console.log(`Wrote models/mod.ts and models/registry.ts: ${entries.length} architectures and methods.`);
