import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { gunzipSync } from "fflate";
import { sha256 } from "../files/sha256.ts";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { readTar, writeTar } from "./tar.ts";

const SEED = 20260502;
const utf8 = (text: string) => new TextEncoder().encode(text);
const fixture = (base64: string) => gunzipSync(Uint8Array.fromBase64(base64));

// Python's tarfile, GNU_FORMAT and PAX_FORMAT, gzip level 9: "./folder/", LONG_NAME with "long", folder/a.txt with 600
// times "A", folder/hard as a hard link to it, folder/b/soft as a symbolic link to ../a.txt, folder/b/deep as a hard
// link to LONG_NAME, and "empty".
const GNU = fixture(
  "H4sIAAAAAAACA+2ZQW7CMBREfRSfwPbPd5JtWZNLBCUUVEpQMBIciXP0YjVV1aoREkL0p64yb+Mom0iZzNjzY+yy2zRtb5UcLlJ4" +
    "/7FGhuuV65IpUzpXI3DYh7rXWk0UY419qrrtc7Xevgjqf0X3L83Z8VD/MielK+gvzqf7j3+EfTufHsCEY1Agcf1v57//6X/OL7e0" +
    "g//F2cTohwsm7/9aMklv+J+IB+c/csTw/yjMABAAyfqv8n9V9006/Z+yzMf+T2NsTuh/l1e8sPtuGZLRn3wR+39mjKz20D/d+Y9T" +
    "eo7zH+Y/mP+Mk/9N2+5SyX8umfl7/xf9Aifu//Z1F07Cz7j//09R5uj/AAAAAAAAAPCrvAMIJM8DACgAAA==",
);
const PAX = fixture(
  "H4sIAAAAAAACA+2ZQU7DMBBFveYUPoE9YyeEDVLZseQKRnFpRWii1EjpkTgHF8OgCkSohKDYDcp/WTiLSJby/f9kJkov26b2vRbp" +
    "oMh5UbytkfF64L6ypRGyFBl43AbXxy3FPFFa6cWNG669i6cgnf4HdH/X3HLxWX8mw1bIAfonx1AhOxdWl/sYGE6Efn7aHYEKQzgT" +
    "4MfkkP37/B/535YUH5cE/yenaTd3cMHs/e9eA/RE33/Mlsb1nyv4PwtXACQAyfqv8n/l+no6/T8bS7H/5xzFaeb5v3/Ft3rbLsNk" +
    "9OfSsJBGqbTaQ/9pzH8MfZ3/EOY/eeY/F7JZb+4xA5p5/tfed1PJf1vF66P+Jz10M/e/f+jCLvEev/j/Q4z+HwAAAAAAAAD+lBdQ" +
    "HkjZACgAAA==",
);
const LONG_NAME = `folder/${"x".repeat(120)}/\u00e9${"y".repeat(60)}.txt`;

for (const [format, archive] of [["GNU", GNU], ["pax", PAX]] as const) {
  Deno.test(`readTar reads what Python's tarfile writes in ${format} format`, () => {
    const text = "A".repeat(600);
    const members = [...readTar(archive)].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]);
    assertEquals(members, [
      [LONG_NAME, "long"],
      ["folder/a.txt", text],
      ["folder/hard", text],
      ["folder/b/soft", text],
      ["folder/b/deep", "long"],
      ["empty", ""],
    ]);
  });
}

Deno.test("writeTar gives the bytes of Python's tarfile in USTAR_FORMAT", () => {
  const archive = writeTar([
    ["z", utf8("Z".repeat(513))],
    ["\u00e9.txt", utf8("")],
    ["b.txt", utf8("B".repeat(512))],
    [`a/${"p".repeat(90)}/${"q".repeat(90)}`, utf8("split")],
  ].map(([name, content]) => [name as string, content as Uint8Array] as const));
  // tarfile sorts nothing, so it was given the names in the order of their UTF-8 bytes: a, b.txt, z, \u00e9.txt; its
  // last record is cut after two blocks of zeros.
  assertEquals(sha256(archive), "ef0af0128b88d6ca86500e14336f1c1ece8e820a8d0d02464be5e10bd4429eae");
});

