import { assert, assertEquals, assertThrows } from "@std/assert";
import { gunzipSync } from "fflate";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { readRData, readRDatabase, readRds } from "./r_data.ts";
import { isRNa, R_NA, rClasses, type RColumn, rFrame, type RList, type RValue } from "./r_value.ts";

// All fixtures were written by R 4.2.2. These are save(frame, other, version = 2) and 3, with
//   frame: n = c(1.5, NA, Inf); i = c(1L, NA, 3L); s = c("a", "é", NA); f = factor(c("lo", "hi", NA), levels = c("lo",
//     "hi"), ordered = TRUE); d = as.Date(c("2020-02-29", NA, "1969-12-31")); l = c(TRUE, FALSE, NA);
//     t = as.POSIXct(c(0, 86400.5, NA), tz = "UTC")
//   other: z = 1-2i; r = as.raw(c(1, 255)); e = globalenv(); v = an environment with an attribute; f = quote(a + b);
//     p = pairlist(u = 1L, 2); y = as.name("sym"); m = matrix(1:4, 2); nan = c(NaN, NA); latin = "é" marked as Latin-1;
//     null = NULL; empty = character(0); ex = expression(a, 1); v2 = v; y2 = y.
const ALL_2 = Uint8Array.fromBase64(
  "H4sIAAAAAAAAA71TO04DMRD1ejfkgxIiQZGGEyBR5AJZiTRUID5SWpM4ImI/aOMEQkPOQscpQOIE3IGGjgYpTbLYa79lY6DF0tjPn3me" +
    "8RufdHvtWq9GCKHEo5RQV0KPys4hHqnKsTRMWMgJcbflpCytIc3tLEjW7j9UX37QY9bqal8RzPVc4WY2akKHETJXgL48yr6ayiZ3cze1" +
    "o13X4tgI+JQHY0NGzSoNYqDLkR15P2Bj26EcJwOe8AFYh6wv4kSilbw+S81/ffOLqT3lqSl2NzWEuMXrMsG1P6kVciA6B80JBv+zVcm4" +
    "F5rb4syDPD46Pez1BYLMpsJOT9zFEbeicc/PDnQw62cjqSGeogwhIoARwBhgCICHcgIAO45qEt/sg78O9aSoyz9erDZggu2bsvoZaiwu" +
    "uRSEqnrbMuZ0jAjPeZmRlrrKUeRLJYNZXRoplPeuwf9sa+k4V+ZVHGPq0EbxwF4mfGGB2QsXv/FOLF5qvqbjfz/RqlgZ41koT9XNW8HF" +
    "1fM1bncwCqFlwVbmBnpvff5cX+Jnob2bw00Txo4m2EwRYif/UhW51kj1/SUUyhZyvANIADjA9EelXgPMAELkEzGUeilgYoSJF00ClHWJ" +
    "h9cCnpTfAk3bQLM2JP4ClwRh1DUFAAA=",
);
const ALL_3 = Uint8Array.fromBase64(
  "H4sIAAAAAAAAA71Tu04bQRSdnfVibGSMRAoavgCFAho6rwSKlCqIh+R2sMfCYh9oPZiYxnxLOr6CSHwB/0CTLg0Sje3ceZxlPSRtVprd" +
    "c+/ee+5zTo66+81ukzEWshrnLIwIsuj87MvnA0YaEgJWYw2tHBQilWS4SUKdzrr26rwx80x/63f9h/2ap2VYieDeyhpv2EiGMBCM3WvA" +
    "nx7o3VjQQ39LN/3Hui7lsZLIsUxGjow7LU9yoMuhn3kvESPfoZ4XfVnIPlgHoqfygtCcwpvS4ueXuFraY1maZg8XjhBRakdCSevPmpUa" +
    "mK3BcoIhft1aNdxvltvjLJM8/nb6tdtTSNKIyi9P3eWZ9LIJz88ObTLLthnNEK2oYxAZwBBgBDAAQKOCBMDPo1Hkt7vgb2F6NNTZPzrW" +
    "7Asldt1afUw1V5eSBsL1vrXdCTpuCD/LNWNbOlSgyWd6DE47c6PQ3tsO/+ezVE5w5boSuKONVqoGO2bwFYXwFRd/473xeLm7mkH83qJ5" +
    "dTNGk5SsWq5XcAmtvMQd9ocpZlk5cxeBT73LX86XxSa1X854w6XxyRKsLZBip7xSq6RbX9j4ERaljRrvAAoACTD+sKnXABOAFPVkAqse" +
    "JUINIdSymwRrHcn0WsGTy+9A4z2gyR5G/AdScPhlPgUAAA==",
);
// The frame alone, compress = "bzip2" and "xz".
const BZIP2 = Uint8Array.fromBase64(
  "QlpoOTFBWSZTWU3OwaIAAQf/3//zSEAAAwhAzSDeQC9nnZDAABAgAACIACAABABCQ7ABFhkNVP0TUemp5J6QBoA0HqDQAHpGQaSeiNIM" +
    "nqAAZDJoaBoaMgYJEoTKepp6Q9TIDTQ0A0A81IA9RX34MVluclKdQsiaDBYBIMPABJkZhC7hsYYbaqSFUjY0rcUEyfxhF2bVWTN2OpTl" +
    "2jY3qEkEUQt1eeii8w+qQQeTBIqaCz1yS9rbL9decWSmJhmNLG0g0pIYkhoJ4UNIhhO0gG5mKdgHUxGVgF3dBR1uGwHh45fmrViwe1K+" +
    "IkSOH05pGsrtm8eRJjl2iUaM6VX5FOYpS/gO9ZwyG36i1PQH1YLDQEJS5U7cMaLoKv0JPAy2XjRnBRIhY10xA0JGbUoRBPTQKSOVPvWh" +
    "6UwjN/i7kinChIJudg0Q",
);
const XZ = Uint8Array.fromBase64(
  "/Td6WFoAAAFpIt42AgAhARwAAAAQz1jM4AKPARFdACkRB1RoEeRuUsqgM8UkXrtrnNeLUzcP1dKbshUqBwT4yAjz5XMHJI+6ZgHrtlCK" +
    "Ho/Wp9LpeJg0T7Jw9YwlTU47m683w0gX4KJGrhVaxEf/Nywm/HvfXRq4JosiUod/o/2AfUmFnR4vP+66TK9nqwL4BfrUfB33KLtCTH2W" +
    "V/lVdUSq4KaRpxk1z9IQJ8kw4qXPiYLnOrtUSplwoc7gim9+HMRfDmbxKgcooct6t195JfRZtrC6OJXnFwzdI4NcNK14d2MPR35HINBN" +
    "8DOMCoeGcUgVBjG5DF8BgcTGSumxiiQZKvrBn3WaIp1ZJBRTExSlvPyEmsK+6P29KeJKW0nXuJNudAOmD8ZqNvzGLYEzAAAAAADSH7a7" +
    "AAGpApAFAADU5A08PjANiwIAAAAAAVla",
);
// serialize(list(1:5, as.numeric(1:3), as.character(7:9), 10:8), NULL, version = 3)
const ALTREP = Uint8Array.fromBase64(
  "WAoAAAADAAQCAgADBQAAAAAFVVRGLTgAAAATAAAABAAAAO4AAAACAAAAAQAEAAkAAAAOY29tcGFjdF9pbnRzZXEAAAACAAAAAQAEAAkA" +
    "AAAEYmFzZQAAAAIAAAANAAAAAQAAAA0AAAD+AAAADgAAAANAFAAAAAAAAD/wAAAAAAAAP/AAAAAAAAAAAAD+AAAA7gAAAAIAAAABAAQA" +
    "CQAAAA9jb21wYWN0X3JlYWxzZXEAAAACAAAC/wAAAAIAAAANAAAAAQAAAA4AAAD+AAAADgAAAANACAAAAAAAAD/wAAAAAAAAP/AAAAAA" +
    "AAAAAAD+AAAA7gAAAAIAAAABAAQACQAAAA9kZWZlcnJlZF9zdHJpbmcAAAACAAAC/wAAAAIAAAANAAAAAQAAABAAAAD+AAAAAgAAAA0A" +
    "AAADAAAABwAAAAgAAAAJAAAADQAAAAEAAAAAAAAA/gAAAO4AAAACAAAB/wAAAAIAAAL/AAAAAgAAAA0AAAABAAAADQAAAP4AAAAOAAAA" +
    "A0AIAAAAAAAAQCQAAAAAAAC/8AAAAAAAAAAAAP4=",
);
// serialize(.Internal(wrap_meta(c(1.5, 2.5), 1L, TRUE)), NULL, version = 3)
const WRAPPED = Uint8Array.fromBase64(
  "WAoAAAADAAQCAgADBQAAAAAFVVRGLTgAAADuAAAAAgAAAAEABAAJAAAACXdyYXBfcmVhbAAAAAIAAAABAAQACQAAAARiYXNlAAAAAgAA" +
    "AA0AAAABAAAADgAAAP4AAAACAAAADgAAAAI/+AAAAAAAAEAEAAAAAAAAAAAADQAAAAIAAAABAAAAAQAAAP4=",
);
// serialize(c(a = 1L, b = NA), NULL, xdr = FALSE, version = 2)
const LITTLE = Uint8Array.fromBase64(
  "QgoCAAAAAgIEAAADAgANAgAAAgAAAAEAAAAAAACAAgQAAAEAAAAJAAQABQAAAG5hbWVzEAAAAAIAAAAJAAQAAQAAAGEJAAQAAQAAAGL+" +
    "AAAA",
);
// setClass("P", representation(x = "numeric")); serialize(new("P", x = 2), NULL, version = 2)
const S4 = Uint8Array.fromBase64(
  "WAoAAAACAAQCAgACAwAAAQMZAAAEAgAAAAEABAAJAAAAAXgAAAAOAAAAAUAAAAAAAAAAAAAEAgAAAAEABAAJAAAABWNsYXNzAAACEAAA" +
    "AAEABAAJAAAAAVAAAAQCAAAAAQAEAAkAAAAHcGFja2FnZQAAABAAAAABAAQACQAAAAouR2xvYmFsRW52AAAA/gAAAP4=",
);
// serialize(list(function(x) x + 1, sum), NULL, version = 2)
const FUNCTIONS = Uint8Array.fromBase64(
  "WAoAAAACAAQCAgACAwAAAAATAAAAAgAABAMAAAD9AAAEAgAAAAEABAAJAAAAAXgAAAD7AAAA/gAAAAYAAAABAAQACQAAAAErAAAAAgAA" +
    "Af8AAAACAAAADgAAAAE/8AAAAAAAAAAAAP4AAAAIAAAAA3N1bQ==",
);
// save(c(TRUE, NA), ascii = TRUE)
const ASCII = Uint8Array.fromBase64(
  "UkRBMwpBCjMKMjYyNjU4CjE5Nzg4OAo1ClVURi04CjEwMjYKMQoyNjIxNTMKMQp4CjEwCjIKMQpOQQoyNTQK",
);
// serialize(compiler::cmpfun(function(x) x + 1), NULL, version = 2)
const COMPILED = Uint8Array.fromBase64(
  "WAoAAAACAAQCAgACAwAAAAQDAAAA/QAABAIAAAABAAQACQAAAAF4AAAA+wAAAP4AAAAVAAAAAQAAAA0AAAAIAAAADAAAABQAAAABAAAA" +
    "EAAAAAIAAAAsAAAAAAAAAAEAAAAEAAAABgAAAP4AAAAAAAAAAQAEAAkAAAABKwAAAAIAAAD+AAAAAAAAAf8AAAACAAAA/gAAAAAAAAAO" +
    "AAAAAT/wAAAAAAAAAAAAAAAAAP4AAAABAAAB/wAAAA4AAAAOAAAAAT/wAAAAAAAAAAAADQAAAw0AAAAIgAAAAAAAAAEAAAABAAAAAgAA" +
    "AAIAAAAAAAAAAAAAAAAAAAQCAAAAAQAEAAkAAAAFY2xhc3MAAAAQAAAAAQAEAAkAAAAQZXhwcmVzc2lvbnNJbmRleAAAAP4=",
);
// tools:::makeLazyLoadDB of x = c(a = 7L), y = letters[1:3], z = rep("abc", 50); compress = TRUE, 2, 3
const LAZY = [
  [
    "H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC0YGJiEwRJwmoEXiJkYIMAZiQ9iGyLxS4DYlAFoIpBmZGBh4AQZmpeYm1oMZAhA" +
    "bAMLMlbAGJUwRhWQ+Ae1kwFiBuN/qDYGiBwDF9hcMEaRhxnLWZZYlJmYlAO0DyLAVZSallqUmpeMEEnOzy0oSi0uTk0BGQoAdaTM8AQB" +
    "AAA=",
    "AAAATXici+BiYGBgZmBhYmJgZgUyGVhDQ9x0LRgYmHiBHEYgZmcAyoLZLAycIAV5ibmpxUCGAJIgYyKQ+AcArgwFkQAAADp4nIvgYmBg" +
    "YGZgYWJiYGYFMhlYQ0PcdC2ADAGIBAMnkGZMhDGSYIxkAF3uAzIAAAJFeJyL4GJgYGBmYGFiYmBmBTIZWEND3HQtgAwBIDZiYGHgBClI" +
    "TEoeZY4ycTAB2es+nQ==",
  ],
  [
    "H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC0YGJiEwRJwmoEXiJkYICAIiQ9i2yPxJwJxIgPQRCDNyMDCwAkyNC8xN7UYyBCA" +
    "2AYWZKyAMSphjCog8Q9qJwPEDMb/UG0MEDkGPpBCBwYYQFEDM5qzLLEoMzEpB2gnRICrKDUttSg1LxkhkpyfW1CUWlycmgIyGADqm4Xn" +
    "CAEAAA==",
    "AAAATTBYCgAAAAMABAICAAMFAAAAAAVVVEYtOAAAAg0AAAABAAAABwAABAIAAAABAAQACQAAAAVuYW1lcwAAABAAAAABAAQACQAAAAFh" +
    "AAAA/gAAADowWAoAAAADAAQCAgADBQAAAAAFVVRGLTgAAAAQAAAAAwAEAAkAAAABYQAEAAkAAAABYgAEAAkAAAABYwAAAkUyQlpoOTFB" +
    "WSZTWdEYei0AANf/AF4wQAAAAhBAAQAGQDgAIABQppkYmJiCKJGmnqNNDaL3EGaxKo3gQa+QHm1CDBvMqg2hQdRmM+a1WBB9EH4Qfxdy" +
    "RThQkNEYei0=",
  ],
  [
    "H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC0YGJiEwRJwmoEXiJkYIMANiQ9imyDxq4DYnAFoIpBmZGBh4AQZmpeYm1oMZAhA" +
    "bAMLMlbAGJUwBkjvP6idDBAzGP9DtTFA5Bj4QAodOKAiqGpgRnOWJRZlJiblAO2ECHAVpaalFqXmJSNEkvNzC4pSi4tTU0AGAwA+YN7Y" +
    "CAEAAA==",
    "AAAATVrgAEwAOV0ALAJ8Gfmv9B07npg1furQ9CFNs0VM+GSLQYC1UBLd3458aQhxGYmxEn+8F6HqbaLH34bWp6//+YAAAAAAADpa4AA5" +
    "ACddACwCfBn5r/QdO56YNX7q0PQhTbNFUsTBO/dycbb64ezw2g81BfWAAAAAAAJFWuACRAAqXQAsAnwZ+a/0HTuemDV+6tD0IU2zRVLE" +
    "wTqHTwsXEXGwHpYP4gums0NQWgAA",
  ],
].map(([index, data]) => [Uint8Array.fromBase64(index!), Uint8Array.fromBase64(data!)] as const);

