import { latin1, utf8OrOlder } from "./_characters.ts";
import { htmlToText } from "./html_text.ts";
import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";

const fail: Fail = failAs("an e-mail");

/** What a person reads of an e-mail. */
export interface Mail {
  /** The subject, in one line; "" if there is none. */
  readonly subject: string;
  /** The text of the body: of its plain parts, or of its HTML without the tags. */
  readonly text: string;
}

/** Messages in messages, parts in parts: no real mail nests as deep. */
const MAX_DEPTH = 30;

/**
 * Reads subject and text of an e-mail, however broken: of parts that say the same the plain one is taken, other texts
 * follow one another, attachments are left out. Nothing of the other headers is kept.
 *
 * Transfer encodings and character sets are undone; what is unknown counts as UTF-8, or as Windows-1252 where it is
 * not. A line "From ..." of a mailbox before the headers is passed over.
 * *Source* RFC 5322 (messages), RFC 2045 and 2046 (MIME), RFC 2047 (words in headers).
 * @throws {MalformedFileError} if parts nest more than 30 deep or the limits do not suffice: `bytes` bounds
 * the message, `items` its parts.
 *
 * @example
 * ```ts
 * import { readMail } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const message = [
 *   "Subject: =?iso-8859-1?Q?Caf=E9?=",
 *   "Content-Type: text/html; charset=utf-8",
 *   "Content-Transfer-Encoding: quoted-printable",
 *   "",
 *   "<p>One =E2=82=AC &amp; more</p>",
 * ].join("\n");
 * assertEquals(readMail(new TextEncoder().encode(message)), { subject: "Café", text: "One € & more" });
 * ```
 */
export function readMail(bytes: Uint8Array, limits: Limits = {}): Mail {
  const budget = new Budget(limits, fail);
  budget.takeBytes(bytes.length);
  // As Latin-1 every byte is one letter, so that text and bytes have the same places.
  let source = latin1(bytes).replace(/\r\n?/g, "\n");
  if (source.startsWith("From ")) source = source.slice(source.indexOf("\n") + 1 || source.length);
  const { headers, body } = splitMessage(source);
  const texts = textsOf(headers, body, 0, budget);
  const subject = decodeWords(headers.get("subject") ?? "").replace(/\s+/g, " ").trim();
  return { subject, text: texts.map(({ text }) => text.trim()).filter((text) => text !== "").join("\n\n") };
}

type Headers = ReadonlyMap<string, string>;

/** A text of a body, and whether it was HTML. */
interface BodyText {
  readonly text: string;
  readonly isHtml: boolean;
}

/** Headers up to an empty line, or to a line that is none; the first of each name. */
function splitMessage(source: string): { headers: Headers; body: string } {
  const headers = new Map<string, string>();
  let at = 0, name: string | undefined;
  while (at < source.length) {
    const end = endOfLine(source, at);
    const line = source.slice(at, end);
    if (line === "") return { headers, body: source.slice(end + 1) };
    if (/^[ \t]/.test(line) && name !== undefined) {
      const value = headers.get(name)!;
      if (value.length < MAX_HEADER) headers.set(name, `${value}\n${line}`);
    } else {
      const colon = line.indexOf(":");
      if (!/^[!-9;-~]+[ \t]*:/.test(line)) break;
      // A repeated header is read, with its further lines, into a place that nobody looks at.
      const key = line.slice(0, colon).trim().toLowerCase();
      name = headers.has(key) ? "" : key;
      headers.set(name, line.slice(colon + 1));
    }
    at = end + 1;
  }
  return { headers, body: source.slice(at) };
}

/** Letters of one header that are looked at. */
const MAX_HEADER = 100_000;

function textsOf(headers: Headers, body: string, depth: number, budget: Budget): readonly BodyText[] {
  budget.takeItems(1);
  if (depth > MAX_DEPTH) fail(`parts nested at most ${MAX_DEPTH} deep`, "deeper ones");
  const { value: type, parameters } = parseField(headers.get("content-type") ?? "text/plain");
  const disposition = parseField(headers.get("content-disposition") ?? "inline").value;
  if (disposition === "attachment") return [];
  const boundary = parameters.get("boundary");
  if (type.startsWith("multipart/") && boundary !== undefined) {
    const parts = splitParts(body, boundary);
    if (parts.length > 0) {
      const texts = parts.map((part) => {
        const { headers, body } = splitMessage(part);
        return textsOf(headers, body, depth + 1, budget);
      });
      return type === "multipart/alternative" ? [plainest(texts)].flat() : texts.flat();
    }
  }
  if (type === "message/rfc822") {
    const { headers, body: inner } = splitMessage(body.replace(/^\n+/, ""));
    return textsOf(headers, inner, depth + 1, budget);
  }
  const isText = type.startsWith("text/") || type.startsWith("multipart/") || !type.includes("/");
  if (!isText) return [];
  const bytes = undoTransfer(body, headers.get("content-transfer-encoding") ?? "");
  const text = decode(bytes, parameters.get("charset"));
  const isHtml = type === "text/html";
  return [{ text: isHtml ? htmlToText(text) : text, isHtml }];
}

