import { memberName, nameText } from "./_member_name.ts";
import { Budget, type Fail, failAs, type Limits, quoted } from "./malformed.ts";

const fail: Fail = failAs("a tar archive");
const BLOCK = 512;
/** Where a header keeps its fields: [start, length]. */
const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  owner: [108, 8],
  group: [116, 8],
  size: [124, 12],
  time: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  link: [157, 100],
  magic: [257, 8],
  prefix: [345, 155],
} as const;
/** Links of links that are followed. */
const MAX_HOPS = 8;

/**
 * Reads a tar archive: each member's content by its name, in the archive's order. The contents are views of `bytes`.
 *
 * Reads ustar, pax records for path, link and size, and GNU's long names and sizes. Names lose "." and empty parts.
 * Directories are left out; a hard or symbolic link has the content of the file that it names.
 * *Source* POSIX.1-2017, pax; GNU tar's manual, "Basic Tar Format".
 * @throws {MalformedFileError} if it is not a whole archive of such members, a name or link would leave the archive
 * ("..", an absolute path, a backslash), two members have one name, a link names no file, or the limits do not suffice.
 *
 * @example
 * ```ts
 * import { readTar, writeTar } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const archive = writeTar([["b.txt", Uint8Array.of(2)], ["a/c.txt", Uint8Array.of(1)]]);
 * assertEquals([...readTar(archive)], [["a/c.txt", Uint8Array.of(1)], ["b.txt", Uint8Array.of(2)]]);
 * ```
 */
export function readTar(bytes: Uint8Array, limits: Limits = {}): Map<string, Uint8Array> {
  const budget = new Budget(limits, fail);
  const members = new Map<string, Uint8Array>();
  const links = new Map<string, string>();
  let extended: Extended = {};
  let position = 0;
  while (true) {
    const header = bytes.subarray(position, position + BLOCK);
    if (header.length < BLOCK) fail("blocks of zeros at the end", `${header.length} bytes at ${position}`);
    if (sumOf(header) === 0) break;
    checkSum(header, position);
    const type = String.fromCharCode(header[FIELD.type[0]]!);
    const size = extended.size ?? numberIn(header, FIELD.size);
    const start = position + BLOCK;
    if (!(size <= bytes.length - start)) fail(`${size} bytes of content at ${start}`, bytes.length - start);
    const content = bytes.subarray(start, start + size);
    position = start + Math.ceil(size / BLOCK) * BLOCK;
    budget.takeItems(1);
    if (type === "x") {
      extended = { ...extended, ...paxRecords(content) };
    } else if (type === "g") {
      if (Object.keys(paxRecords(content)).length > 0) fail("comments for all members", "names or sizes");
    } else if (type === "L") {
      extended = { ...extended, path: textOf(content) };
    } else if (type === "K") {
      extended = { ...extended, link: textOf(content) };
    } else {
      const name = extended.path ?? nameIn(header);
      const isFile = type === "0" || type === "\0" || type === "7";
      if (!isFile && size > 0) {
        fail("content of files only", `${size} bytes of a member of type ${quoted(type)}`);
      }
      if (isFile && !name.endsWith("/")) {
        budget.takeBytes(size);
        members.set(newName(name, members), content);
      } else if (type === "1" || type === "2") {
        const path = newName(name, members);
        const target = extended.link ?? textIn(header, FIELD.link);
        links.set(path, type === "1" ? memberName(target, fail) : resolveLink(path, target));
        members.set(path, content); // Keeps the link's place in the order.
      } else if (!isFile && type !== "5") {
        fail("files, folders and links", `a member of type ${quoted(type)}`);
      }
      extended = {};
    }
  }
  if (sumOf(bytes.subarray(position)) > 0) fail("nothing after the end", "more data");
  for (const path of links.keys()) {
    let target = path;
    for (let hop = 0; hop < MAX_HOPS; hop++) target = links.get(target) ?? target;
    const content = links.has(target) ? undefined : members.get(target);
    if (content === undefined) {
      return fail("links to files of the archive", `${quoted(path)} to ${quoted(links.get(path)!)}`);
    }
    budget.takeBytes(content.length);
    members.set(path, content);
  }
  return members;
}

