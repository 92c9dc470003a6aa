import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Schema } from "apache-arrow";
import * as v from "valibot";
import { splitOf } from "../columns.ts";
import type { Dataset, Rows, SplitDescription } from "../dataset.ts";
import { reasonOf } from "../sources/events.ts";
import { sha256 } from "../files/sha256.ts";
import { writeFileAtomically } from "../files/write_file.ts";
import { ArrowFile, DamagedFileError } from "./arrow_file.ts";
import { encodeArrow } from "./encode_arrow.ts";
import { arrowSchema } from "./schema.ts";

const Hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

/** Version of the side file's form. */
const FORMAT = 2;

/** The side file `SPLIT.arrow.json`: what the Arrow file was made from, and what it must be. */
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const SideFile = v.strictObject({
  format: v.literal(FORMAT),
  contentSha256: Hash,
  /** SHA-256 of the text of the set's decode function: after a change the file is made anew. */
  decoderSha256: Hash,
  /** SHA-256 of the whole Arrow file. */
  sha256: Hash,
  /** Number and bytes of the texts of each dictionary, and the SHA-256 of its body. */
  dictionaries: v.array(v.strictObject({ lengths: v.tuple([Count, Count]), sha256: Hash })),
  /** The lengths that the layout of each record batch needs, and the SHA-256 of its body. */
  batches: v.array(v.strictObject({ lengths: v.array(Count), sha256: Hash })),
});
type SideFile = v.InferOutput<typeof SideFile>;

/** An Arrow file on disk that has passed the cheap checks. */
export interface StoredSplit {
  readonly file: ArrowFile;
  /** SHA-256 of the whole file, as the side file has it. */
  readonly sha256: string;
}

/** The rows of a split, from the start: columns, or chunks of them. */
export type RowSource = () => Iterable<Rows>;

/** The Arrow file of one split: where it is, how it is checked, and how it is made. */
export class ArrowStore {
  readonly path: string;
  readonly #what: string;
  readonly #split: SplitDescription;
  readonly #schema: Schema;
  readonly #madeFrom: Pick<SideFile, "contentSha256" | "decoderSha256">;

  constructor(directory: string, dataset: Dataset, split: string, contentSha256: string) {
    this.path = join(directory, "arrow", dataset.name, `${split}.arrow`);
    this.#what = `split "${split}" of "${dataset.name}"`;
    this.#split = splitOf(dataset, split);
    this.#schema = arrowSchema(dataset, split, contentSha256);
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
      return await this.#openAs(side);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /**
   * Writes the file and then its side file, and opens it. The rows are encoded as they come.
   *
   * @throws {TypeError | RangeError} if the rows are not those of the split; then nothing is written.
   */
  async write(rows: RowSource): Promise<StoredSplit> {
    const made: { side?: SideFile; failure?: unknown } = {};
    const encode = () => this.#encode(rows);
    function* pieces() {
      try {
        made.side = yield* encode();
      } catch (error) {
        made.failure = error;
        throw error;
      }
    }
    try {
      await writeFileAtomically(this.path, pieces());
    } catch (error) {
      // What is wrong with the rows is no matter of the disk.
      throw made.failure ?? error;
    }
    const side = made.side!;
    await writeFileAtomically(`${this.path}.json`, JSON.stringify(side, null, 2) + "\n");
    return await this.#openAs(side);
  }

  /** Reads the whole file, and compares it and its side file with what the rows encode to. */
  async matches(rows: RowSource): Promise<boolean> {
    const encoding = this.#encode(rows);
    let step = encoding.next();
    while (!step.done) step = encoding.next();
    const actual = createHash("sha256");
    for await (const chunk of (await Deno.open(this.path)).readable) actual.update(chunk);
    return actual.digest("hex") === step.value.sha256 &&
      JSON.stringify(this.#readSideFile()) === JSON.stringify(step.value);
  }

  /** The pieces of the Arrow file, and then its side file. */
  *#encode(rows: RowSource): Generator<Uint8Array, SideFile> {
    const { sha256, dictionaries, batches } = yield* encodeArrow(this.#schema, this.#what, this.#split, rows);
    return {
      format: FORMAT,
      ...this.#madeFrom,
      sha256,
      dictionaries: dictionaries.map(({ lengths: [texts, bytes], sha256 }) => ({
        lengths: [texts, bytes],
        sha256,
      })),
      batches: batches.map(({ lengths, sha256 }) => ({ lengths: [...lengths], sha256 })),
    };
  }

  async #openAs(side: SideFile): Promise<StoredSplit> {
    return { file: await ArrowFile.open(this.path, this.#schema, this.#split, side), sha256: side.sha256 };
  }

  #readSideFile(): SideFile | null {
    const path = `${this.path}.json`;
    try {
      const side: unknown = JSON.parse(Deno.readTextFileSync(path));
      const { format } = v.parse(v.object({ format: v.number() }), side);
      if (format !== FORMAT) {
        throw new DamagedFileError(`"${this.path}" was made by another version of this program`);
      }
      return v.parse(SideFile, side);
    } catch (error) {
      if (error instanceof DamagedFileError) throw error;
      if (error instanceof Deno.errors.NotFound) return null;
      throw new DamagedFileError(
        `Cannot read "${path}": expected the side file that was written, got ${reasonOf(error)}`,
      );
    }
  }
}