function valuesOf(value: RValue | undefined): unknown {
  return value !== undefined && "values" in value ? value.values : value;
}

function valuesIn(column: RColumn): Iterable<unknown> {
  return column.kind === "other" ? [] : column.values;
}

function checkFrame(value: RValue | undefined): void {
  const { rows, rowNames, columns } = rFrame(value!);
  assertEquals([rows, rowNames], [3, undefined]);
  // 2020-02-29 is day 18321: 50 years with 12 leap days, and 59 days.
  // As plain numbers: the assertion would tell NA from NaN.
  const plain = [...columns].map(([name, column]) => [name, { ...column, values: [...valuesIn(column)] }]);
  assertEquals(Object.fromEntries(plain), {
    n: { kind: "number", values: [1.5, NaN, Infinity] },
    i: { kind: "number", values: [1, NaN, 3] },
    s: { kind: "text", values: ["a", "é", null] },
    f: { kind: "factor", values: [0, 1, -1], levels: ["lo", "hi"], ordered: true },
    d: { kind: "date", values: [50 * 365 + 12 + 59, NaN, -1] },
    l: { kind: "number", values: [1, 0, NaN] },
    t: { kind: "time", values: [0, 86400.5, NaN] },
  });
}

for (const [name, file] of [["2", ALL_2], ["3", ALL_3], ["3, bzip2", BZIP2], ["3, xz", XZ]] as const) {
  Deno.test(`readRData reads a data frame of R in version ${name}`, () => {
    checkFrame(readRData(file).get("frame"));
  });
}

