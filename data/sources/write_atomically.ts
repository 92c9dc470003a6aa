import { dirname } from "node:path";

/** Takes the bytes of a file, in order. */
export type ByteSink = (chunk: Uint8Array) => void;

/** How a file is written; tests replace it to run out of room. */
export type OpenForWriting = (path: string) => {
  writeSync(chunk: Uint8Array): number;
  syncSync(): void;
  close(): void;
};

const createNew: OpenForWriting = (path) => Deno.openSync(path, { write: true, createNew: true });

/**
 * Writes a file so that its name never shows half of it: the bytes go to a temporary name in the same folder, reach
 * the disk, and then take the name. Concurrent writers use different temporary names; the last to finish wins.
 *
 * @throws {Error} if the disk is full or the folder cannot be written; nothing is left behind then.
 */
export function writeAtomically(
  path: string,
  produce: (write: ByteSink) => void,
  open: OpenForWriting = createNew,
): void {
  const folder = dirname(path);
  const partial = `${path}.${crypto.randomUUID()}.partial`;
  try {
    Deno.mkdirSync(folder, { recursive: true });
    const file = open(partial);
    try {
      produce((chunk) => {
        for (let done = 0; done < chunk.length;) {
          const count = file.writeSync(chunk.subarray(done));
          if (count <= 0) throw new Error("no byte could be written");
          done += count;
        }
      });
      file.syncSync();
    } finally {
      file.close();
    }
    Deno.renameSync(partial, path);
  } catch (cause) {
    try {
      Deno.removeSync(partial);
    } catch {
      // It was never made, or is swept later.
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot write "${path}": expected room and permission, got "${reason}"`, { cause });
  }
  syncFolder(folder);
}

/** Makes the new name durable. Some systems cannot sync a folder: then the name may be lost, never torn. */
function syncFolder(folder: string): void {
  try {
    const handle = Deno.openSync(folder);
    try {
      handle.syncSync();
    } finally {
      handle.close();
    }
  } catch {
    // Not supported here.
  }
}