/**
 * Writes the canonical tar archive of some files: the same members give the same bytes, whatever their order.
 *
 * Ustar, sorted by the UTF-8 bytes of the names, mode 0644, owner, group and times 0, two blocks of zeros at the end.
 * A name longer than 100 bytes is split at the first "/" that fits; one that fits nowhere gets a pax record.
 * @throws {RangeError} if a name is not a plain relative path, two are the same, or a file has 8 GiB or more.
 *
 * @example
 * ```ts
 * import { writeTar } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];
 * assertEquals(writeTar([["a", a], ["b", b]]), writeTar([["b", b], ["a", a]]));
 * ```
 */
export function writeTar(members: Iterable<readonly [string, Uint8Array]>): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const files = [...members].map(([path, content]) => ({ path, content, name: encoder.encode(path) }));
  files.sort((a, b) => compareBytes(a.name, b.name));
  const parts: Uint8Array[] = [];
  for (const [i, { path, content, name }] of files.entries()) {
    if (memberName(path, failToWrite) !== path || !path.isWellFormed()) {
      failToWrite("a plain relative path", quoted(path));
    }
    if (path === files[i - 1]?.path) failToWrite("one file of each name", `two of ${quoted(path)}`);
    let place = placeOf(name);
    if (place === undefined) {
      const record = paxRecord("path", name);
      addMember(parts, { name: encoder.encode("././@PaxHeader") }, "x", record);
      place = { name: name.subarray(0, FIELD.name[1]) };
    }
    addMember(parts, place, "0", content);
  }
  parts.push(new Uint8Array(2 * BLOCK));
  const archive = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    archive.set(part, position);
    position += part.length;
  }
  return archive;
}

function newName(name: string, members: ReadonlyMap<string, unknown>): string {
  const path = memberName(name, fail);
  return members.has(path) ? fail("one member of each name", `two of ${quoted(path)}`) : path;
}

/** What a pax or GNU header says of the member after it. */
interface Extended {
  readonly path?: string;
  readonly link?: string;
  readonly size?: number;
}

/** Records "LENGTH KEY=VALUE\n", where LENGTH counts the whole record. */
function paxRecords(content: Uint8Array): Extended {
  let extended: Extended = {};
  let position = 0;
  while (position < content.length) {
    const start = content.subarray(position, position + 20);
    const digits = /^([1-9][0-9]*) /.exec(String.fromCharCode(...start))?.[1];
    const end = position + Number(digits);
    if (digits === undefined || end > content.length || content[end - 1] !== 0x0a) {
      return fail("pax records with their lengths", quoted(String.fromCharCode(...start)));
    }
    const record = content.subarray(position + digits.length + 1, end - 1);
    const equals = record.indexOf(0x3d);
    if (equals <= 0) fail("pax records of a key and a value", quoted(String.fromCharCode(...start)));
    const key = String.fromCharCode(...record.subarray(0, Math.min(equals, 30)));
    if (key.startsWith("GNU.sparse.")) fail("files without holes", "a sparse file");
    const value = record.subarray(equals + 1);
    if (key === "path") extended = { ...extended, path: nameText(value, fail) };
    if (key === "linkpath") extended = { ...extended, link: nameText(value, fail) };
    if (key === "size") {
      const digits = nameText(value, fail);
      if (!/^[0-9]{1,15}$/.test(digits)) fail("a size in decimal digits", quoted(digits));
      extended = { ...extended, size: Number(digits) };
    }
    position = end;
  }
  return extended;
}

function paxRecord(key: string, value: Uint8Array): Uint8Array {
  const rest = key.length + value.length + 3; // " ", "=" and "\n"
  let length = rest;
  while (length !== rest + `${length}`.length) length = rest + `${length}`.length;
  const record = new Uint8Array(length);
  const start = new TextEncoder().encode(`${length} ${key}=`);
  record.set(start);
  record.set(value, start.length);
  record[length - 1] = 0x0a;
  return record;
}

