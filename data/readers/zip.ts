import { crc32 } from "node:zlib";
import { inflate } from "./_inflate.ts";
import { memberName, nameText } from "./_member_name.ts";
import { Budget, type Fail, failAs, type Limits, quoted } from "./malformed.ts";

const fail: Fail = failAs("a zip archive");
/** Signatures of the parts, as little-endian words. */
const LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50;
const WIDE_END = 0x06064b50, WIDE_LOCATOR = 0x07064b50;
const END_BYTES = 22, LOCATOR_BYTES = 20, WIDE_END_BYTES = 56, CENTRAL_BYTES = 46, LOCAL_BYTES = 30;
/** Says that the wide directory has the number. */
const WIDE32 = 0xffffffff;

/**
 * Reads a zip archive: each file's content by its name, in the order of the central directory. Stored contents are
 * views of `bytes`.
 *
 * Stored and deflated members; the wide form (zip64) of the directory. Names are UTF-8 and lose "." and empty parts;
 * folders are left out.
 * *Source* PKWARE's APPNOTE.TXT, version 6.3.
 * @throws {MalformedFileError} if a part is not where the directory says, parts overlap, a length or CRC is wrong, a
 * member is encrypted, a link, or compressed in another way, two have one name, a name would leave the archive ("..",
 * an absolute path, a backslash), or the limits do not suffice.
 *
 * @example
 * ```ts
 * import { readZip } from "@verbatim/data";
 * import { zipSync } from "fflate";
 * import { assertEquals } from "@std/assert";
 *
 * const archive = zipSync({ folder: { "a.txt": new Uint8Array(100).fill(65) } });
 * const text = new TextDecoder().decode(readZip(archive).get("folder/a.txt"));
 * assertEquals(text, "A".repeat(100));
 * ```
 */
export function readZip(bytes: Uint8Array, limits: Limits = {}): Map<string, Uint8Array> {
  const budget = new Budget(limits, fail);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, start, end } = directoryOf(view);
  const members: Member[] = [];
  let position = start;
  for (let i = 0; i < count; i++) {
    budget.takeItems(1);
    const member = memberAt(bytes, view, position, end);
    members.push(member);
    position = member.next;
  }
  if (position !== end) fail(`${count} members in the directory`, `${end - position} bytes more`);

  let free = 0; // Parts that overlap would let a small file hold a huge archive.
  for (const member of members.toSorted((a, b) => a.local - b.local)) {
    if (member.local < free) fail("parts that do not overlap", quoted(member.name));
    free = contentOf(member, bytes, view, start).end;
  }
  const contents = new Map<string, Uint8Array>();
  for (const member of members) {
    if (member.name.endsWith("/") && member.size === 0) continue;
    const name = memberName(member.name, fail);
    if (contents.has(name)) fail("one member of each name", `two of ${quoted(name)}`);
    budget.takeBytes(member.size);
    contents.set(name, unpack(member, contentOf(member, bytes, view, start).packed));
  }
  return contents;
}

/** What the central directory says of a member. */
interface Member {
  readonly name: string;
  readonly rawName: Uint8Array;
  readonly deflated: boolean;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where its local header starts. */
  readonly local: number;
  /** Where the directory goes on. */
  readonly next: number;
}

/** Finds the central directory from the record at the end, before which it must stand. */
function directoryOf(view: DataView): { count: number; start: number; end: number } {
  let record = view.byteLength - END_BYTES;
  const lowest = Math.max(0, record - 0xffff);
  const isEnd = (at: number) =>
    view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength;
  while (record >= lowest && !isEnd(record)) record--;
  if (record < lowest) fail("a record of the directory at the end", "none");
  let count = view.getUint16(record + 10, true);
  let size = view.getUint32(record + 12, true);
  let start = view.getUint32(record + 16, true);
  let end = record;
  const locator = record - LOCATOR_BYTES;
  if (locator >= WIDE_END_BYTES && view.getUint32(locator, true) === WIDE_LOCATOR) {
    end = wide(view, locator + 8);
    if (!(end <= locator - WIDE_END_BYTES) || view.getUint32(end, true) !== WIDE_END) {
      fail(`a wide record of the directory at ${end}`, "other data");
    }
    count = wide(view, end + 32);
    size = wide(view, end + 40);
    start = wide(view, end + 48);
  }
  if (view.getUint32(record + 4, true) !== 0) fail("an archive in one part", "one of several");
  if (start + size !== end) fail(`a directory that ends at ${end}`, `one from ${start} of ${size} bytes`);
  return { count, start, end };
}

