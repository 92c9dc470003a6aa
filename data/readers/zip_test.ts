import { assertEquals, assertThrows } from "@std/assert";
import { zipSync } from "fflate";
import { crc32, inflateRawSync } from "node:zlib";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { readZip } from "./zip.ts";

// Python's zipfile: the folder "folder/", "folder/\u00e9.txt" with 60 times "deflated ", "./stored" with the bytes 0 to 9,
// "wide" with "w" and force_zip64 (as numpy writes), "empty", and a comment.
const PLAIN = Uint8Array.fromBase64(
  "UEsDBBQAAAAAAAAAIQAAAAAAAAAAAAAAAAAHAAAAZm9sZGVyL1BLAwQUAAAICAAAACEA8CNhChEAAAAcAgAADQAAAGZvbGRlci/D" +
    "qS50eHRLSU3LSSxJTVFIGWWMMlAZAFBLAwQUAAAAAAAAACEARtdsRQoAAAAKAAAACAAAAC4vc3RvcmVkAAECAwQFBgcICVBLAwQt" +
    "AAAAAAAAACEAEgtjHP//////////BAAUAHdpZGUBABAAAQAAAAAAAAABAAAAAAAAAHdQSwMEFAAAAAAAAAAhAAAAAAAAAAAAAAAA" +
    "AAUAAABlbXB0eVBLAQIUAxQAAAAAAAAAIQAAAAAAAAAAAAAAAAAHAAAAAAAAAAAAAACAAQAAAABmb2xkZXIvUEsBAhQDFAAACAgA" +
    "AAAhAPAjYQoRAAAAHAIAAA0AAAAAAAAAAAAAAIABJQAAAGZvbGRlci/DqS50eHRQSwECFAMUAAAAAAAAACEARtdsRQoAAAAKAAAA" +
    "CAAAAAAAAAAAAAAAgAFhAAAALi9zdG9yZWRQSwECLQMtAAAAAAAAACEAEgtjHAEAAAABAAAABAAAAAAAAAAAAAAAgAGRAAAAd2lk" +
    "ZVBLAQIUAxQAAAAAAAAAIQAAAAAAAAAAAAAAAAAFAAAAAAAAAAAAAACAAcgAAABlbXB0eVBLBQYAAAAABQAFAAsBAADrAAAACQBh" +
    "IGNvbW1lbnQ=",
);
// Python's zipfile to a stream that cannot seek, so that sizes follow the contents.
const STREAMED = Uint8Array.fromBase64(
  "UEsDBBQACAAAAAAAIQAAAAAAAAAAAAAAAAABAAAAYXN0cmVhbWVkUEsHCGMbItkIAAAACAAAAFBLAwQUAAgACAAAACEAAAAAAAAA" +
    "AAAAAAAAAQAAAGIrLilKTcxNTVEophIDAFBLBwjTQYqCDgAAAFEAAABQSwECFAMUAAgAAAAAACEAYxsi2QgAAAAIAAAAAQAAAAAA" +
    "AAAAAAAAgAEAAAAAYVBLAQIUAxQACAAIAAAAIQDTQYqCDgAAAFEAAAABAAAAAAAAAAAAAACAATcAAABiUEsFBgAAAAACAAIAXgAA" +
    "AHQAAAAAAA==",
);
// Python's zipfile with ZIP64_LIMIT lowered to 2, so that a, b and c with three letters each take the wide form.
const WIDE = Uint8Array.fromBase64(
  "UEsDBC0AAAAAAAAAIQAtcwfw//////////8BABQAYQEAEAADAAAAAAAAAAMAAAAAAAAAYWFhUEsDBC0AAAAAAAAAIQANz2VA////" +
    "//////8BABQAYgEAEAADAAAAAAAAAAMAAAAAAAAAYmJiUEsDBC0AAAAAAAAAIQDtpLsv//////////8BABQAYwEAEAADAAAAAAAA" +
    "AAMAAAAAAAAAY2NjUEsBAi0DLQAAAAAAAAAhAC1zB/D//////////wEAFAAAAAAAAAAAAIABAAAAAGEBABAAAwAAAAAAAAADAAAA" +
    "AAAAAFBLAQItAy0AAAAAAAAAIQANz2VA//////////8BABwAAAAAAAAAAACAAf////9iAQAYAAMAAAAAAAAAAwAAAAAAAAA2AAAA" +
    "AAAAAFBLAQItAy0AAAAAAAAAIQDtpLsv//////////8BABwAAAAAAAAAAACAAf////9jAQAYAAMAAAAAAAAAAwAAAAAAAABsAAAA" +
    "AAAAAFBLBgYsAAAAAAAAAC0ALQAAAAAAAAAAAAMAAAAAAAAAAwAAAAAAAADZAAAAAAAAAKIAAAAAAAAAUEsGBwAAAAB7AQAAAAAA" +
    "AAEAAABQSwUGAAAAAAMAAwDZAAAAogAAAAAA",
);
const utf8 = (text: string) => new TextEncoder().encode(text);
const textsOf = (archive: Uint8Array) =>
  [...readZip(archive)].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]);

Deno.test("readZip reads what Python's zipfile writes", () => {
  assertEquals(textsOf(PLAIN), [
    ["folder/\u00e9.txt", "deflated ".repeat(60)],
    ["stored", "\0\x01\x02\x03\x04\x05\x06\x07\x08\t"],
    ["wide", "w"],
    ["empty", ""],
  ]);
  assertEquals(textsOf(STREAMED), [["a", "streamed"], ["b", "streamed ".repeat(9)]]);
  assertEquals(textsOf(WIDE), [["a", "aaa"], ["b", "bbb"], ["c", "ccc"]]);
});

