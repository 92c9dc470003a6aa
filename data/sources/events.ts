/** What `openDataset` reports while it works. */
export type DataEvent =
  | {
    readonly kind: "progress";
    readonly file: string;
    readonly source: string;
    /** Bytes received so far, as they travel. */
    readonly bytes: number;
    /** Bytes expected, where the source says so. */
    readonly total: number | null;
  }
  | {
    /** A source that failed, a file that was rebuilt: one line, worth showing. */
    readonly kind: "notice";
    readonly message: string;
  };

/** Receives the events of one opening. */
export type DataListener = (event: DataEvent) => void;

/** Hears how many bytes have arrived, and of how many if that is known. */
export type OnProgress = (bytes: number, total: number | null) => void;

/** Why one source could not serve a file, in one line. The next source is tried. */
export class SourceFailure extends Error {
  override readonly name = "SourceFailure";
}

/** A failure that is no news: nothing is there, or the same was said before. */
export class QuietFailure extends SourceFailure {}

/** What fetch says before the reason: the address, which stands beside the reason already. */
const FETCH_PREFIX = /^error sending request for url \(\S+\): /;

/** The reason of any error as one line of at most 200 characters. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? innermost(error).message || error.name : String(error);
  const lines = text.replace(FETCH_PREFIX, "").split(/\r?\n/).map((line) => line.trim());
  const line = lines.find((line) => line !== "") ?? "unknown error";
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/** "fetch failed" says nothing; its cause does. */
function innermost(error: Error): Error {
  return error.message === "fetch failed" && error.cause instanceof Error ? innermost(error.cause) : error;
}