/** Where a symbolic link leads, from the folder that it is in. */
function resolveLink(path: string, target: string): string {
  if (/^\/|^[A-Za-z]:|[\\\0]/.test(target)) fail("links within the archive", quoted(target));
  const parts = path.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) fail("links within the archive", quoted(target));
  }
  return parts.join("/");
}

function checkSum(header: Uint8Array, position: number): void {
  const [start, length] = FIELD.checksum;
  const sum = sumOf(header) - sumOf(header.subarray(start, start + length)) + length * 0x20; // Spaces instead.
  const stated = numberIn(header, FIELD.checksum);
  if (stated !== sum) fail(`a header with checksum ${sum} at ${position}`, stated);
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += bytes[i]!;
  return sum;
}

/** A number in octal digits, or in GNU's binary form for those that do not fit. */
function numberIn(header: Uint8Array, [start, length]: readonly [number, number]): number {
  const field = header.subarray(start, start + length);
  if (field[0] === 0x80) return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  const text = String.fromCharCode(...field);
  const digits = /^ *([0-7]*)[ \0]*$/.exec(text)?.[1];
  return digits === undefined ? fail("octal digits", quoted(text)) : Number(`0o0${digits}`);
}

function nameIn(header: Uint8Array): string {
  const isUstar = String.fromCharCode(...header.subarray(FIELD.magic[0], FIELD.magic[0] + 6)) === "ustar\0";
  const prefix = isUstar ? textIn(header, FIELD.prefix) : "";
  const name = textIn(header, FIELD.name);
  return prefix === "" ? name : `${prefix}/${name}`;
}

function textIn(header: Uint8Array, [start, length]: readonly [number, number]): string {
  return textOf(header.subarray(start, start + length));
}

/** Text up to the first NUL. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return nameText(end < 0 ? bytes : bytes.subarray(0, end), fail);
}

const failToWrite: Fail = (expected, got) => {
  throw new RangeError(`Cannot write a tar archive: expected ${expected}, got ${got}`);
};

interface Place {
  readonly name: Uint8Array;
  readonly prefix?: Uint8Array;
}

/** Splits a name between the header's two fields. */
function placeOf(name: Uint8Array): Place | undefined {
  if (name.length <= FIELD.name[1]) return { name };
  for (let slash = name.indexOf(0x2f); slash >= 0; slash = name.indexOf(0x2f, slash + 1)) {
    const rest = name.subarray(slash + 1);
    if (slash <= FIELD.prefix[1] && rest.length <= FIELD.name[1]) {
      return { name: rest, prefix: name.subarray(0, slash) };
    }
  }
  return undefined;
}

/** Adds a header, the content, and zeros up to the next block. */
function addMember(parts: Uint8Array[], { name, prefix }: Place, type: string, content: Uint8Array): void {
  const header = new Uint8Array(BLOCK);
  const put = ([start]: readonly [number, number], text: string) =>
    header.set(Uint8Array.from(text, (letter) => letter.charCodeAt(0)), start);
  const octal = ([start, length]: readonly [number, number], value: number) => {
    const digits = value.toString(8).padStart(length - 1, "0");
    if (digits.length > length - 1) failToWrite("files below 8 GiB", `${value} bytes`);
    put([start, length], digits);
  };
  header.set(name, FIELD.name[0]);
  if (prefix !== undefined) header.set(prefix, FIELD.prefix[0]);
  octal(FIELD.mode, 0o644);
  octal(FIELD.owner, 0);
  octal(FIELD.group, 0);
  octal(FIELD.size, content.length);
  octal(FIELD.time, 0);
  put(FIELD.type, type);
  put(FIELD.magic, "ustar\x0000");
  put(FIELD.checksum, " ".repeat(FIELD.checksum[1]));
  const sum = sumOf(header);
  put(FIELD.checksum, `${sum.toString(8).padStart(6, "0")}\0 `);
  parts.push(header, content, new Uint8Array((BLOCK - content.length % BLOCK) % BLOCK));
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}
