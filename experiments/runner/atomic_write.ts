import { dirname } from "node:path";

/** An open file, as far as writing needs it. */
export interface WritableFile {
  write(bytes: Uint8Array): Promise<number>;
  sync(): Promise<void>;
  close(): void;
}

/** The few operations on files that writing needs; tests replace them to make a disk that is full. */
export interface FileWriter {
  create(path: string): Promise<WritableFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  makeDirectory(path: string): Promise<void>;
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

let temporaries = 0;

/** What went wrong, in words that help: a full disk is named. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOSPC") return "the disk is full";
  if (code === "EDQUOT") return "the disk quota is used up";
  if (code === "EROFS") return "the file system is read-only";
  return error.message;
}

/**
 * Writes a file whole or not at all: into a temporary file beside it, flushed to the disk, then renamed. Its folder is
 * made if it is not there. Whoever reads the path sees the old content or the new one, even after a power failure.
 *
 * @throws {Error} if it cannot be written, saying why; the temporary file is removed and the old content stays.
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
  writer: FileWriter = diskWriter,
): Promise<void> {
  const pieces = typeof content === "string"
    ? [new TextEncoder().encode(content)]
    : content instanceof Uint8Array
    ? [content]
    : content;
  // Unique among processes and workers, so that two writers never share a temporary file.
  const temporary = `${path}.${Deno.pid}-${crypto.randomUUID().slice(0, 8)}-${temporaries++}.partial`;
  let created = false;
  try {
    await writer.makeDirectory(dirname(path));
    const file = await writer.create(temporary);
    created = true;
    try {
      for (const piece of pieces) {
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
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    throw new Error(`Cannot write ${path} (${bytes} bytes): ${reason(error)}`, { cause: error });
  }
}

/** Writes a file unless it already has this content; says whether it wrote. */
export async function writeFileIfChanged(
  path: string,
  content: string | Uint8Array,
  writer: FileWriter = diskWriter,
): Promise<boolean> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const old = await readFileIfThere(path);
  if (old !== undefined && old.length === bytes.length && old.every((byte, i) => byte === bytes[i])) {
    return false;
  }
  await writeFileAtomically(path, bytes, writer);
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
