import { writeError } from "@verbatim/data/files";
import { join } from "node:path";

/**
 * Holds a folder for this process until disposed; waits if another process holds it, with a line that says so. The
 * system frees it when a process ends, however it ends. File systems without locks are used without.
 *
 * @throws {FileWriteError} if the folder cannot be written.
 */
export async function lockFolder(folder: string, say: (line: string) => void): Promise<Disposable> {
  const path = join(folder, ".lock");
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(folder, { recursive: true });
    file = await Deno.open(path, { write: true, create: true });
  } catch (error) {
    throw writeError(path, error);
  }
  try {
    if (!await file.tryLock(true)) {
      say("waiting for another process that does this run");
      await file.lock(true);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotSupported)) {
      file.close();
      throw error;
    }
  }
  return { [Symbol.dispose]: () => file.close() };
}
