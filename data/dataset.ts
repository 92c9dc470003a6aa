import type { HostArray } from "@verbatim/core";

/** One column of a split: values of one dtype with a fixed shape for each row. */
export interface Column {
  /** Type of the elements. */
  readonly dtype: "u8" | "f32" | "i32" | "u32";
  /** Shape of one row's value; [] for a scalar. */
  readonly shape: readonly number[];
  /** What the values are, with units: "grey value, 0 to 255". */
  readonly description: string;
  /** Names of the classes, for a label column. */
  readonly classes?: readonly string[];
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
    /** A Debian package: the file of an installed one, or of one that is fetched and unpacked. */
    readonly kind: "debian";
    /** Its name. */
    readonly package: string;
    /** Absolute path at which the installed package has the file. */
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
  /** What is fetched, pinned by hash. */
  readonly files: readonly SourceFile[];
  /** By name: "train", "test". */
  readonly splits: Readonly<Record<string, SplitDescription>>;
  /** Turns the decoded files into the columns of each split, one array each of rows * size elements. */
  decode(files: ReadonlyMap<string, Uint8Array>): Record<string, Record<string, HostArray>>;
}

/** Rows of every column, copied to the host: arrays of rows * size elements. */
export type Rows = Readonly<Record<string, HostArray>>;

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
  /** "cache", or the source that served each file. */
  readonly servedBy: string;
  /** The split of that name. @throws {RangeError} if there is none. */
  split(name: string): Split;
  /** Closes the files; splits cannot be read afterwards. */
  close(): void;
}
