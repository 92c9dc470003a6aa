/**
 * The two lists of models that are written and not edited: `models/mod.ts`, which passes on every architecture's names,
 * and `models/registry.ts`, which holds every entry.
 *
 * @module
 */
import { readTextIfThere } from "@verbatim/data/files";
import { join } from "node:path";

/** A file of the zoo. */
export interface ModelFile {
  /** Folder below `models/`. */
  readonly family: string;
  /** File name without its end: "k_nearest_neighbours". */
  readonly stem: string;
  /** Names of the entries that it exports. */
  readonly entries: readonly string[];
}

/** The families in the order of the catalogue; others follow by name. */
export const FAMILIES: readonly string[] = [
  "classical",
  "feedforward",
  "vision",
  "sequence",
  "transformer",
  "generative",
  "graph",
  "representation",
  "reinforcement",
];

const ENTRY = /^export const ([A-Za-z0-9]+): Registered(?:Model|Method) =/gm;
const WRITTEN = "// Written by deno task index.";

/** The files of the zoo: `models/<family>/*.ts` without tests and private files, by family and name. */
export async function findModelFiles(root: string): Promise<ModelFile[]> {
  const files: ModelFile[] = [];
  const models = join(root, "models");
  for (const family of Deno.readDirSync(models)) {
    if (!family.isDirectory || /^[_.]/.test(family.name)) continue;
    for (const { name, isFile } of Deno.readDirSync(join(models, family.name))) {
      if (!isFile || !name.endsWith(".ts") || name.endsWith("_test.ts") || /^[_.]/.test(name)) continue;
      const text = await readTextIfThere(join(models, family.name, name)) ?? "";
      const entries = [...text.matchAll(ENTRY)].map(([, entry]) => entry!);
      files.push({ family: family.name, stem: name.slice(0, -3), entries });
    }
  }
  const place = ({ family }: ModelFile) => {
    const at = FAMILIES.indexOf(family);
    return at < 0 ? FAMILIES.length : at;
  };
  const name = ({ family, stem }: ModelFile) => `${family}/${stem}`;
  return files.sort((a, b) => place(a) - place(b) || (name(a) < name(b) ? -1 : 1));
}

/** `models/mod.ts`. */
export function buildModelsModule(files: readonly ModelFile[]): string {
  const lines = files.map(({ family, stem }) => `export * from "./${family}/${stem}.ts";`);
  return `/**
 * Architectures: \`init\` and \`apply\`, with their published configurations; classical methods that are fitted without
 * steps; and the registry of them all.
 *
 * @module
 */
${WRITTEN}
export * from "./define_model.ts";
export * from "./trial.ts";
export * from "./count_parameters.ts";
export * from "./layers.ts";
export { modelFiles, registry } from "./registry.ts";
${lines.join("\n")}
`;
}

/** `models/registry.ts`. */
export function buildRegistry(files: readonly ModelFile[]): string {
  const registered = files.filter(({ entries }) => entries.length > 0);
  const imports = registered.map(({ family, stem, entries }) =>
    `import { ${entries.toSorted().join(", ")} } from "./${family}/${stem}.ts";`
  );
  const entries = registered.flatMap(({ family, stem, entries }) =>
    entries.map((entry) => `  [${entry}, "${family}/${stem}.ts"],`)
  );
  return `${WRITTEN}
import type { RegistryEntry } from "./define_model.ts";
${imports.join("\n")}

/** The file of every architecture and method of the zoo, below \`models/\`, by family and name. */
export const modelFiles: ReadonlyMap<RegistryEntry, string> = new Map<RegistryEntry, string>([
${entries.join("\n")}
]);

/** Every architecture and method of the zoo, by family and name. */
export const registry: readonly RegistryEntry[] = [...modelFiles.keys()];
`;
}
