/**
 * `deno task data-page [--keep-previews]`: writes the generated part of `data/README.md`, with previews of the sets that npm or Debian has,
 * which are fetched if they are not here. The others' have none, so that the page is the same on every machine. With
 * `--keep-previews` nothing is fetched: the previews stay those that the page has.
 *
 * @module
 */
import { datasets, openDataset } from "@verbatim/data";
import { parseArguments, ProgressLine, showEvents, sinkOf } from "@verbatim/data/command_line";
import { writeFileAtomically } from "@verbatim/data/files";
import { isDefault } from "../../data/dataset_facts.ts";
import { PackageStore } from "../../data/sources/package_store.ts";
import { buildSets, previewsOf, type PreviewText, previewText, withSets } from "./data_page.ts";
import { previewOf } from "./preview.ts";

const root = new URL("../../", import.meta.url);
const pathOf = (path: string) => decodeURIComponent(new URL(path, root).pathname);
const page = pathOf("data/README.md");
const folder = "previews";

/** Draws the previews of the sets that npm or Debian has, and removes pictures that no set has any more. */
async function drawPreviews(): Promise<Map<string, PreviewText>> {
  const progress = new ProgressLine(sinkOf(Deno.stderr));
  using packages = new PackageStore(pathOf(".verbatim"));
  const previews = new Map<string, PreviewText>();
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
  progress.finish("");
  return previews;
}

const { has } = parseArguments(Deno.args, {
  "keep-previews": { kind: "switch", help: "fetch nothing: the previews stay those that the page has" },
});
const before = await Deno.readTextFile(page);
const previews = has("keep-previews") ? previewsOf(before, datasets) : await drawPreviews();
await writeFileAtomically(page, withSets(before, buildSets(datasets, previews)));
console.log(`Wrote data/README.md: ${datasets.length} sets, ${previews.size} with previews.`);
