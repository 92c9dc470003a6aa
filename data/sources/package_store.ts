import { join } from "node:path";
import type { Source } from "../dataset.ts";
import { DebianPackages } from "./debian.ts";
import { NpmPackages } from "./npm.ts";
import type { PackageFiles } from "./package_files.ts";

/**
 * Packages that were fetched. Several openings that share a store fetch a package once, even if each takes another
 * file from it.
 *
 * @example
 * ```ts
 * import { PackageStore } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await Deno.makeTempDir();
 * {
 *   using _packages = new PackageStore(directory);
 *   // for (const dataset of datasets) (await openDataset(dataset, { directory, packages: _packages })).close();
 * }
 * assertEquals([...Deno.readDirSync(directory)], []); // Whatever was fetched is gone.
 * await Deno.remove(directory);
 * ```
 */
export class PackageStore implements Disposable {
  readonly #debian: DebianPackages;
  readonly #npm: NpmPackages;

  /** Fetches into folders of its own below `directory`, which are made when they are needed. */
  constructor(directory: string) {
    const folder = (name: string) => join(directory, "tmp", `${name}-${crypto.randomUUID()}`);
    this.#debian = new DebianPackages(folder("debian"));
    this.#npm = new NpmPackages(folder("npm"));
  }

  /**
   * The files of the package that a source names, fetched if that was not done before.
   *
   * `onProgress` hears how many bytes have arrived, and of how many if that is known.
   */
  files(
    source: Exclude<Source, { readonly kind: "url" }>,
    onProgress?: (bytes: number, total: number | null) => void,
  ): Promise<PackageFiles> {
    return source.kind === "npm"
      ? this.#npm.files(source, onProgress)
      : this.#debian.files(source.package, onProgress);
  }

  /** Removes everything that was fetched. */
  [Symbol.dispose](): void {
    this.#debian.close();
    this.#npm.close();
  }
}
