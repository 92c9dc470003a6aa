import { join } from "node:path";
import { DamagedFileError } from "./arrow/arrow_file.ts";
import { arrowSplit, ArrowSplitReader } from "./arrow/arrow_split.ts";
import { ArrowStore, type StoredSplit } from "./arrow/arrow_store.ts";
import { BatchCache } from "./arrow/batch_cache.ts";
import { unknownSplit } from "./columns.ts";
import type { Dataset, OpenDataset, Split } from "./dataset.ts";
import { DecodedSplits } from "./decoded_splits.ts";
import { defineDataset } from "./define_dataset.ts";
import { contentSha256 } from "./content_sha256.ts";
import { type DataListener, reasonOf } from "./sources/events.ts";
import type { PackageStore } from "./sources/package_store.ts";
import { cacheLabels, SourceChain } from "./sources/source_chain.ts";
import { sweep } from "./sources/sweep.ts";
import { PATIENCE, type Patience } from "./sources/url.ts";

/** How a data set is opened. */
export interface OpenOptions {
  /** The folder for the cache and the Arrow files; made if it is not there. Default ".verbatim". */
  readonly directory?: string;
  /** Use only what is on this machine. Default false. */
  readonly offline?: boolean;
  /**
   * A folder or web address that is asked after the cache and before the sources, for `SET/FILE`, where FILE is the
   * file's name as its sources serve it, or decoded. Default: none.
   */
  readonly mirror?: string | undefined;
  /** Packages that were fetched for other sets, and are kept for further ones. Default: none are kept. */
  readonly packages?: PackageStore | undefined;
  /** Read the sources and the Arrow files in full, and prove that each Arrow file is made from them. Default false. */
  readonly verify?: boolean;
  /** Bytes of record batches kept in memory. Default 256 MiB. */
  readonly cacheBytes?: number;
  /** How long to wait for servers. */
  readonly patience?: Patience;
  /** Hears what happens. */
  readonly onEvent?: DataListener;
}

/**
 * Opens a data set: finds its files (cache, mirror, then URLs and packages in the order that the set gives), compares them with
 * the pinned hashes, writes each split as an Arrow file, and opens those. What is on disk already is checked by length
 * and footer and used; what is damaged or out of date is made anew, with a notice.
 *
 * @throws {DataUnavailableError} if no source serves a file, saying what each said and what to do.
 * @throws {Error} if the disk is full or the folder cannot be written.
 *
 * @example
 * ```ts
 * import { defineDataset, openDataset } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const counts = defineDataset({
 *   name: "counts",
 *   title: "Three counts",
 *   description: "The numbers 1, 2 and 3.",
 *   licence: "CC0-1.0",
 *   citation: "None.",
 *   origin: "https://example.org/counts",
 *   notes: [],
 *   splitRule: "There is one split.",
 *   files: [{
 *     name: "counts.bin",
 *     encoding: "plain",
 *     sha256: "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
 *     bytes: 3,
 *     sources: [{ kind: "url", url: "https://example.org/counts.bin" }],
 *   }],
 *   splits: { all: { rows: 3, columns: { count: { dtype: "u8", shape: [], description: "a count" } } } },
 *   decode: (files) => ({ all: { count: files.get("counts.bin") ?? new Uint8Array() } }),
 * });
 *
 * // A file that was put into the cache by hand needs no network.
 * const directory = await Deno.makeTempDir();
 * await Deno.mkdir(`${directory}/cache/counts`, { recursive: true });
 * await Deno.writeFile(`${directory}/cache/counts/counts.bin`, Uint8Array.of(1, 2, 3));
 * const opened = await openDataset(counts, { directory, offline: true });
 * assertEquals(await opened.split("all").read([2, 0]), { count: Uint8Array.of(3, 1) });
 * assertEquals(opened.servedBy, "cache");
 * opened.close();
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export async function openDataset(dataset: Dataset, options: OpenOptions = {}): Promise<OpenDataset> {
  defineDataset(dataset);
  const directory = options.directory ?? ".verbatim";
  const folders = ["cache", "arrow"].map((folder) => join(directory, folder, dataset.name));
  sweep([join(directory, "tmp"), ...folders]);

  const content = contentSha256(dataset);
  const stored = new Map<string, StoredSplit>();
  const closeFiles = () => stored.forEach(({ file }) => file.close());
  let servedBy: string;
  try {
    servedBy = await storeSplits(dataset, content, { ...options, directory }, stored);
  } catch (error) {
    closeFiles();
    throw error;
  }

  const cache = new BatchCache(options.cacheBytes ?? 256 * 2 ** 20);
  const splits = new Map<string, Split>();
  const arrowSha256: Record<string, string> = {};
  for (const [name, description] of Object.entries(dataset.splits)) {
    const found = stored.get(name);
    if (found === undefined) throw unknownSplit(dataset, name);
    splits.set(name, arrowSplit(new ArrowSplitReader(found.file, description, cache), description));
    arrowSha256[name] = found.sha256;
  }
  return {
    dataset,
    contentSha256: content,
    arrowSha256,
    servedBy,
    split(name) {
      const split = splits.get(name);
      if (split === undefined) throw unknownSplit(dataset, name);
      return split;
    },
    close() {
      closeFiles();
      cache.clear();
    },
  };
}

/** Opens the Arrow file of each split into `stored`, made anew where that is needed; says which source served. */
async function storeSplits(
  dataset: Dataset,
  content: string,
  options: OpenOptions & { readonly directory: string },
  stored: Map<string, StoredSplit>,
): Promise<string> {
  const listener = options.onEvent ?? (() => {});
  const madeAnew = (name: string, reason: string) => {
    listener({ kind: "notice", message: `${dataset.name}/${name}: made anew, because ${reason}` });
  };
  const stores = Object.keys(dataset.splits).map((name) => ({
    name,
    store: new ArrowStore(options.directory, dataset, name, content),
  }));
  for (const { name, store } of stores) {
    try {
      const found = await store.open();
      if (found !== null) stored.set(name, found);
    } catch (error) {
      if (!(error instanceof DamagedFileError)) throw error;
      madeAnew(name, reasonOf(error));
    }
  }
  if (!options.verify && stored.size === stores.length) return await cacheLabels(options.directory, dataset);

  const { files, servedBy } = await obtainFiles(dataset, {
    directory: options.directory,
    listener,
    offline: options.offline ?? false,
    mirror: options.mirror,
    packages: options.packages,
    patience: options.patience ?? PATIENCE,
  });
  const decoded = new DecodedSplits(dataset, files);
  for (const { name, store } of stores) {
    const rows = () => decoded.rows(name);
    const found = stored.get(name);
    if (found !== undefined) {
      if (!options.verify || await store.matches(rows)) continue;
      found.file.close();
      madeAnew(name, `"${store.path}" does not hold what its sources say`);
    }
    stored.set(name, await store.write(rows));
  }
  return servedBy;
}

/** Finds every file, and says what served them. */
async function obtainFiles(
  dataset: Dataset,
  options: ConstructorParameters<typeof SourceChain>[0],
): Promise<{ files: ReadonlyMap<string, Uint8Array>; servedBy: string }> {
  const files = new Map<string, Uint8Array>();
  const servers = new Set<string>();
  const chain = new SourceChain(options);
  try {
    for (const file of dataset.files) {
      const { content, servedBy } = await chain.obtain(dataset.name, file);
      files.set(file.name, content);
      servers.add(servedBy);
    }
  } finally {
    chain.close();
  }
  return { files, servedBy: [...servers].join(", ") };
}
