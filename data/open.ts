import { join } from "node:path";
import { DamagedFileError } from "./arrow/arrow_file.ts";
import { arrowSplit, ArrowSplitReader } from "./arrow/arrow_split.ts";
import { ArrowStore, type StoredSplit } from "./arrow/arrow_store.ts";
import { BatchCache } from "./arrow/batch_cache.ts";
import { checkColumns } from "./columns.ts";
import type { Dataset, OpenDataset, Rows } from "./dataset.ts";
import { defineDataset } from "./define_dataset.ts";
import { contentSha256 } from "./content_sha256.ts";
import { type DataListener, reasonOf } from "./sources/events.ts";
import { SourceChain } from "./sources/source_chain.ts";
import { sweep } from "./sources/sweep.ts";
import { PATIENCE, type Patience } from "./sources/url.ts";

/** How a data set is opened. */
export interface OpenOptions {
  /** The folder for the cache and the Arrow files; made if it is not there. Default ".verbatim". */
  readonly directory?: string;
  /** Use only what is on this machine. Default false. */
  readonly offline?: boolean;
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
 * Opens a data set: finds its files (cache, URL, Debian package, in the order that the set gives), compares them with
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
  const listener = options.onEvent ?? (() => {});
  const content = contentSha256(dataset);
  sweep([
    join(directory, "tmp"),
    join(directory, "cache", dataset.name),
    join(directory, "arrow", dataset.name),
  ]);

  const stored: Record<string, StoredSplit> = {};
  const close = () => Object.values(stored).forEach(({ file }) => file.close());
  let servedBy = "cache";
  try {
    const stores = Object.keys(dataset.splits).map((name) =>
      [name, new ArrowStore(directory, dataset, name, content)] as const
    );
    for (const [name, store] of stores) {
      try {
        const found = await store.open();
        if (found !== null) stored[name] = found;
      } catch (error) {
        if (!(error instanceof DamagedFileError)) throw error;
        listener({
          kind: "notice",
          message: `${dataset.name}/${name}: made anew, because ${reasonOf(error)}`,
        });
      }
    }
    if (options.verify || stores.some(([name]) => stored[name] === undefined)) {
      const decoded = await decodeSources(dataset, {
        directory,
        listener,
        offline: options.offline ?? false,
        patience: options.patience ?? PATIENCE,
      });
      servedBy = decoded.servedBy;
      for (const [name, store] of stores) {
        const columns = decoded.splits[name]!;
        const found = stored[name];
        if (found !== undefined) {
          if (!options.verify || await store.matches(columns)) continue;
          found.file.close();
          listener({
            kind: "notice",
            message:
              `${dataset.name}/${name}: made anew, because "${store.path}" does not hold what its sources say`,
          });
        }
        stored[name] = await store.write(columns);
      }
    }
  } catch (error) {
    close();
    throw error;
  }

  const cache = new BatchCache(options.cacheBytes ?? 256 * 2 ** 20);
  const splits = new Map(
    Object.entries(dataset.splits).map(([name, description]) => [
      name,
      arrowSplit(new ArrowSplitReader(stored[name]!.file, description, cache), description),
    ]),
  );
  return {
    dataset,
    contentSha256: content,
    arrowSha256: Object.fromEntries(Object.entries(stored).map(([name, { sha256 }]) => [name, sha256])),
    servedBy,
    split(name) {
      const split = splits.get(name);
      if (split === undefined) {
        throw new RangeError(
          `Cannot open a split of "${dataset.name}": expected one of ${
            [...splits.keys()].join(", ")
          }, got "${name}"`,
        );
      }
      return split;
    },
    close() {
      close();
      cache.clear();
    },
  };
}

/** Finds every file, and decodes and checks the columns of every split. */
async function decodeSources(
  dataset: Dataset,
  options: ConstructorParameters<typeof SourceChain>[0],
): Promise<{ splits: Readonly<Record<string, Rows>>; servedBy: string }> {
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
  const splits = dataset.decode(files);
  for (const [name, description] of Object.entries(dataset.splits)) {
    checkColumns(`split "${name}" of "${dataset.name}"`, description, splits[name] ?? {});
  }
  return { splits, servedBy: [...servers].join(", ") };
}