/** The first alternative that has plain text, or else the first that has any. */
function plainest(alternatives: readonly (readonly BodyText[])[]): readonly BodyText[] {
  const says = (texts: readonly BodyText[]) => texts.some(({ text }) => text.trim() !== "");
  return alternatives.find((texts) => says(texts) && texts.every(({ isHtml }) => !isHtml)) ??
    alternatives.find(says) ?? [];
}

/** The parts between lines "--boundary", up to "--boundary--" or the end. */
function splitParts(body: string, boundary: string): readonly string[] {
  const parts: string[] = [];
  let start: number | undefined;
  for (let at = 0; at < body.length;) {
    const end = endOfLine(body, at);
    if (body.startsWith("--", at) && body.startsWith(boundary, at + 2)) {
      const rest = body.slice(at + 2 + boundary.length, end).trim();
      if (rest === "" || rest === "--") {
        // The line break before the boundary belongs to it.
        if (start !== undefined) parts.push(body.slice(start, Math.max(start, at - 1)));
        start = rest === "" ? end + 1 : undefined;
        if (rest === "--") return parts;
      }
    }
    at = end + 1;
  }
  if (start !== undefined) parts.push(body.slice(start));
  return parts;
}

/** A value and its parameters: `text/plain; charset="utf-8"`. */
function parseField(field: string): { value: string; parameters: ReadonlyMap<string, string> } {
  const parameters = new Map<string, string>();
  for (
    const [, name, quoted, plain] of field.matchAll(/;\s*([-\w*]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g)
  ) {
    const value = quoted !== undefined ? quoted.replace(/\\(.)/g, "$1") : plain!.replaceAll('"', "");
    if (!parameters.has(name!.toLowerCase())) parameters.set(name!.toLowerCase(), value);
  }
  return { value: field.split(";")[0]!.trim().toLowerCase(), parameters };
}

function undoTransfer(body: string, encoding: string): Uint8Array {
  switch (encoding.trim().toLowerCase()) {
    case "base64":
      return fromBase64(body);
    case "quoted-printable":
      return bytesOf(
        fromQuoted(body.split("\n").map((line) => line.trimEnd()).join("\n").replaceAll("=\n", "")),
      );
  }
  return bytesOf(body);
}

function fromQuoted(text: string): string {
  return text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}

/** Up to the first "=", which ends the data: footers may follow. What is not of the alphabet is passed over. */
function fromBase64(text: string): Uint8Array {
  const letters = text.split("=", 1)[0]!.replace(/[^A-Za-z0-9+/]/g, "");
  const whole = letters.slice(0, letters.length - (letters.length % 4 === 1 ? 1 : 0));
  return Uint8Array.fromBase64(whole.padEnd(Math.ceil(whole.length / 4) * 4, "="));
}

/** Words like =?utf-8?B?...?= of a header; blanks between two of them do not count. */
function decodeWords(header: string): string {
  const WORD = /=\?([^?\s]{1,40})\?([bBqQ])\?([^?\n]*)\?=/g;
  let text = "", end = 0, wasWord = false;
  for (const match of header.matchAll(WORD)) {
    const between = header.slice(end, match.index);
    if (!wasWord || between.trim() !== "") text += decode(bytesOf(between), undefined);
    const [whole, charset, kind, content] = match;
    const bytes = kind!.toLowerCase() === "b"
      ? fromBase64(content!)
      : bytesOf(fromQuoted(content!.replaceAll("_", " ")));
    text += decode(bytes, charset!.split("*")[0]);
    end = match.index + whole.length;
    wasWord = true;
  }
  return text + decode(bytesOf(header.slice(end)), undefined);
}

/** Text of a character set; where that is not known or not given, UTF-8 or else Windows-1252. */
function decode(bytes: Uint8Array, charset: string | undefined): string {
  if (charset !== undefined && !/^(us-)?ascii$/i.test(charset)) {
    let decoder: TextDecoder | undefined;
    try {
      decoder = new TextDecoder(charset);
    } catch {
      // A name that no table has, as senders make them up.
    }
    if (decoder !== undefined) return decoder.decode(bytes);
  }
  return utf8OrOlder(bytes);
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