function memberAt(bytes: Uint8Array, view: DataView, at: number, end: number): Member {
  if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL) {
    fail(`a member of the directory at ${at}`, "other data");
  }
  const nameEnd = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const next = extraEnd + view.getUint16(at + 32, true);
  if (next > end) fail(`${next - at} bytes of the directory at ${at}`, end - at);
  const rawName = bytes.subarray(at + CENTRAL_BYTES, nameEnd);
  const name = nameText(rawName, fail);
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8) fail(`${quoted(name)} stored or deflated`, `method ${method}`);
  if ((view.getUint16(at + 8, true) & 0x2041) !== 0) {
    fail(`${quoted(name)} without encryption`, "a key needed");
  }
  const [madeBy, mode] = [view.getUint8(at + 5), view.getUint16(at + 40, true)];
  if (madeBy === 3 && (mode & 0xf000) === 0xa000) fail("files and folders", `the link ${quoted(name)}`);
  const size = view.getUint32(at + 24, true);
  const packedSize = view.getUint32(at + 20, true);
  const local = view.getUint32(at + 42, true);
  const member = { name, rawName, deflated: method === 8, crc: view.getUint32(at + 16, true), next };
  return { ...member, ...wideSizes(view, nameEnd, extraEnd, { size, packedSize, local }) };
}

/** Takes those of three numbers that do not fit into 32 bits from the extra field of the wide form. */
function wideSizes<T extends Record<"size" | "packedSize" | "local", number>>(
  view: DataView,
  start: number,
  end: number,
  numbers: T,
): T {
  const wanted = (["size", "packedSize", "local"] as const).filter((key) => numbers[key] === WIDE32);
  if (wanted.length === 0) return numbers;
  for (let at = start; at + 4 <= end;) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1 && length >= 8 * wanted.length && at + 4 + length <= end) {
      const found = wanted.map((key, i) => [key, wide(view, at + 4 + 8 * i)]);
      return { ...numbers, ...Object.fromEntries(found) };
    }
    at += 4 + length;
  }
  return fail("the sizes of a large member", "none");
}

/** The packed content, after checking that the local header speaks of the same member. */
function contentOf(
  member: Member,
  bytes: Uint8Array,
  view: DataView,
  limit: number,
): { packed: Uint8Array; end: number } {
  const { local, rawName, name, deflated, packedSize } = member;
  if (!(local + LOCAL_BYTES <= limit) || view.getUint32(local, true) !== LOCAL) {
    fail(`the header of ${quoted(name)} at ${local}`, "other data");
  }
  const nameStart = local + LOCAL_BYTES;
  const nameEnd = nameStart + view.getUint16(local + 26, true);
  const start = nameEnd + view.getUint16(local + 28, true);
  const end = start + packedSize;
  if (!(end <= limit)) fail(`${packedSize} bytes of ${quoted(name)} at ${start}`, limit - start);
  const localName = bytes.subarray(nameStart, nameEnd);
  const same = localName.length === rawName.length && localName.every((byte, i) => byte === rawName[i]);
  if (!same || view.getUint16(local + 8, true) !== (deflated ? 8 : 0)) {
    fail(`a header of ${quoted(name)} as in the directory`, "another");
  }
  return { packed: bytes.subarray(start, end), end };
}

function unpack({ name, deflated, size, crc }: Member, packed: Uint8Array): Uint8Array {
  const content = deflated ? inflate("raw", packed, size, fail) : packed;
  if (content.length !== size) fail(`${size} bytes of ${quoted(name)}`, content.length);
  if (crc32(content) !== crc) fail(`${quoted(name)} with CRC ${crc}`, crc32(content));
  return content;
}

function wide(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}
