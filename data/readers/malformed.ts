/**
 * Bytes that are not what their format says, or more than the caller allows: `Cannot read <what>: expected <this>, got
 * <that>`, always one line.
 *
 * @example
 * ```ts
 * import { MalformedFileError } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new MalformedFileError("a tar archive", "a name without line breaks", '"a\nb"');
 * assertEquals(error.message, 'Cannot read a tar archive: expected a name without line breaks, got "a b"');
 * ```
 */
export class MalformedFileError extends RangeError {
  /** `what` was read, what was `expected` there, and what it `got`. */
  constructor(what: string, expected: string, got: string | number) {
    super(`Cannot read ${what}: expected ${oneLine(expected)}, got ${oneLine(`${got}`)}`);
    this.name = "MalformedFileError";
  }
}

/** What a reader may make of a file, so that a small hostile one cannot fill the memory. */
export interface Limits {
  /** Most bytes of what is read: of all members, pixels or elements together. 1 GiB unless given. */
  readonly bytes?: number;
  /** Most members of an archive, or rows of a table. 4,194,304 unless given. */
  readonly items?: number;
}

/** Throws the error of one reader. */
export type Fail = (expected: string, got: string | number) => never;

/** The function with which a reader of `what` gives up. */
export function failAs(what: string): Fail {
  return (expected, got) => {
    throw new MalformedFileError(what, expected, got);
  };
}

/** Text of a file, or the start of it, as it can stand in an error. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

/** The limits that hold where the caller names none. */
export const DEFAULT_LIMITS: Required<Limits> = { bytes: 1 << 30, items: 1 << 22 };

/** Counts what a reader makes, and gives up as soon as it would be too much. */
export class Budget {
  #bytes: number;
  #items: number;
  readonly #limits: Required<Limits>;
  readonly #fail: Fail;

  /** Starts with everything that `limits` allow. */
  constructor(limits: Limits, fail: Fail) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#bytes = this.#limits.bytes;
    this.#items = this.#limits.items;
    this.#fail = fail;
  }

  /** Bytes that may still be made. */
  get bytesLeft(): number {
    return this.#bytes;
  }

  /** Takes `count` bytes, before they are made. */
  takeBytes(count: number): void {
    // Written so that NaN is refused too.
    if (!(count <= this.#bytes)) this.#fail(`at most ${this.#limits.bytes} bytes of content`, "more");
    this.#bytes -= count;
  }

  /** Takes `count` members or rows. */
  takeItems(count: number): void {
    if (!(count <= this.#items)) this.#fail(`at most ${this.#limits.items} members or rows`, "more");
    this.#items -= count;
  }
}

/** Text of a file within an error: without line breaks and other control characters, and not too long. */
function oneLine(text: string): string {
  const MAX_LENGTH = 200;
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