Deno.test("readZip reads what fflate writes, and an archive of nothing", () => {
  assertEquals(textsOf(zipSync({ a: utf8("one"), b: [utf8("two".repeat(20)), { level: 0 }] })), [
    ["a", "one"],
    ["b", "two".repeat(20)],
  ]);
  assertEquals(readZip(zipSync({})).size, 0);
});

/** An archive of two stored members with the given names, whose bytes are changed. */
function archive(names: readonly [string, string], change: (view: DataView) => void = () => {}): Uint8Array {
  const bytes = zipSync(Object.fromEntries(names.map((name) => [name, utf8("content")])), { level: 0 });
  change(new DataView(bytes.buffer, bytes.byteOffset));
  return bytes;
}

Deno.test("readZip refuses members that would leave a folder", () => {
  for (const name of ["/etc/passwd", "a/../../b", "..", "C:evil", "a\\..\\b", "."]) {
    assertThrows(
      () => readZip(archive([name, "good"])),
      MalformedFileError,
      "Cannot read a zip archive: expected",
    );
  }
});

Deno.test("readZip names what is wrong with an archive", () => {
  const refuses = (change: (view: DataView) => void, message: string) =>
    assertThrows(() => readZip(archive(["a", "b"], change)), MalformedFileError, message);
  // Two local members of 30 + 1 + 7 bytes, two of the directory of 46 + 1, the record at 170.
  const [first, directory, end] = [0, 76, 170];
  assertEquals(archive(["a", "b"]).length, end + 22);
  refuses((view) => view.setUint8(first, 0), 'the header of "a" at 0, got other data');
  refuses((view) => view.setUint8(first + 31, 0), '"a" with CRC');
  refuses((view) => view.setUint8(first + 30, 0x63), 'a header of "a" as in the directory, got another');
  refuses((view) => view.setUint8(first + 8, 8), 'a header of "a" as in the directory, got another');
  refuses((view) => view.setUint8(directory, 0), "a member of the directory at 76, got other data");
  refuses((view) => view.setUint8(directory + 8, 1), '"a" without encryption');
  refuses((view) => view.setUint8(directory + 10, 12), '"a" stored or deflated, got method 12');
  refuses((view) => view.setUint32(directory + 20, 8, true), "parts that do not overlap");
  refuses((view) => view.setUint32(directory + 24, 8, true), '8 bytes of "a", got 7');
  refuses((view) => view.setUint32(directory + 20, 1000, true), '1000 bytes of "a" at 31, got 45');
  refuses(
    (view) => view.setUint32(directory + 24, 0xffffffff, true),
    "the sizes of a large member, got none",
  );
  refuses((view) => view.setUint16(directory + 28, 999, true), "bytes of the directory at 76, got 94");
  refuses((view) => view.setUint8(directory + 46, 0xff), "names in UTF-8");
  refuses((view) => view.setUint32(directory + 47 + 42, 0, true), "parts that do not overlap");
  refuses((view) => view.setUint8(end, 0), "a record of the directory at the end, got none");
  refuses((view) => view.setUint16(end + 4, 1, true), "an archive in one part");
  refuses((view) => view.setUint16(end + 10, 1, true), "1 members in the directory, got 47 bytes more");
  refuses(
    (view) => view.setUint32(end + 12, 93, true),
    "a directory that ends at 170, got one from 76 of 93",
  );
  const link = (view: DataView) => {
    view.setUint8(directory + 5, 3);
    view.setUint32(directory + 38, 0o120777 * 65536, true);
  };
  refuses(link, 'files and folders, got the link "a"');
  assertThrows(
    () => readZip(archive(["x/a", "x//a"])),
    MalformedFileError,
    'one member of each name, got two of "x/a"',
  );
  assertThrows(() => readZip(PLAIN.subarray(0, 500)), MalformedFileError, "directory at the end, got none");
});

Deno.test("readZip stops where the limits are, whatever a member says of its size", () => {
  const bomb = zipSync({ a: new Uint8Array(1_000_000), b: new Uint8Array(10) });
  assertThrows(
    () => readZip(bomb, { bytes: 1000 }),
    MalformedFileError,
    "at most 1000 bytes of content, got more",
  );
  assertThrows(() => readZip(bomb, { items: 1 }), MalformedFileError, "at most 1 members or rows, got more");
  const view = new DataView(bomb.buffer, bomb.byteOffset);
  const directory = view.getUint32(bomb.length - 6, true);
  view.setUint32(directory + 24, 1000, true); // It says 1,000 bytes, and holds a million.
  assertThrows(() => readZip(bomb), MalformedFileError, "at most 1000 bytes of content, got more");
});

/** Puts right CRCs and sizes into the members of the directory that can still be found. */
function repair(mutated: Uint8Array): Uint8Array {
  const bytes = mutated.slice();
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 46 <= bytes.length; at++) {
    if (view.getUint32(at, true) !== 0x02014b50) continue;
    const local = view.getUint32(at + 42, true);
    if (local + 30 > bytes.length) continue;
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = bytes.subarray(start, start + view.getUint32(at + 20, true));
    try {
      const content = view.getUint16(at + 10, true) === 8 ? inflateRawSync(packed) : packed;
      view.setUint32(at + 16, crc32(content), true);
      if (content !== packed) view.setUint32(at + 24, content.length, true);
    } catch {
      // Not even DEFLATE data any more.
    }
  }
  return bytes;
}

testMutations("readZip", (bytes) => readZip(bytes, { bytes: 1 << 16 }), [
  PLAIN,
  STREAMED,
  WIDE,
  archive(["a", "b"]),
], { repair });
