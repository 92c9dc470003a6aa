/**
 * `deno task data-page`: writes the generated part of `data/README.md`, with previews of the sets that npm or Debian has,
 * which are fetched if they are not here. The others' have none, so that the page is the same on every machine.
 *
 * @module
 */
import { datasets, openDataset } from "@verbatim/data";
import { ProgressLine, showEvents, sinkOf } from "@verbatim/data/command_line";
import { writeFileAtomically } from "@verbatim/data/files";
import { isDefault } from "../../data/dataset_facts.ts";
import { PackageStore } from "../../data/sources/package_store.ts";
import { buildSets, previewText, withSets } from "./data_page.ts";
import { previewOf } from "./preview.ts";

const root = new URL("../../", import.meta.url);
const pathOf = (path: string) => decodeURIComponent(new URL(path, root).pathname);
const page = pathOf("data/README.md");
const folder = "previews";

const progress = new ProgressLine(sinkOf(Deno.stderr));
using packages = new PackageStore(pathOf(".verbatim"));
const previews = new Map<string, string>();
const pictures = new Set<string>();
for (const dataset of datasets) {
  if (!isDefault(dataset)) continue;
  const opened = await openDataset(dataset, {
    directory: pathOf(".verbatim"),
    packages,
    onEvent: showEvents(progress, `${dataset.name}: `),
  });
  const { rows, picture } = await previewOf(opened);
  opened.close();
  if (picture !== undefined) {
    await writeFileAtomically(pathOf(`data/${folder}/${dataset.name}.png`), picture);
    pictures.add(`${dataset.name}.png`);
  }
  const file = picture === undefined ? undefined : `${folder}/${dataset.name}.png`;
  previews.set(dataset.name, previewText(dataset, rows, file));
}
for (const { name } of Deno.readDirSync(pathOf(`data/${folder}`))) {
  if (!pictures.has(name)) Deno.removeSync(pathOf(`data/${folder}/${name}`));
}
const text = withSets(await Deno.readTextFile(page), buildSets(datasets, previews));
await writeFileAtomically(page, text);
progress.finish("");
console.log(`Wrote data/README.md: ${datasets.length} sets, ${previews.size} with previews.`);
