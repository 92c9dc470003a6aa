import { join } from "node:path";
import { writeError } from "../files/write_file.ts";
import { sha256 } from "../files/sha256.ts";

/** What a server said of the file that it sends: enough to tell, later, whether it still is the same. */
export interface Origin {
  /** A strong ETag; null if there was none. */
  readonly etag: string | null;
  /** The date as the server wrote it; null if there was none. */
  readonly lastModified: string | null;
  /** Length of the whole; null if it was not said. */
  readonly total: number | null;
}

const UNKNOWN: Origin = { etag: null, lastModified: null, total: null };

/**
 * What has arrived of a download, on disk, so that it goes on where it stopped: after a broken connection, and after
 * the process was killed. A lock keeps two processes from one file; the second has a file of its own.
 */
export class PartialFile implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #origin: Origin;
  #length: number;
  #joined: boolean;

  private constructor(path: string, file: Deno.FsFile, origin: Origin, length: number) {
    this.#path = path;
    this.#file = file;
    this.#origin = origin;
    this.#length = length;
    this.#joined = length > 0;
  }

  /** Opens what there is of an address, in a folder that is made if it is not there. @throws {FileWriteError} */
  static async open(folder: string, url: string): Promise<PartialFile> {
    const path = join(folder, `download-${sha256(url).slice(0, 32)}`);
    try {
      await Deno.mkdir(folder, { recursive: true });
      const file = await openToAppend(path);
      // Some network file systems have no locks: there it is as if another process had the file.
      if (await file.tryLock(true).catch(() => false)) {
        const { size } = await file.stat();
        const origin = size > 0 ? await readOrigin(`${path}.json`, url) : null;
        if (origin === null) await file.truncate(0);
        return new PartialFile(path, file, origin ?? UNKNOWN, origin === null ? 0 : size);
      }
      file.close();
      const own = `${path}-${crypto.randomUUID()}`;
      return new PartialFile(own, await openToAppend(own), UNKNOWN, 0);
    } catch (error) {
      throw writeError(path, error);
    }
  }

  /** Bytes that have arrived. */
  get length(): number {
    return this.#length;
  }

  /** What the server said of the file when its first byte arrived. */
  get origin(): Origin {
    return this.#origin;
  }

  /** Whether the bytes come from several answers or an earlier process, so that a wrong hash may have that reason. */
  get joined(): boolean {
    return this.#joined;
  }

  /** Forgets what has arrived. */
  discard(): void {
    this.#file.truncateSync(0);
    this.#length = 0;
    this.#origin = UNKNOWN;
    this.#joined = false;
  }

  /** Another answer goes on where the last one stopped. */
  goOn(): void {
    this.#joined = true;
  }

  /** Forgets what has arrived; what comes is of this origin. @throws {FileWriteError} */
  async begin(url: string, origin: Origin): Promise<void> {
    try {
      // In this order: bytes never stand beside the description of others.
      this.discard();
      this.#origin = origin;
      await Deno.writeTextFile(`${this.#path}.json`, JSON.stringify({ url, ...origin }));
    } catch (error) {
      throw writeError(this.#path, error);
    }
  }

  /** Adds what has arrived. @throws {FileWriteError} */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) done += await this.#file.write(bytes.subarray(done));
    } catch (error) {
      throw writeError(this.#path, error);
    }
    this.#length += bytes.length;
  }

  /** Everything that has arrived. */
  async read(): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(this.#length);
    await this.#file.seek(0, Deno.SeekMode.Start);
    for (let done = 0; done < bytes.length;) {
      const count = await this.#file.read(bytes.subarray(done));
      if (count === null) {
        throw new Error(`Cannot read ${this.#path}: expected ${bytes.length} bytes, got ${done}`);
      }
      done += count;
    }
    return bytes;
  }

  /** Removes the file: it is whole and used, or of no use. */
  remove(): void {
    for (const path of [this.#path, `${this.#path}.json`]) {
      try {
        Deno.removeSync(path);
      } catch {
        // Windows removes no open file; the sweep does.
      }
    }
  }

  /** Lets go of the file, and leaves it if there is something to go on with. */
  [Symbol.dispose](): void {
    if (this.#length === 0) this.remove();
    this.#file.close();
  }
}

function openToAppend(path: string): Promise<Deno.FsFile> {
  return Deno.open(path, { read: true, append: true, create: true });
}

/** The origin of the bytes of an address; null if there is no whole description of it. */
async function readOrigin(path: string, url: string): Promise<Origin | null> {
  try {
    const said: unknown = JSON.parse(await Deno.readTextFile(path));
    if (typeof said !== "object" || said === null) return null;
    const fields = new Map<string, unknown>(Object.entries(said));
    if (fields.get("url") !== url) return null;
    const [etag, lastModified, total] = ["etag", "lastModified", "total"].map((key) => fields.get(key));
    return {
      etag: typeof etag === "string" ? etag : null,
      lastModified: typeof lastModified === "string" ? lastModified : null,
      total: typeof total === "number" ? total : null,
    };
  } catch {
    return null; // Not there, or torn: the download starts anew.
  }
}
