import type { ArrowLayout, BatchLayout } from "./layout.ts";
import { PositionedFile } from "./positioned_file.ts";
import { sha256 } from "../files/sha256.ts";

/** Thrown when an Arrow file is not what was written: cut, changed, or of another description. */
export class DamagedFileError extends Error {
  /** "DamagedFileError". */
  override readonly name = "DamagedFileError";
}

/** The body of a record batch in memory. */
export interface BatchBody extends BatchLayout {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The Arrow file of one split, opened for reading record batches or rows in any order. Opening compares its length, its
 * schema and its footer with the layout; a record batch is compared with its hash when it is read.
 */
export class ArrowFile {
  readonly #file: PositionedFile;
  readonly #layout: ArrowLayout;
  readonly #bodySha256: readonly string[];

  private constructor(file: PositionedFile, layout: ArrowLayout, bodySha256: readonly string[]) {
    this.#file = file;
    this.#layout = layout;
    this.#bodySha256 = bodySha256;
  }

  /**
   * Opens a file that should have a layout, and record batches whose bodies should have hashes.
   *
   * @throws {DamagedFileError} if its length, schema or footer is another.
   * @throws {Deno.errors.NotFound} if there is no such file.
   */
  static async open(path: string, layout: ArrowLayout, bodySha256: readonly string[]): Promise<ArrowFile> {
    const file = await PositionedFile.open(path);
    try {
      if (file.size !== layout.size) {
        throw new DamagedFileError(`Cannot read "${path}": expected ${layout.size} bytes, got ${file.size}`);
      }
      if (bodySha256.length !== layout.batchCount) {
        throw new DamagedFileError(
          `Cannot read "${path}": expected hashes of ${layout.batchCount} record batches, got ${bodySha256.length}`,
        );
      }
      for (
        const [what, position, bytes] of [
          ["schema", 0, layout.head],
          ["footer", layout.size - layout.tail.length, layout.tail],
        ] as const
      ) {
        const found = new Uint8Array(bytes.length);
        await file.read(position, found);
        if (found.some((byte, i) => byte !== bytes[i])) {
          throw new DamagedFileError(
            `Cannot read "${path}": expected the ${what} of this data set, got another`,
          );
        }
      }
      return new ArrowFile(file, layout, bodySha256);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Reads the body of record batch `index`.
   *
   * @throws {DamagedFileError} if its bytes are not those that were written.
   */
  async readBatch(index: number): Promise<BatchBody> {
    const layout = this.#layout.batch(index);
    const bytes = new Uint8Array(layout.bodyLength);
    await this.#file.read(this.#bodyPosition(index), bytes);
    const hash = sha256(bytes);
    if (hash !== this.#bodySha256[index]) {
      throw new DamagedFileError(
        `Cannot read record batch ${index} of "${this.#file.path}": expected SHA-256 ${
          this.#bodySha256[index]
        }, got ${hash}; deno task data --verify makes the file anew`,
      );
    }
    return { ...layout, bytes };
  }

  /** Fills `into` with bytes of the values of a column in record batch `index`, from `offset` on; without a check. */
  readValues(index: number, column: number, offset: number, into: Uint8Array): Promise<void> {
    const start = this.#layout.batch(index).columnOffsets[column]!;
    return this.#file.read(this.#bodyPosition(index) + start + offset, into);
  }

  close(): void {
    this.#file.close();
  }

  #bodyPosition(index: number): number {
    return this.#layout.messagePosition(index) + this.#layout.batch(index).message.length;
  }
}
