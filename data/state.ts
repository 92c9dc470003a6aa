import { ArrowStore } from "./arrow/arrow_store.ts";
import { DamagedFileError } from "./arrow/arrow_file.ts";
import { contentSha256 } from "./content_sha256.ts";
import type { Dataset } from "./dataset.ts";
import { cachePath } from "./sources/source_chain.ts";

/** What of a data set is on this machine. */
export type DatasetState =
  /** Its Arrow files. */
  | "ready"
  /** Arrow files that are damaged or of another version: they are made anew when it is opened. */
  | "out of date"
  /** Its source files only. */
  | "fetched"
  | "not fetched";

/** Finds out what of a data set is on disk, without fetching or changing anything and without reading values. */
export async function stateOf(dataset: Dataset, directory: string): Promise<DatasetState> {
  const content = contentSha256(dataset);
  let ready = true;
  for (const split of Object.keys(dataset.splits)) {
    try {
      const stored = await new ArrowStore(directory, dataset, split, content).open();
      if (stored === null) ready = false;
      else stored.file.close();
    } catch (error) {
      if (error instanceof DamagedFileError) return "out of date";
      throw error;
    }
  }
  if (ready) return "ready";
  return dataset.files.every((file) => exists(cachePath(directory, dataset.name, file)))
    ? "fetched"
    : "not fetched";
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
