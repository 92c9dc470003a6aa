import { join } from "node:path";

const DAY_MS = 24 * 3600 * 1000;
/** Days after which a temporary file is taken for the remains of a killed process. */
const STALE_DAYS = 1;
/** Days for which a download that was broken off can go on. */
const DOWNLOAD_DAYS = 7;

/** Removes temporary files and folders that a killed process left behind; younger ones may be in use. */
export function sweep(folders: readonly string[]): void {
  const now = Date.now();
  for (const folder of folders) {
    try {
      for (const { name } of Deno.readDirSync(folder)) {
        if (!/\.partial$|^(?:debian|download|npm|verify)-/.test(name)) continue;
        const days = name.startsWith("download-") ? DOWNLOAD_DAYS : STALE_DAYS;
        const path = join(folder, name);
        const { mtime } = Deno.lstatSync(path);
        if (mtime !== null && now - mtime.getTime() > days * DAY_MS) {
          Deno.removeSync(path, { recursive: true });
        }
      }
    } catch {
      // No such folder, or another process swept first: nothing to do either way.
    }
  }
}
