import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { readBzip2 } from "./bzip2.ts";
import { MalformedFileError } from "./malformed.ts";

// Python 3's bz2.compress of "99 bottles of beer\n" down to "1 bottles of beer\n", level 9.
const TEXT = Uint8Array.fromBase64(
  "QlpoOTFBWSZTWc3uYsMAASRZgAAQQAB/4BMEnAAwAODBpQY36qoaAFMJpoDTEClVGaQwRofKqSV6qpJWc7at27+OutG4DI4AwHIOQYDg" +
    "DI3AaNgC0AF/aqSUAJd3d3d9SUAEqNgC5UNwGpUHAGZUDkGJUBgOZUAyOJUAaN05UL3QvlC6oX2hfqFihYoWFCyoWdC/i7kinChIZvcx" +
    "YYA=",
);
const BOTTLES = Array.from({ length: 99 }, (_, i) => `${99 - i} bottles of beer\n`).join("");
// Two streams: runs of 4 "a", 259 "b", 3 "c" and 1000 "d" at level 1, and "second" at level 9.
const TWO = Uint8Array.fromBase64(
  "QlpoMTFBWSZTWcqhqHAAAALBAcAAPAAAgAAIIAAxDAEeSAxNh2Qdqx4oxPF3JFOFCQyqGocAQlpoOTFBWSZTWSaKAjQAAAKBgA4BiAAg" +
    "ACIYaDAHAphdyRThQkCaKAjQ",
);
const RUNS = "a".repeat(4) + "b".repeat(259) + "c".repeat(3) + "d".repeat(1000);
// 5,000,000 zeros, level 9: six blocks.
const ZEROS = Uint8Array.fromBase64("QlpoOTFBWSZTWabi8/QAJkvAAsAACAAACCAAMMwFKaapEUbAoijxdyRThQkKbi8/QA==");

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("readBzip2 reads what bzip2 writes", () => {
  assertEquals(decode(readBzip2(TEXT)), BOTTLES);
  assertEquals(decode(readBzip2(TWO)), RUNS + "second");
  const zeros = readBzip2(ZEROS);
  assertEquals(zeros.length, 5_000_000);
  assertEquals(zeros.every((byte) => byte === 0), true);
});

Deno.test("readBzip2 stops at its limit", () => {
  assertEquals(readBzip2(TEXT, { bytes: BOTTLES.length }).length, BOTTLES.length);
  assertThrows(
    () => readBzip2(TEXT, { bytes: BOTTLES.length - 1 }),
    MalformedFileError,
    "expected at most 1871 bytes of content, got more",
  );
  assertThrows(() => readBzip2(ZEROS, { bytes: 1000 }), MalformedFileError, "at most 1000 bytes");
});

Deno.test("readBzip2 compares every checksum", () => {
  assertThrows(() => readBzip2(TEXT.with(10, TEXT[10]! ^ 1)), MalformedFileError, "a block's checksum");
  const end = TEXT.length - 3; // within the stream's checksum, which ends up to 7 bits before the file does
  assertThrows(() => readBzip2(TEXT.with(end, TEXT[end]! ^ 1)), MalformedFileError, "the stream's checksum");
});

Deno.test("readBzip2 names what is wrong with a file", () => {
  const refuses = (bytes: Uint8Array, message: string) =>
    assertThrows(() => readBzip2(bytes), MalformedFileError, `Cannot read bzip2 data: expected ${message}`);
  refuses(new Uint8Array(0), "more data, got the end after 0 bytes");
  refuses(TEXT.subarray(0, 100), "more data, got the end after 100 bytes");
  refuses(TEXT.with(2, 0x30), "a stream that starts with BZh, got something else");
  refuses(TEXT.with(3, 0x30), "a block size of 1 to 9, got 0");
  refuses(TEXT.with(4, 0), "a block or the end of the stream");
  refuses(TEXT.with(14, TEXT[14]! | 0x80), "a block that is not randomised");
  refuses(new Uint8Array([...TEXT, 0]), "more data");
});

Deno.test("readBzip2 refuses a run whose length leaves 32 bits", () => {
  // A block of one byte value, in codes of 1, 2 and 2 bits for the digits 1 and 2 of a run and the end; 32 digits 2 are
  // a run of 2^33 - 2 bytes. In 32 bits that is -2.
  const bits = [
    ...["314159", "265359", "00000000"].map((hex) =>
      parseInt(hex, 16).toString(2).padStart(hex.length * 4, "0")
    ),
    "0" + "0".repeat(24), // not randomised, origin 0
    "1" + "0".repeat(15) + "1" + "0".repeat(15), // the byte value 0
    "010" + "000000000000001" + "0", // two tables, one selector, the first
    ...["00001" + "0" + "100" + "0", "00001" + "0" + "100" + "0"], // lengths 1, 2, 2
    "10".repeat(32) + "11",
  ];
  const joined = bits.join("");
  const bytes = joined.padEnd(Math.ceil(joined.length / 8) * 8, "0").match(/.{8}/g)!.map((byte) =>
    parseInt(byte, 2)
  );
  const file = Uint8Array.from([0x42, 0x5a, 0x68, 0x39, ...bytes]);
  assertThrows(() => readBzip2(file), MalformedFileError, "at most 900000 bytes in a block, got a run of");
});

/** Puts the checksum that a block turns out to have into the first block and, as the stream's, behind the last. */
function repair(mutated: Uint8Array): Uint8Array {
  let file = mutated;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      readBzip2(file, { bytes: 1 << 20 });
    } catch (error) {
      const [, kind, stored, got] = /a (block|stream)?.*checksum 0x(\w+), got 0x(\w+)/.exec(`${error}`) ??
        /the (stream)'s checksum 0x(\w+), got 0x(\w+)/.exec(`${error}`) ?? [];
      if (kind === undefined) return file;
      file = replaceBits(file, parseInt(stored!, 16), parseInt(got!, 16), kind === "stream");
    }
  }
  return file;
}

/** Replaces 32 bits, wherever they stand: the first such or the last. */
function replaceBits(bytes: Uint8Array, from: number, to: number, last: boolean): Uint8Array {
  const binary = (value: number, length: number) => value.toString(2).padStart(length, "0");
  const bits = Array.from(bytes, (byte) => binary(byte, 8)).join("");
  const at = last ? bits.lastIndexOf(binary(from, 32)) : bits.indexOf(binary(from, 32));
  const changed = bits.slice(0, at) + binary(to, 32) + bits.slice(at + 32);
  return Uint8Array.from(bytes, (_, i) => parseInt(changed.slice(8 * i, 8 * i + 8), 2));
}

testMutations("readBzip2", (bytes) => readBzip2(bytes, { bytes: 1 << 16 }), [TEXT, TWO], { repair });
