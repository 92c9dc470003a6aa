import { createHash } from "node:crypto";

/** As much as is read at a time where all that matters is a hash. */
const PIECE_BYTES = 2 ** 20;

/** A file opened for reads at positions. */
export class PositionedFile {
  readonly path: string;
  readonly size: number;
  /** For reads that are waited for, one after the other, because they share its position. */
  readonly #file: Deno.FsFile;
  /** For reads at once, which must not move the position between the others' seek and read. */
  readonly #direct: Deno.FsFile;
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(path: string, file: Deno.FsFile, direct: Deno.FsFile, size: number) {
    this.path = path;
    this.#file = file;
    this.#direct = direct;
    this.size = size;
  }

  /** @throws {Deno.errors.NotFound} if there is no such file. */
  static async open(path: string): Promise<PositionedFile> {
    const file = await Deno.open(path);
    try {
      return new PositionedFile(path, file, Deno.openSync(path), (await file.stat()).size);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Fills `into` with the bytes from `position` on.
   *
   * @throws {RangeError} if the file ends before, or was closed.
   */
  read(position: number, into: Uint8Array): Promise<void> {
    const done = this.#last.then(() => this.#readInTurn(position, into));
    this.#last = done.catch(() => {});
    return done;
  }

  /**
   * SHA-256 of the `length` bytes from `position` on, in lower-case hexadecimal, read piece by piece.
   *
   * @throws {RangeError} if the file ends before, or was closed.
   */
  async sha256(position: number, length: number): Promise<string> {
    const hash = createHash("sha256");
    const piece = new Uint8Array(Math.min(length, PIECE_BYTES));
    for (let done = 0; done < length; done += PIECE_BYTES) {
      const part = piece.subarray(0, Math.min(length - done, PIECE_BYTES));
      await this.read(position + done, part);
      hash.update(part);
    }
    return hash.digest("hex");
  }

  /**
   * As `read`, before it returns: for few bytes that is a fortieth of the time.
   *
   * @throws {RangeError} if the file ends before, or was closed.
   */
  readNow(position: number, into: Uint8Array): void {
    this.#checkOpen();
    this.#direct.seekSync(position, Deno.SeekMode.Start);
    for (let done = 0; done < into.length;) {
      const count = this.#direct.readSync(into.subarray(done));
      if (count === null) throw this.#tooShort(position, into, done);
      done += count;
    }
  }

  /** Closes the file after the reads that were begun. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#direct.close();
    this.#last.then(() => this.#file.close());
  }

  async #readInTurn(position: number, into: Uint8Array): Promise<void> {
    this.#checkOpen();
    await this.#file.seek(position, Deno.SeekMode.Start);
    for (let done = 0; done < into.length;) {
      const count = await this.#file.read(into.subarray(done));
      if (count === null) throw this.#tooShort(position, into, done);
      done += count;
    }
  }

  #checkOpen(): void {
    if (this.#closed) {
      throw new RangeError(`Cannot read "${this.path}": expected an open data set, got a closed one`);
    }
  }

  #tooShort(position: number, into: Uint8Array, done: number): RangeError {
    return new RangeError(
      `Cannot read "${this.path}": expected ${into.length} bytes at ${position}, got ${done}`,
    );
  }
}