for (const [version, file] of [["2", ALL_2], ["3", ALL_3]] as const) {
  Deno.test(`readRData reads values of every kind in version ${version}`, () => {
    const other = readRData(file).get("other") as RList;
    const names = valuesOf(other.attributes.get("names")) as string[];
    const value = Object.fromEntries(names.map((name, i) => [name, other.values[i]!]));
    assertEquals(valuesOf(value.z), Float64Array.of(1, -2));
    assertEquals(valuesOf(value.r), Uint8Array.of(1, 255));
    assertEquals(value.e, { type: "opaque", kind: "global environment" });
    assertEquals(value.v, { type: "opaque", kind: "environment" });
    assert(value.v2 === value.v);
    assertEquals(value.f, { type: "opaque", kind: "expression" });
    assertEquals((valuesOf(value.p) as RValue[]).map(valuesOf), [Int32Array.of(1), Float64Array.of(2)]);
    assertEquals(valuesOf((value.p as RList).attributes.get("names")), ["u", ""]);
    assertEquals(value.y, { type: "symbol", name: "sym" });
    assert(value.y2 === value.y);
    assertEquals(valuesOf(value.m), Int32Array.of(1, 2, 3, 4));
    assertEquals(valuesOf((value.m as RList).attributes.get("dim")), Int32Array.of(2, 2));
    const nan = valuesOf(value.nan) as Float64Array;
    assertEquals([...nan], [NaN, NaN]);
    assertEquals([isRNa(nan, 0), isRNa(nan, 1)], [false, true]);
    assertEquals(valuesOf(value.latin), ["é"]);
    assertEquals(value.null, { type: "null" });
    assertEquals(valuesOf(value.empty), []);
    assertEquals(valuesOf(value.ex), [
      { type: "symbol", name: "a" },
      { type: "double", values: Float64Array.of(1), attributes: new Map() },
    ]);
    assertEquals(rClasses(value.z!), []);
  });
}