Deno.test("writeTar and readTar agree on any contents and any names, long ones too", () => {
  const part = fc.string({ minLength: 1, maxLength: 60, unit: "grapheme" })
    .filter((text) => !/[/\\\0]|^[A-Za-z]:|^\.\.?$/.test(text));
  const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
  const members = fc.uniqueArray(fc.tuple(name, fc.uint8Array({ maxLength: 1100 })), {
    selector: ([name]) => name,
    maxLength: 5,
  });
  fc.assert(
    fc.property(members, (members) => {
      const archive = writeTar(members);
      assertEquals(new Map(readTar(archive)), new Map(members));
      assertEquals(writeTar(members.toReversed()), archive);
      assertEquals(archive.length % 512, 0);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

Deno.test("readTar does not copy", () => {
  const archive = writeTar([["a", Uint8Array.of(1)]]);
  assertEquals(readTar(archive).get("a")!.buffer, archive.buffer);
});

/** An archive of one member, whose header is changed and gets a new checksum. */
function changed(change: (header: Uint8Array) => void, name = "name", content = utf8("content")): Uint8Array {
  const archive = writeTar([[name, content]]);
  change(archive);
  return repair(archive);
}

function put(header: Uint8Array, position: number, text: string): void {
  header.set(utf8(text), position);
}

Deno.test("readTar refuses members that would leave a folder", () => {
  const named = (name: string) => changed((header) => put(header, 0, name.padEnd(12, "\0")));
  for (const name of ["/etc/passwd", "a/../../b", "..", "../x", "C:evil", "a\\..\\b"]) {
    assertThrows(() => readTar(named(name)), MalformedFileError, "Cannot read a tar archive: expected ");
  }
  assertEquals([...readTar(named("./a//b/./c")).keys()], ["a/b/c"]);
  const link = (type: string, target: string, name = "folder/name") =>
    changed(
      (header) => {
        put(header, 156, type);
        put(header, 157, target);
        put(header, 124, "00000000000");
      },
      name,
      utf8(""),
    );
  for (
    const [type, target] of [["2", "/etc/passwd"], ["2", "../../x"], ["1", "../x"], ["1", "/x"]] as const
  ) {
    assertThrows(() => readTar(link(type, target)), MalformedFileError, "expected ");
  }
  for (const target of ["missing", "name"]) { // Nothing, and itself.
    assertThrows(
      () => readTar(link("2", target)),
      MalformedFileError,
      `expected links to files of the archive, got "folder/name" to "folder/${target}"`,
    );
  }
});

Deno.test("readTar names what is wrong with an archive", () => {
  const good = writeTar([["name", utf8("content")]]);
  const refuses = (bytes: Uint8Array, message: string) =>
    assertThrows(() => readTar(bytes), MalformedFileError, message);
  refuses(new Uint8Array(0), "blocks of zeros at the end, got 0 bytes at 0");
  refuses(good.subarray(0, 300), "blocks of zeros at the end, got 300 bytes at 0");
  refuses(good.subarray(0, 515), "7 bytes of content at 512, got 3");
  refuses(good.subarray(0, 1024), "blocks of zeros at the end, got 0 bytes at 1024");
  refuses(good.with(0, 0x4e), "a header with checksum");
  refuses(new Uint8Array([...good, 1]), "nothing after the end, got more data");
  refuses(changed((header) => put(header, 124, "7777777777")), "8589934591 bytes of content");
  refuses(changed((header) => put(header, 124, "12x")), 'octal digits, got "12x');
  refuses(changed((header) => header.fill(0xff, 125, 136).fill(0x80, 124, 125)), "bytes of content at 512");
  refuses(
    changed((header) => put(header, 156, "3")),
    'content of files only, got 7 bytes of a member of type "3"',
  );
  refuses(
    changed((header) => put(header, 156, "3"), "name", utf8("")),
    'files, folders and links, got a member of type "3"',
  );
  refuses(changed((header) => header.fill(0xff, 0, 2)), "names in UTF-8");
  refuses(new Uint8Array([...good.subarray(0, 1024), ...good]), 'one member of each name, got two of "name"');
  const pax = (record: string) => changed((header) => put(header, 156, "x"), "x", utf8(record));
  refuses(pax("11 path=../x"), "pax records with their lengths");
  refuses(pax("99 path=x\n"), "pax records with their lengths");
  refuses(pax("5 ab\n"), "pax records of a key and a value");
  refuses(pax("12 size=-12\n"), 'a size in decimal digits, got "-12"');
  refuses(pax("20 GNU.sparse.map=0\n"), "files without holes");
  refuses(changed((header) => put(header, 156, "g"), "x", utf8("9 path=a\n")), "comments for all members");
});

Deno.test("readTar holds to its limits", () => {
  const archive = writeTar([["a", new Uint8Array(3)], ["b", new Uint8Array(4)]]);
  assertEquals(readTar(archive, { bytes: 7, items: 2 }).size, 2);
  assertThrows(
    () => readTar(archive, { bytes: 6 }),
    MalformedFileError,
    "at most 6 bytes of content, got more",
  );
  assertThrows(
    () => readTar(archive, { items: 1 }),
    MalformedFileError,
    "at most 1 members or rows, got more",
  );
});

Deno.test("writeTar refuses what readTar would not give back", () => {
  for (const name of ["", "/a", "./a", "a/", "a/../b", "a\\b", "\ud800"]) {
    assertThrows(() => writeTar([[name, utf8("")]]), RangeError, "Cannot write a tar archive: expected ");
  }
  assertThrows(
    () => writeTar([["a", utf8("")], ["a", utf8("")]]),
    RangeError,
    'one file of each name, got two of "a"',
  );
});

/** Puts the right checksum into every block that could be a header. */
function repair(archive: Uint8Array): Uint8Array {
  const repaired = archive.slice();
  for (let start = 0; start + 512 <= repaired.length; start += 512) {
    const header = repaired.subarray(start, start + 512);
    if (header.every((byte) => byte === 0)) continue;
    if (start > 0 && !(header[257] === 0x75 && header[258] === 0x73)) continue;
    header.fill(0x20, 148, 156);
    put(header, 148, `${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0`);
  }
  return repaired;
}

const small = (archive: Uint8Array, blocks: number) => archive.subarray(0, blocks * 512);
testMutations(
  "readTar",
  (bytes) => readTar(bytes, { bytes: 1 << 16 }),
  [small(GNU, 17), small(PAX, 19), writeTar([["a/b", utf8("content")]])],
  {
    repair,
    check(members) {
      for (const name of members.keys()) {
        assertEquals(name.split("/").some((part) => ["", ".", ".."].includes(part)), false);
      }
    },
  },
);
