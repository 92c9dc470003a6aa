import { join } from "node:path";
import type { SourceFile } from "../dataset.ts";
import { writeTar } from "../readers/tar.ts";
import { WrongContent } from "./decode_content.ts";
import { QuietFailure, reasonOf, SourceFailure } from "./events.ts";

/** A regular file of a package. */
export interface PackageEntry {
  /** Its path below the folder that was asked for, with "/" between the parts. */
  readonly name: string;
  /** Its length. */
  readonly bytes: number;
}

/** The files of one package, wherever they are. Paths are relative, with "/" between the parts. */
export interface PackageFiles {
  /** The content of a file. @throws {SourceFailure} if it is not there, no regular file, or longer than the limit. */
  read(path: string, limit: number): Promise<Uint8Array>;
  /** The regular files below a folder. @throws {SourceFailure} if it is not there. */
  list(folder: string): Promise<readonly PackageEntry[]>;
}

/**
 * What a package has for a file of a data set: the file at `path`, or the canonical archive of the matching files below
 * the folder `path`. Nothing is read before its length is known to fit.
 *
 * @throws {SourceFailure} with the reason in one line.
 */
export async function takeFromPackage(
  files: PackageFiles,
  path: string,
  { members, bytes }: SourceFile,
  limit: number,
): Promise<Uint8Array> {
  if (members === undefined) return await files.read(path, limit);
  const chosen = (await files.list(path)).filter(({ name }) => members.test(name));
  if (chosen.length === 0) throw new QuietFailure(`no file below "${path}" matches ${members}`);
  const length = chosen.reduce((sum, entry) => sum + entry.bytes, 0);
  if (length > bytes) {
    throw new WrongContent(
      `too long: ${chosen.length} files of ${length} bytes match ${members}, the archive has ${bytes}`,
    );
  }
  const contents: [string, Uint8Array][] = [];
  for (const { name, bytes } of chosen) contents.push([name, await files.read(joinNames(path, name), bytes)]);
  try {
    return writeTar(contents);
  } catch (error) {
    throw new SourceFailure(reasonOf(error));
  }
}

/** The most files that are looked through below one folder. */
const MAX_ENTRIES = 200_000;

/** Files in a folder of this machine: an installed package, or one that was unpacked. */
export class FolderFiles implements PackageFiles {
  readonly #root: string;

  /** A package's root; that of installed ones is "/". */
  constructor(root: string) {
    this.#root = root;
  }

  async read(path: string, limit: number): Promise<Uint8Array> {
    const full = join(this.#root, path);
    if (this.#root !== "/") await this.#mustStayInside(full);
    return await readLocal(full, limit);
  }

  async list(folder: string): Promise<readonly PackageEntry[]> {
    const top = join(this.#root, folder);
    const entries: PackageEntry[] = [];
    const visit = async (path: string, prefix: string): Promise<void> => {
      for await (const { name, isFile, isDirectory } of Deno.readDir(path)) {
        // Links are passed over: what they lead to need not belong to the package.
        if (isDirectory) await visit(join(path, name), `${prefix}${name}/`);
        else if (isFile) {
          const { size } = await Deno.lstat(join(path, name));
          if (entries.push({ name: prefix + name, bytes: size }) > MAX_ENTRIES) {
            throw new SourceFailure(`too many files below "${folder}": more than ${MAX_ENTRIES}`);
          }
        }
      }
    };
    try {
      await visit(top, "");
    } catch (error) {
      throw fileFailure(error);
    }
    return entries;
  }

  /** A link in an unpacked package could lead anywhere. */
  async #mustStayInside(path: string): Promise<void> {
    const [root, real] = await Promise.all([Deno.realPath(this.#root), Deno.realPath(path)]).catch(
      (error) => {
        throw fileFailure(error);
      },
    );
    if (!real.startsWith(join(root, "/"))) throw new SourceFailure("a link that leads out of the package");
  }
}

/** Files that were read from an archive. */
export class MemoryFiles implements PackageFiles {
  readonly #files: ReadonlyMap<string, Uint8Array>;

  /** By path. */
  constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.#files = files;
  }

  // deno-lint-ignore require-await -- an error must be a rejection.
  async read(path: string, limit: number): Promise<Uint8Array> {
    const content = this.#files.get(path);
    if (content === undefined) throw new QuietFailure("not there");
    if (content.length > limit) {
      throw new SourceFailure(`too long: ${content.length} bytes, the limit is ${limit}`);
    }
    // A copy: a view would keep the whole archive in memory.
    return content.slice();
  }

  // deno-lint-ignore require-await -- an error must be a rejection.
  async list(folder: string): Promise<readonly PackageEntry[]> {
    const prefix = joinNames(folder, "");
    return [...this.#files].filter(([name]) => name.startsWith(prefix))
      .map(([name, content]) => ({ name: name.slice(prefix.length), bytes: content.length }));
  }
}

/** A path below a folder; the folder "" is the package itself. */
function joinNames(folder: string, name: string): string {
  return folder === "" || folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** Reads a file of at most `limit` bytes. @throws {SourceFailure} if that is not possible. */
export async function readLocal(path: string, limit: number): Promise<Uint8Array> {
  try {
    const { size, isFile } = await Deno.stat(path);
    if (!isFile) throw new SourceFailure("not a file");
    if (size > limit) throw new SourceFailure(`too long: ${size} bytes, the limit is ${limit}`);
    return await Deno.readFile(path);
  } catch (error) {
    throw fileFailure(error);
  }
}

/** What a failure to read a file or folder means, in words that help. */
function fileFailure(error: unknown): unknown {
  if (error instanceof Deno.errors.NotFound) return new QuietFailure("not there");
  if (error instanceof Deno.errors.NotCapable) {
    return new SourceFailure('this command may not read there (permissions "read" in deno.json)');
  }
  return error;
}