Deno.test("readRds expands compact sequences, strings of numbers and wrapped vectors", () => {
  assertEquals((valuesOf(readRds(ALTREP)) as RValue[]).map(valuesOf), [
    Int32Array.of(1, 2, 3, 4, 5),
    Float64Array.of(1, 2, 3),
    ["7", "8", "9"],
    Int32Array.of(10, 9, 8),
  ]);
  assertEquals(valuesOf(readRds(WRAPPED)), Float64Array.of(1.5, 2.5));
});

Deno.test("readRds reads little-endian data, S4 objects, and passes functions over", () => {
  const little = readRds(LITTLE) as RList;
  assertEquals(valuesOf(little), Int32Array.of(1, R_NA));
  assertEquals(valuesOf(little.attributes.get("names")), ["a", "b"]);
  const s4 = readRds(S4);
  assert(s4.type === "s4");
  assertEquals(valuesOf(s4.attributes.get("x")), Float64Array.of(2));
  assertEquals(rClasses(s4), ["P"]);
  assertEquals(valuesOf(readRds(FUNCTIONS)), [
    { type: "opaque", kind: "function" },
    { type: "opaque", kind: "function sum" },
  ]);
});

Deno.test("readRDatabase reads each value by its name, in every compression", () => {
  for (const [index, data] of LAZY) {
    const database = readRDatabase(index, data);
    assertEquals(database.names.toSorted(), ["x", "y", "z"]);
    assertEquals(valuesOf(database.read("x")), Int32Array.of(7));
    assertEquals(valuesOf(database.read("y")), ["a", "b", "c"]);
    assertEquals(valuesOf(database.read("z")), Array<string>(50).fill("abc"));
    assertThrows(() => database.read("w"), RangeError, "Cannot read R data: expected one of ");
    assertThrows(
      () => readRDatabase(index, data, { bytes: 500 }).read("z"),
      MalformedFileError,
      "at most 500",
    );
    const cut = readRDatabase(index, data.subarray(0, 100));
    assertThrows(
      () => cut.read("x") && cut.read("y") && cut.read("z"),
      MalformedFileError,
      "a place within 100",
    );
  }
});

