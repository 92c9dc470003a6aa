import { CsvTable } from "./csv_table.ts";
import { Budget, type Fail, failAs, type Limits, quoted } from "./malformed.ts";

/** How a table is written. */
export interface CsvOptions extends Limits {
  /** The character between fields; "," unless given. */
  readonly delimiter?: string;
  /** Whether fields may stand in double quotes; true unless given. Without, a quote is a character like any other. */
  readonly quotes?: boolean;
  /** Lines before the table that are passed over; 0 unless given. */
  readonly skipLines?: number;
  /** Names of the columns, where the first row does not have them. */
  readonly header?: readonly string[];
  /** Encoding of the text; "utf-8" unless given. */
  readonly encoding?: "utf-8" | "windows-1252";
}

const fail: Fail = failAs("a CSV table");
const LINE_FEED = 0x0a, CARRIAGE_RETURN = 0x0d, QUOTE = 0x22;
/** What a field takes in memory beside its characters. */
const FIELD_BYTES = 16;

/**
 * Reads a table of text: rows of fields between delimiters, with or without quotes.
 *
 * Lines end with LF or CRLF. A quoted field may hold delimiters, line breaks, and quotes written twice. Spaces belong to
 * fields. Empty lines are passed over where there are several columns. A byte order mark at the start is dropped. A
 * field counts 16 bytes and two for each character towards the limit.
 * *Source* RFC 4180.
 * *Differs* from lenient readers: rows of different lengths, quotes within unquoted fields, and columns of one name are
 * errors.
 * @throws {MalformedFileError} if it is no such table, naming the line, or the limits do not suffice.
 * @throws {RangeError} if the delimiter is not one character other than a quote or line break.
 *
 * @example
 * ```ts
 * import { readCsv } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const table = readCsv(new TextEncoder().encode('name,mpg\n"ford ""a"", red",17.5\nfiat,NA\n'));
 * assertEquals(table.text("name"), ['ford "a", red', "fiat"]);
 * assertEquals(table.numbers("mpg", "f32", { missing: ["NA"] }), Float32Array.of(17.5, NaN));
 * ```
 */
export function readCsv(bytes: Uint8Array, options: CsvOptions = {}): CsvTable {
  const { delimiter = ",", quotes = true, skipLines = 0, header, encoding = "utf-8", ...limits } = options;
  if (delimiter.length !== 1 || /["\r\n]/.test(delimiter)) {
    throw new RangeError(
      `Cannot read a CSV table: expected a delimiter of one character, got ${quoted(delimiter)}`,
    );
  }
  const budget = new Budget(limits, fail);
  const text = decoded(bytes, encoding);
  const scanner = new Scanner(text, delimiter, quotes);
  for (let i = 0; i < skipLines; i++) scanner.skipLine();
  const takeRow = (row: readonly string[]) => {
    budget.takeItems(1);
    budget.takeBytes(row.reduce((sum, field) => sum + FIELD_BYTES + 2 * field.length, 0));
  };
  const names = header ?? scanner.row();
  if (names === undefined) return fail("a row of names", "none");
  takeRow(names);
  const known = new Set<string>();
  for (const name of names) {
    if (known.has(name)) fail("columns of different names", `two of ${quoted(name)}`);
    known.add(name);
  }
  const rows: string[][] = [];
  const lines: number[] = [];
  while (true) {
    const { line } = scanner;
    const row = scanner.row();
    if (row === undefined) break;
    if (row.length === 1 && row[0] === "" && names.length > 1) continue;
    if (row.length !== names.length) fail(`${names.length} fields in line ${line}`, row.length);
    takeRow(row);
    rows.push(row);
    lines.push(line);
  }
  return new CsvTable(names, rows, lines);
}

/** Walks through the text row by row. */
class Scanner {
  /** The line of the file, from 1, at which the next row starts. */
  line = 1;
  readonly #text: string;
  readonly #delimiter: number;
  readonly #quotes: boolean;
  #at = 0;

  constructor(text: string, delimiter: string, quotes: boolean) {
    this.#text = text;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#quotes = quotes;
  }

  /** Passes over one line. */
  skipLine(): void {
    const end = this.#text.indexOf("\n", this.#at);
    if (end < 0) fail(`a line ${this.line + 1}`, "the end");
    this.#at = end + 1;
    this.line++;
  }

  /** The fields of the next row, or undefined at the end. */
  row(): string[] | undefined {
    if (this.#at >= this.#text.length) return undefined;
    const fields: string[] = [];
    do {
      const isQuoted = this.#quotes && this.#text.charCodeAt(this.#at) === QUOTE;
      fields.push(isQuoted ? this.#quotedField() : this.#plainField());
    } while (this.#delimiterFollows());
    return fields;
  }

  #plainField(): string {
    const start = this.#at;
    while (this.#at < this.#text.length) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === this.#delimiter || code === LINE_FEED || code === CARRIAGE_RETURN) break;
      if (code === QUOTE && this.#quotes) {
        fail(`quotes around fields only, in line ${this.line}`, "one within");
      }
      this.#at++;
    }
    return this.#text.slice(start, this.#at);
  }

  #quotedField(): string {
    const [text, startLine] = [this.#text, this.line];
    const parts: string[] = [];
    let start = this.#at + 1;
    while (true) {
      const quote = text.indexOf('"', start);
      if (quote < 0) return fail(`a closing quote of the field that starts in line ${startLine}`, "the end");
      const isDoubled = text.charCodeAt(quote + 1) === QUOTE;
      const part = text.slice(start, isDoubled ? quote + 1 : quote);
      for (let at = part.indexOf("\n"); at >= 0; at = part.indexOf("\n", at + 1)) this.line++;
      parts.push(part);
      start = quote + (isDoubled ? 2 : 1);
      if (!isDoubled) break;
    }
    this.#at = start;
    return parts.join("");
  }

  /** Passes over what ends a field: a delimiter (true), or the end of the row. */
  #delimiterFollows(): boolean {
    const text = this.#text;
    if (this.#at >= text.length) return false;
    const code = text.charCodeAt(this.#at++);
    if (code === this.#delimiter) return true;
    if (code === LINE_FEED || (code === CARRIAGE_RETURN && text.charCodeAt(this.#at++) === LINE_FEED)) {
      this.line++;
      return false;
    }
    return fail(
      `a delimiter or LF or CRLF after a field of line ${this.line}`,
      quoted(String.fromCharCode(code)),
    );
  }
}

function decoded(bytes: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return fail(`text in ${encoding}`, "other bytes");
  }
}
