/** A file opened for reads at positions, one after the other. */
export class PositionedFile {
  readonly path: string;
  readonly size: number;
  readonly #file: Deno.FsFile;
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(path: string, file: Deno.FsFile, size: number) {
    this.path = path;
    this.#file = file;
    this.size = size;
  }

  /** @throws {Deno.errors.NotFound} if there is no such file. */
  static async open(path: string): Promise<PositionedFile> {
    const file = await Deno.open(path);
    return new PositionedFile(path, file, (await file.stat()).size);
  }

  /**
   * Fills `into` with the bytes from `position` on.
   *
   * @throws {RangeError} if the file ends before, or was closed.
   */
  read(position: number, into: Uint8Array): Promise<void> {
    // The file has one position for all readers: each waits for the one before.
    const done = this.#last.then(() => this.#readNow(position, into));
    this.#last = done.catch(() => {});
    return done;
  }

  /** Closes the file after the reads that were begun. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#last.then(() => this.#file.close());
  }

  async #readNow(position: number, into: Uint8Array): Promise<void> {
    if (this.#closed) {
      throw new RangeError(`Cannot read "${this.path}": expected an open data set, got a closed one`);
    }
    await this.#file.seek(position, Deno.SeekMode.Start);
    for (let done = 0; done < into.length;) {
      const count = await this.#file.read(into.subarray(done));
      if (count === null) {
        throw new RangeError(
          `Cannot read "${this.path}": expected ${into.length} bytes at ${position}, got ${done}`,
        );
      }
      done += count;
    }
  }
}
