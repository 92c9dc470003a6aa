import { createHash } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { splitOf } from "../columns.ts";
import type { Dataset, Rows, SplitDescription } from "../dataset.ts";
import { reasonOf } from "../sources/events.ts";
import { sha256 } from "../files/sha256.ts";
import { writeFileAtomically } from "../files/write_file.ts";
import { ArrowFile, DamagedFileError } from "./arrow_file.ts";
import { encodeArrow, encodeBody } from "./encode_arrow.ts";
import { type ArrowLayout, arrowLayout } from "./layout.ts";
import { arrowSchema } from "./schema.ts";

const Hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** The side file `SPLIT.arrow.json`: what the Arrow file was made from, and what it must be. */
const SideFile = v.strictObject({
  format: v.literal(1),
  contentSha256: Hash,
  /** SHA-256 of the text of the set's decode function: after a change the file is made anew. */
  decoderSha256: Hash,
  /** SHA-256 of the whole Arrow file. */
  sha256: Hash,
  /** SHA-256 of the body of each record batch. */
  bodySha256: v.array(Hash),
});
type SideFile = v.InferOutput<typeof SideFile>;

/** An Arrow file on disk that has passed the cheap checks. */
export interface StoredSplit {
  readonly file: ArrowFile;
  /** SHA-256 of the whole file, as the side file has it. */
  readonly sha256: string;
}

/** The Arrow file of one split: where it is, how it is checked, and how it is made. */
export class ArrowStore {
  readonly path: string;
  readonly #split: SplitDescription;
  readonly #layout: ArrowLayout;
  readonly #madeFrom: Pick<SideFile, "contentSha256" | "decoderSha256">;

  constructor(directory: string, dataset: Dataset, split: string, contentSha256: string) {
    this.path = join(directory, "arrow", dataset.name, `${split}.arrow`);
    this.#split = splitOf(dataset, split);
    this.#layout = arrowLayout(arrowSchema(dataset, split, contentSha256), this.#split);
    this.#madeFrom = { contentSha256, decoderSha256: sha256(dataset.decode.toString()) };
  }

  /**
   * Opens the file if its length, its frame and what it was made from are right; its values are not read yet.
   * Returns null if it was never made.
   *
   * @throws {DamagedFileError} if it cannot be used, saying why.
   */
  async open(): Promise<StoredSplit | null> {
    const side = this.#readSideFile();
    if (side === null) return null;
    const { contentSha256, decoderSha256 } = this.#madeFrom;
    if (side.contentSha256 !== contentSha256 || side.decoderSha256 !== decoderSha256) {
      throw new DamagedFileError(`"${this.path}" was made from another version of the data set`);
    }
    try {
      const file = await ArrowFile.open(this.path, this.#layout, side.bodySha256);
      return { file, sha256: side.sha256 };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /** Writes the file and then its side file, and opens it. */
  async write(columns: Rows): Promise<StoredSplit> {
    const side = this.#describe(columns);
    await writeFileAtomically(this.path, encodeArrow(this.#layout, this.#split, columns));
    await writeFileAtomically(`${this.path}.json`, JSON.stringify(side, null, 2) + "\n");
    return { file: await ArrowFile.open(this.path, this.#layout, side.bodySha256), sha256: side.sha256 };
  }

  /** Reads the whole file, and compares it and its side file with what the columns encode to. */
  async matches(columns: Rows): Promise<boolean> {
    const expected = this.#describe(columns);
    const actual = createHash("sha256");
    for await (const chunk of (await Deno.open(this.path)).readable) actual.update(chunk);
    return actual.digest("hex") === expected.sha256 &&
      JSON.stringify(this.#readSideFile()) === JSON.stringify(expected);
  }

  /** The side file of the Arrow file that the columns encode to. */
  #describe(columns: Rows): SideFile {
    const whole = createHash("sha256");
    for (const piece of encodeArrow(this.#layout, this.#split, columns)) whole.update(piece);
    const bodySha256 = Array.from(
      { length: this.#layout.batchCount },
      (_, index) => sha256(...encodeBody(this.#layout, this.#split, columns, index)),
    );
    return { format: 1, ...this.#madeFrom, sha256: whole.digest("hex"), bodySha256 };
  }

  #readSideFile(): SideFile | null {
    const path = `${this.path}.json`;
    try {
      return v.parse(SideFile, JSON.parse(Deno.readTextFileSync(path)));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw new DamagedFileError(
        `Cannot read "${path}": expected the side file that was written, got ${reasonOf(error)}`,
      );
    }
  }
}
