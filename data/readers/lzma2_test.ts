import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { decodeLzma2 } from "./lzma2.ts";
import { MalformedFileError } from "./malformed.ts";

// Python 3's lzma.compress, FORMAT_RAW: "99 bottles of beer\n" down to "1 bottles of beer\n" by preset 9e, and with lc = 0,
// lp = 2, pb = 0; 200 random bytes; 5,000,000 zeros.
const TEXT = Uint8Array.fromBase64(
  "4AdPALhdABzgfMRvOiayBchkwCoTnRZueSD9ADW2iyx1kUJZujUl3zqSoEIl0Q5tTBnoX4E4HzY0XYjswMoRP25Tdiqrkc2mwy1Swj/T" +
    "RJpptacQl/pIzimTfEBifzDrp8aHnO7ni5h3xXG/E+D9xHi02dzfy5SEqy6VznzQ4mGtTdRtRd6+iOS+qTis7VMOv16ImbJ7wFhUrVX2" +
    "peOod35P4v7x7GuSZJ0/jRfuA5hMyWjlSh0udXbvdjMRcdAA",
);
const OTHER_PROPERTIES = Uint8Array.fromBase64(
  "4AdPAKwSABzheL5PpI74vfSIYpciVfXTKNRrX7to7t3xosrT7N5TfmKFrCPeesk79ECdEZeAKsALiD4O/avs+0O/LQbVOvePI/97vbKu" +
    "hkIGFL6s2zVowt/T6jocFGY7IUL/ISiwPAQAx43nqG2FFeDrOySUOCHI1cY6CUh2SfTMyfNVnOW+EUCVCboSXXTaa9EeMmPJCfaLiYRc" +
    "jScqVgIWaaBj8odX2h3vUncANBzhZygA",
);
const RANDOM = Uint8Array.fromBase64(
  "AQDHS5Qoygl8RLMCXpZfs+ptrNQtgW5pr+Dmh0ycBOfSNl0sYMnq9Hn2hqDrkybkYhLVDcuzdxVqajpouo7bdAhGnvPOswr40N1ou/hf" +
    "+iTy0vwYh/tch7q0ODKlmxs9EHz3eNZ/4m34EZEpfpOVyxLFV85a8dQWGNcZvARbfpll8aKUccQqrGqpOMR1x60yOAIfBTssmRr86xXe" +
    "z2i64Hy81h6XG5oLnb6XY9OS/K/fooyXI0Vi690HZXD/WIlqz/fK7j8c6eQKaOUA",
);
const ZEROS = Uint8Array.fromBase64(
  "//8RAWxdAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN2X+m44wjEVPgWRjFdYrid/i2lH8MasDedElk" +
    "4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP0E6vJiiUcR89jyThcJ6nI1/sKMuF0ZWYin4qkfIndfcZwAaY" +
    "TZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7" +
    "gMsqbN+1O/DEvS5fqg8+S2ZCkBMO/xCT+HF4WfgLzf+VKEYPqfx83vuaMC5WwI+F84OBwGXEJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAd" +
    "us6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvEgn5lif/xABKwDsc1On/b6ufDEan7eN" +
    "MW5wnqcjX+woy4XRlZiKfiqR8id19xnABphNmP3Yr9WQD8QlU/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEnGFxZhulmUli+6XasWeTl" +
    "WwUI+cfarfz7Uit0zR5bIEL53VM9+ClkCTuAyyps37U78MS9Ll+qDz5LZkKQEw7/EJP4cXhZ+AvN/5UoRg+p/Hze+5owLlbAj4Xzg4HA" +
    "ZcQlU/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEnGFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0zR5bIEL53VM9+ClkCTuAyyps37U7" +
    "8MS9Ll+qDz5LZkKQEw7/EJP4cXhZ+AvN/5UoRg+p/Hze+5owLlbAj4Xzg4HAZcQlUQ8/soxNHAB2AOxzU6f9vq58MRqft40xbnCepyNf" +
    "7CjLhdGVmIp+KpHyJ3X3GcAGmE2Y/div1ZAPxCVT+PWRNjEFpbDub8FwTUcM0ZERqq1gHbrOsScYXFmG6WZSWL7pdqxZ5OVbBQj5x9qt" +
    "/PtSK3TNHlsgQvndUz34JTrfpQAA",
);
const BOTTLES = Array.from({ length: 99 }, (_, i) => `${99 - i} bottles of beer\n`).join("");

Deno.test("decodeLzma2 decodes what liblzma encodes", () => {
  for (const data of [TEXT, OTHER_PROPERTIES]) {
    const { content, end } = decodeLzma2(data);
    assertEquals(new TextDecoder().decode(content), BOTTLES);
    assertEquals(end, data.length);
  }
  const { content, end } = decodeLzma2(RANDOM);
  assertEquals([content, end], [RANDOM.subarray(3, 203), 204]); // stored as it is
  assertEquals(decodeLzma2(ZEROS).content, new Uint8Array(5_000_000));
});

Deno.test("decodeLzma2 starts where it is told, and leaves what follows", () => {
  const { content, end } = decodeLzma2(new Uint8Array([9, 9, ...RANDOM, 7, 7]), {}, 2);
  assertEquals([content, end], [RANDOM.subarray(3, 203), 206]);
});

Deno.test("decodeLzma2 stops at its limit", () => {
  assertEquals(decodeLzma2(RANDOM, { bytes: 200 }).content.length, 200);
  assertThrows(
    () => decodeLzma2(RANDOM, { bytes: 199 }),
    MalformedFileError,
    "at most 199 bytes of content, got more",
  );
  assertThrows(
    () => decodeLzma2(ZEROS, { bytes: 1000 }),
    MalformedFileError,
    "at most 1000 bytes of content, got more",
  );
});

Deno.test("decodeLzma2 names what is wrong with data", () => {
  const refuses = (data: Uint8Array, message: string) =>
    assertThrows(() => decodeLzma2(data), MalformedFileError, `Cannot read LZMA2 data: expected ${message}`);
  refuses(new Uint8Array(0), "more data, got the end after 0 bytes");
  refuses(TEXT.subarray(0, 50), "a chunk of");
  refuses(RANDOM.subarray(0, 50), "200 bytes to copy, got 47");
  refuses(RANDOM.with(0, 2), "a first chunk that starts the dictionary, got chunk 2");
  refuses(RANDOM.with(0, 3), "a first chunk that starts the dictionary, got chunk 3");
  refuses(Uint8Array.of(1, 0, 0, 5, 3), "a chunk of a known kind, got 3");
  refuses(Uint8Array.of(1, 0, 0, 5, 0x80, 0, 0, 0, 4), "properties before the first coded chunk");
  refuses(TEXT.with(5, 225), "properties with lc + lp and pb of at most 4, got byte 225");
  refuses(TEXT.with(5, 8 + 9 * 4), "properties with lc + lp and pb of at most 4");
  refuses(TEXT.with(6, 1), "a coded chunk that starts with a zero byte");
  refuses(TEXT.with(2, TEXT[2]! - 1), ""); // one byte less than the chunk holds
});

testMutations("decodeLzma2", (bytes) => decodeLzma2(bytes, { bytes: 1 << 16 }), [
  TEXT,
  OTHER_PROPERTIES,
  RANDOM,
]);
