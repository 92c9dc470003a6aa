import { join } from "node:path";

/**
 * Holds a folder for this process until disposed; waits if another process holds it, with a line that says so. The
 * system frees it when a process ends, however it ends. File systems without locks are used without.
 */
export async function lockFolder(folder: string, say: (line: string) => void): Promise<Disposable> {
  await Deno.mkdir(folder, { recursive: true });
  const file = await Deno.open(join(folder, ".lock"), { write: true, create: true });
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
