import { basename, dirname, join } from "node:path";

/** An open file, as far as writing needs it. */
export interface WritableFile {
  /** Writes some of the bytes, and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Makes what was written durable. */
  sync(): Promise<void>;
  /** Lets go of the file. */
  close(): void;
}

/** The few operations on files that writing needs; tests replace them to make a disk that is full. */
export interface FileWriter {
  /** Makes a file that was not there. */
  create(path: string): Promise<WritableFile>;
  /** Gives a file another name, in the place of what has it. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. */
  remove(path: string): Promise<void>;
  /** Makes a folder, and those that it lies in. */
  makeDirectory(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncDirectory(path: string): Promise<void>;
}

/** Writes to the file system. */
export const diskWriter: FileWriter = {
  create: (path) => Deno.open(path, { write: true, createNew: true }),
  rename: (from, to) => Deno.rename(from, to),
  remove: (path) => Deno.remove(path),
  makeDirectory: (path) => Deno.mkdir(path, { recursive: true }),
  async syncDirectory(path) {
    // Windows cannot open a directory and has no need to: a rename is durable there.
    if (Deno.build.os === "windows") return;
    using directory = await Deno.open(path);
    await directory.sync();
  },
};

/** Thrown when a file or folder cannot be written; the message says why and what to do. */
export class FileWriteError extends Error {
  /** "FileWriteError". */
  override readonly name = "FileWriteError";
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; make room and run again",
  EDQUOT: "the disk quota is used up; make room and run again",
  EROFS: "the file system is read-only; run in a folder that can be written",
  EACCES: "this user may not write there; run in a folder that can be written",
  EISDIR: "a folder has that name; move it away",
  EEXIST: "a file has the name of its folder; move it away",
  ENOTDIR: "a file has the name of its folder; move it away",
};

/** The error for a path that cannot be written, in words that help. */
export function writeError(path: string, cause: unknown): FileWriteError {
  const code = cause instanceof Error && "code" in cause ? REASONS[String(cause.code)] : undefined;
  const reason = code ?? (cause instanceof Error ? cause.message : String(cause));
  return new FileWriteError(`Cannot write ${path}: ${reason}`, { cause });
}

/** What a file is to contain: text, bytes, or bytes in pieces that are asked for one by one. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array>;

/** How a file is written. */
export interface WriteOptions {
  /** Default: the disk. */
  readonly writer?: FileWriter;
  /** A folder on the same file system for the temporary file; default: that of the file. */
  readonly temporaryFolder?: string;
}

function piecesOf(content: FileContent): Iterable<Uint8Array> {
  if (typeof content === "string") return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}

/** Creates a file; its folder is made if it is not there. */
async function createIn(folder: string, path: string, writer: FileWriter): Promise<WritableFile> {
  try {
    return await writer.create(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await writer.makeDirectory(folder);
    return await writer.create(path);
  }
}

/**
 * Writes a file whole or not at all: into a temporary file beside it, flushed to the disk, then renamed. Its folder is
 * made if it is not there. Whoever reads the path sees the old content or the new one, even after a power failure. Of
 * concurrent writers the last to finish wins.
 *
 * @throws {FileWriteError} if it cannot be written, saying why; the temporary file is removed and the old content stays.
 */
export async function writeFileAtomically(
  path: string,
  content: FileContent,
  { writer = diskWriter, temporaryFolder = dirname(path) }: WriteOptions = {},
): Promise<void> {
  // Unique among processes and workers, so that two writers never share a temporary file.
  const temporary = join(temporaryFolder, `${basename(path)}.${crypto.randomUUID()}.partial`);
  let created = false;
  try {
    const file = await createIn(temporaryFolder, temporary, writer);
    created = true;
    try {
      for (const piece of piecesOf(content)) {
        for (let done = 0; done < piece.length;) done += await file.write(piece.subarray(done));
      }
      await file.sync();
    } finally {
      file.close();
    }
    await writer.rename(temporary, path);
    created = false;
    await writer.syncDirectory(dirname(path));
  } catch (error) {
    if (created) await writer.remove(temporary).catch(() => {});
    throw writeError(path, error);
  }
}

/** Writes a file unless it already has this content; says whether it wrote. @throws {FileWriteError} if it cannot. */
export async function writeFileIfChanged(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<boolean> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  // What cannot be read cannot be written either, and that error says more.
  const old = await readFileIfThere(path).catch(() => undefined);
  if (old !== undefined && old.length === bytes.length && old.every((byte, i) => byte === bytes[i])) {
    return false;
  }
  await writeFileAtomically(path, bytes, options);
  return true;
}

/** The content of a file, or undefined if there is none. */
export async function readFileIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The text of a file, or undefined if there is none. */
export async function readTextIfThere(path: string): Promise<string | undefined> {
  const bytes = await readFileIfThere(path);
  return bytes && new TextDecoder().decode(bytes);
}