Deno.test("readRData and readRds name what they do not read", () => {
  const refuses = (read: () => unknown, message: string) =>
    assertThrows(read, MalformedFileError, `Cannot read R data: expected ${message}`);
  refuses(() => readRData(ASCII), "data of R's save, version 2 or 3, binary, got RDA3");
  refuses(() => readRData(LITTLE), "data of R's save, version 2 or 3, binary, got another format");
  refuses(() => readRds(ASCII.subarray(5)), "a binary stream, got one in ASCII");
  refuses(() => readRds(COMPILED), "a type of data, got compiled code");
  refuses(() => readRds(S4.subarray(0, 100)), "");
  refuses(() => readRds(LITTLE.with(2, 4)), "version 2 or 3, got 4");
  refuses(() => readRds(new Uint8Array([...LITTLE, 0])), "one value, got 1 bytes behind it");
  refuses(() => readRData(ALL_2, { bytes: 1000 }), "at most 1000 bytes of content, got more");
  refuses(() => readRData(ALL_2.subarray(0, 300)), "whole compressed data");
  assertThrows(() => readRData(BZIP2, { bytes: 99 }), MalformedFileError, "at most 99 bytes");
  assertThrows(() => readRData(XZ, { bytes: 99 }), MalformedFileError, "at most 99 bytes");
});

