import { assertEquals, assertThrows } from "@std/assert";
import { crc32 } from "node:zlib";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { readXz } from "./xz.ts";

const BOTTLES = Array.from({ length: 99 }, (_, i) => `${99 - i} bottles of beer\n`).join("");
// Python 3's lzma.compress of the first 400 letters, with each of the checks.
const NONE = Uint8Array.fromBase64(
  "/Td6WFoAAAD/EtlBAgAhARYAAAB0L+Wj4AGPAEldABzgfMRvOiayBchkwCoTnRZueSD9ADW2iyx1kUJZujUl3zqSoEIl0Q5tTBnoX4E4" +
    "HzY0XYjswMoRP25Tdiqrkc2mwy1Swj5Gs7wAAAAAAAFdkAMAAAAKR/awqAAK/AIAAAAAAFla",
);
const CRC32 = Uint8Array.fromBase64(
  "/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AGPAEldABzgfMRvOiayBchkwCoTnRZueSD9ADW2iyx1kUJZujUl3zqSoEIl0Q5tTBnoX4E4" +
    "HzY0XYjswMoRP25Tdiqrkc2mwy1Swj5Gs7wAAAAA3cHyiQABYZADAAAA3IBOwz4wDYsCAAAAAAFZWg==",
);
const CRC64 = Uint8Array.fromBase64(
  "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AGPAEldABzgfMRvOiayBchkwCoTnRZueSD9ADW2iyx1kUJZujUl3zqSoEIl0Q5tTBnoX4E4" +
    "HzY0XYjswMoRP25Tdiqrkc2mwy1Swj5Gs7wAAAAABTzdI3uLInwAAWWQAwAAAMrC31ixxGf7AgAAAAAEWVo=",
);
const SHA256 = Uint8Array.fromBase64(
  "/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4AGPAEldABzgfMRvOiayBchkwCoTnRZueSD9ADW2iyx1kUJZujUl3zqSoEIl0Q5tTBnoX4E4" +
    "HzY0XYjswMoRP25Tdiqrkc2mwy1Swj5Gs7wAAAAA7S7PrjVSXZEsnl/AAuLbRXZPiG3tRXmo7KDPdwSUF70AAX2QAwAAADxCWre26d8c" +
    "AgAAAAAKWVo=",
);
// All letters by xz 5.4.1 --block-size=500: four blocks, with their sizes.
const BLOCKS = Uint8Array.fromBase64(
  "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AHzAFRdABzgfMRvOiayBchkwCoTnRZueSD9ADW2iyx1kUJZujUl3zqSoEIl0Q5tTBnoX4E4" +
    "HzY0XYjswMoRP25Tdiqrkc2mwy1Swj/TRJpptacQl/pJCHsfAABr3uScX/mUbwIAIQEWAAAAdC/lo+AB8wBTXQA6GwjUk2PyH/H5lKBk" +
    "XVLcB8jFael3ngfXNy+8C5fKSh/KVIEvkaG2NMcd/14yDI9OIyP40EXcMH5VOGzpJFsEPXh6pxelZDgQMQ6p4w48UtmT1QAA4SAkFVp2" +
    "o50CACEBFgAAAHQv5aPgAfMAUV0AMwgIRpzAJELGGqjlij2C/Zj5b6Ksyfh/GzUjFHNQxqou4+6KKV7Gz/5ejF6hsghkMW4kU8uEFx4/" +
    "JFeOp1WT0rySSXmvf36DLPNQ/wK4OUpkAAAAACjHpLSJeku/AgAhARYAAAB0L+Wj4AFzAEZdAAUNaxSjL0LWxFEfrjpM0tecvs/odV3D" +
    "Ez9p6w/WH+eFHMZARyk18RtEwU33XAcjElL4sJqqfiWG+IyY7qX5mcoW4OyLfwwAAAC4D8GbIa5VXwAEcPQDb/QDbfQDYvQCAADjpi52" +
    "rCc+LQQAAAAABFla",
);
// 200 random bytes, which LZMA2 stores as they are, without a check.
const STORED = Uint8Array.fromBase64(
  "/Td6WFoAAAD/EtlBAgAhARYAAAB0L+WjAQDH3ARlqh+tHVra5awbHl8TcHls/RD/Ga9gHQSstB0CK0Z4czry31+utwhZ0e45EMtIlbXM" +
    "iSkR/wa2Yi7fPPk1/UuUKMoJfESzAl6WX7PqbazULYFuaa/g5odMnATn0jZdLGDJ6vR59oag65Mm5GIS1Q3Ls3cVamo6aLqO23QIRp7z" +
    "zrMK+NDdaLv4X/ok8tL8GIf7XIe6tDgypZsbPRB893jWf+Jt+BGRKX6TlcsSxVfOWvHUFhjXGbwEW36ZZfGilHHEKqxqqTgAAAHYAcgB" +
    "AADxz2OyqAAK/AIAAAAAAFla",
);
// "abc" by a delta filter and LZMA2.
const DELTA = Uint8Array.fromBase64(
  "/Td6WFoAAATm1rRGAgEDAQAhARZ5IMTuAQACYQEBAAAndicaSgnYLAABGwMLL7kQH7bzfQEAAAAABFla",
);

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("readXz reads what xz writes, with any check", () => {
  for (const file of [NONE, CRC32, CRC64, SHA256]) assertEquals(decode(readXz(file)), BOTTLES.slice(0, 400));
  assertEquals(decode(readXz(BLOCKS)), BOTTLES);
});

Deno.test("readXz stops at its limit, over all blocks", () => {
  assertEquals(readXz(BLOCKS, { bytes: BOTTLES.length }).length, BOTTLES.length);
  for (const bytes of [1, 499, 500, 501, BOTTLES.length - 1]) {
    assertThrows(() => readXz(BLOCKS, { bytes }), MalformedFileError, "bytes of content, got more");
  }
});

Deno.test("readXz notices every changed bit", () => {
  for (const file of [CRC32, CRC64, SHA256]) {
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const changed = file.with(bit >> 3, file[bit >> 3]! ^ (1 << (bit & 7)));
      assertThrows(() => readXz(changed), MalformedFileError, "Cannot read ");
    }
  }
});

Deno.test("readXz names what it does not read", () => {
  const refuses = (bytes: Uint8Array, message: string) =>
    assertThrows(() => readXz(bytes), MalformedFileError, `Cannot read xz data: expected ${message}`);
  refuses(new Uint8Array(0), "a file that starts with fd377a585a00");
  refuses(CRC64.subarray(0, 10), "more data, got the end after 10 bytes");
  refuses(CRC64.subarray(0, CRC64.length - 1), "more data");
  refuses(new Uint8Array([...CRC64, 0, 0, 0, 0]), "one stream, got 4 bytes behind it");
  refuses(DELTA, "blocks of one filter, LZMA2, got flags 01");
});

/** Writes the checksums of the stream's flags and of the first block's header anew. */
function repair(mutated: Uint8Array): Uint8Array {
  const file = mutated.slice();
  const write = (start: number, end: number) => {
    if (end + 4 > file.length) return;
    new DataView(file.buffer).setUint32(end, crc32(file.subarray(start, end)), true);
  };
  write(6, 8);
  if (file.length > 12) write(12, 12 + 4 * file[12]!);
  return file;
}

testMutations("readXz", (bytes) => readXz(bytes, { bytes: 1 << 16 }), [NONE, BLOCKS, STORED], { repair });
