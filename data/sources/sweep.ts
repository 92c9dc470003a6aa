import { join } from "node:path";

/** Age at which a temporary file is taken for the remains of a killed process. */
const STALE_MS = 24 * 3600 * 1000;

/** Removes temporary files and folders that a killed process left behind; younger ones may be in use. */
export function sweep(folders: readonly string[]): void {
  const now = Date.now();
  for (const folder of folders) {
    try {
      for (const { name } of Deno.readDirSync(folder)) {
        if (!/\.partial$|^(?:debian|npm|verify)-/.test(name)) continue;
        const path = join(folder, name);
        const { mtime } = Deno.lstatSync(path);
        if (mtime !== null && now - mtime.getTime() > STALE_MS) Deno.removeSync(path, { recursive: true });
      }
    } catch {
      // No such folder, or another process swept first: nothing to do either way.
    }
  }
}