Deno.test("readRds bounds nesting and what compact vectors expand to", () => {
  const header = "580a000000020004020200020300";
  const nested = Uint8Array.fromHex(header + "0000001300000001".repeat(100_000) + "000000fe");
  assertThrows(() => readRds(nested), MalformedFileError, "values nested at most 500 deep");
  // Symbols' names, attributes and compact forms nest by other ways.
  for (
    const item of ["00000001", "00000402", "00000202", "000000ee000000fe", "0000020a000000000000040200000001"]
  ) {
    const deep = Uint8Array.fromHex(header + item.repeat(100_000));
    assertThrows(() => readRds(deep), MalformedFileError, "Cannot read R data: expected ");
  }
  const view = new DataView(ALTREP.slice().buffer);
  view.setFloat64(ALTREP.indexOf(0x40), 2 ** 40); // 1:5 becomes 1:2^40
  const huge = new Uint8Array(view.buffer);
  assertThrows(() => readRds(huge), MalformedFileError, "at most 1073741824 bytes of content, got more");
});

Deno.test("rFrame names what is no data frame", () => {
  const { frame } = Object.fromEntries(readRData(ALL_3)) as Record<string, RList>;
  const changed = (name: string, value: RValue) => ({
    ...frame!,
    attributes: new Map(frame!.attributes).set(name, value),
  });
  const integers = (...values: number[]): RValue => ({
    type: "integer",
    values: Int32Array.from(values),
    attributes: new Map(),
  });
  assertThrows(() => rFrame({ type: "null" }), TypeError, "expected a data frame, got null");
  assertThrows(() => rFrame(changed("class", { type: "null" })), TypeError, "a character vector, got null");
  assertThrows(() => rFrame(changed("names", { type: "null" })), TypeError, "a character vector, got null");
  assertThrows(() => rFrame(changed("row.names", integers(R_NA, -4))), TypeError, "expected 4 rows, got 3");
  assertEquals(rFrame(changed("row.names", integers(2, 4, 6))).rowNames, ["2", "4", "6"]);
  assertEquals(rFrame(changed("row.names", integers(1, 2, 3))).rowNames, undefined);
});

const plain = (file: Uint8Array) => gunzipSync(file);
testMutations("readRData", (bytes) => readRData(bytes, { bytes: 1 << 20 }), [plain(ALL_2), plain(ALL_3)]);
testMutations("readRds", (bytes) => readRds(bytes, { bytes: 1 << 20 }), [
  ALTREP,
  WRAPPED,
  LITTLE,
  S4,
  FUNCTIONS,
]);
// Of the compressed forms, which have tests of their own: an index, and a database whose small entries are plain.
testMutations("readRDatabase, its index,", (bytes) => {
  const database = readRDatabase(bytes, LAZY[1]![1], { bytes: 1 << 20 });
  return database.names.map((name) => database.read(name));
}, [plain(LAZY[1]![0])]);
testMutations("readRDatabase, its data,", (bytes) => {
  const database = readRDatabase(LAZY[1]![0], bytes, { bytes: 1 << 20 });
  return ["x", "y"].map((name) => database.read(name));
}, [LAZY[1]![1].subarray(0, 145)]);
