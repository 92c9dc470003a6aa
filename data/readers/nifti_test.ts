import { assertEquals, assertThrows } from "@std/assert";
import { unzlibSync } from "fflate";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { readNifti } from "./nifti.ts";

/**
 * Volumes of 2 x 3 x 4 elements by nibabel 5.0, compressed by zlib: v(x, y, z) = 12 x + 4 y + z - 5, without the 5 in
 * unsigned types, a quarter in floating-point types. The affine has -2, 2.5, 3 on the diagonal, and (90, -126, -72).
 * scaled: int16 with slope 0.1 and intercept -3.
 */
const FILES = {
  u8: "eNqLYWQgCjAzMAExCwMjFKICJgYOMN2wH0g4MDAoALEDEDfYo+INzhB6sAAmKA1z0xYnBoY/hxgYJgAxwwGEOpA4CID8BQIgNTAA" +
    "8ueEQ+gm52kbQhg8LAIcIoy8rIKcokx8bEJcYsz87MLc4gDoLRPQ",
  i8: "eNqLYWQgCjAzMAExCwMjFKIBRg4w1bAfSDgwMCgAsQMQN9ij4g3OEHqwACYoDXPTFicGhj+HGBgmADHDAYQ6kDgIgPwFAiA1MADy" +
    "54RD6CbnaRuC6d/s/7mZ+f9wMPCwCPzlZORlFfzHxcTHJgQAMy0YVw==",
  u16:
    "eNqLYWQgCjAzMAExCwMjFKIBJgEw1bAfSDgwMCgAsQMQN9ij4g3OEHqwACYoDXPTFicGhj+HGBgmADHDAYQ6kDgIgPwFAiA1MADy" +
    "54RD6CbnaRtCWTzAUBNg4GAQAYYaLwMrgyADJ4Mo0GY+BjYGIQYuBjFguPIzsDMIM3AziDMAAMAnE9g=",
  i16:
    "eNqLYWQgCjAzMAExCwMjFKICFgYBMN2wH0g4MDAoALEDEDfYo+INzhB6sAAmKA1z0xYnBoY/hxgYJgAxwwGEOpA4CID8BQIgNTAA" +
    "8ueEQ+gm52kbgunf/9kZ/v/nBoYdP8Of/xxAER5waP39zwkMRV4GVgZBhn//uYAu4WNgYxBiAAD5dR1d",
  u32:
    "eNrN0DsSgjAUheHDQ8X3A8WW3soVyOg2WINrYAksxcJeh3VR+F8IOlJZejJfbibJZJLknn5KIB+hPNf6y2lTigddJqXIUJy+3S5t" +
    "/Zf4rnZ3up+lupJK6PnZZ/MWe5fF9nSxd5ZV/+Tr4fgezxBihQhb2A/OMcAaY+zcjRYYYoMJkub/pSVGiDHFHi92GBPp",
  i32:
    "eNrNkMsNwkAMRCchkPD/VJA7JyoggjaogRpSQkrhkDsobQVYnpeNUDhxZFbPo7Usy/Yp0k8aKIZEUXh9Zcq9l1dCIeVQQLnvczm+" +
    "/V8UB+9mqg/SvZEq0O1TZ3mT7WWymk62Z9V8dz5vd95b51yKY27q7ygtrQP/LNTOIIEVPMiPcbvwHIawhif5SZh4ASPYwAtknidn",
  f32:
    "eNqLYWQgCjAzMAExCwMjFKICAQYFMN2wH0g4MDAoALEDEDfYo+INzhB6sAAmKA1z0xYnBoY/hxgYJgAxwwGEOpA4CID8BQIgNTAA" +
    "8ueEQ+gm52kbQlkLgGHyAOT/fQwMBqBwAbILHBBhBTMDHEYgeaC4AIhvx8AQAKQXAMU7QOr2Q+0H8hOA9AEgPcEBALMQI8w=",
  f64:
    "eNqLYWQgCjAzMAExCwMjFKICByAEgYb9YA6DAhA7AHGDPSre4AyhBwtggtIwN21xYmD4c4iBYQIQMxxAqAOJg4ACxJtgNXC/O0DV" +
    "o4A8bUMk3pf9UH1Qey5A+WxQ815Axfmg/A/74QGLAjhg8lD1AjD9UPVMUP4FqDwXlP8FyheE8h9A1bPA+FB5Hij/B5Qv5AAAxvAm" +
    "vQ==",
  big:
    "eNpjYGCMYSAGMDMwATELAyMUogIWBgEGhv0NDAwOQI6DAhADGfYNqNh5A4QeRIAJRMDc5LSFgeHQHyCewMBwAEkRSJwB6i8QAKmB" +
    "AZA/QerRQZ62IZj+/5uB/f9/Bm5g2PH//8PAARTiAYXW/78MnMBQ5GVgZRD8/4+BC+gSPgY2BiEAGTAdXQ==",
  noAffine:
    "eNqLYWQgCjAzMAExCwMjFKICFgYBMN1gjx9vcIbQwx/kaRuC6d//2Rn+/+cGhh0/w5//HEARHnBo/f3PCQxFXgZWBkGGf/+5gKHL" +
    "x8DGIMQAAFIuE40=",
  scaled:
    "eNqLYWQgCjAzMAExCwMjFKICFgYBMN1gjx9vcD575owtA4PDAYZhDvK0DcH07//sDP//cwPDjp/hz38OoAgPOLT+/ucEhiIvAyuD" +
    "IMO//1zA0OVjYGMQYgAAiZ0WcA==",
};
const file = (name: keyof typeof FILES) => unzlibSync(Uint8Array.fromBase64(FILES[name]));

/** The elements with x varying fastest. */
const ELEMENTS = Array.from(
  { length: 24 },
  (_, i) => (i % 2) * 12 + (Math.floor(i / 2) % 3) * 4 + Math.floor(i / 6) - 5,
);
const AFFINE = [-2, 0, 0, 90, 0, 2.5, 0, -126, 0, 0, 3, -72];

Deno.test("readNifti reads every type that nibabel writes, as a dtype of tensors", () => {
  const expected = {
    u8: Uint8Array.from(ELEMENTS, (value) => value + 5),
    u16: Uint32Array.from(ELEMENTS, (value) => value + 5),
    u32: Uint32Array.from(ELEMENTS, (value) => value + 5),
    i8: Int32Array.from(ELEMENTS),
    i16: Int32Array.from(ELEMENTS),
    i32: Int32Array.from(ELEMENTS),
    f32: Float32Array.from(ELEMENTS, (value) => value / 4),
    f64: Float32Array.from(ELEMENTS, (value) => value / 4),
  };
  for (const [type, values] of Object.entries(expected) as [keyof typeof expected, Int32Array][]) {
    assertEquals(readNifti(file(type)), { shape: [4, 3, 2], spacing: [3, 2.5, 2], values, affine: AFFINE });
  }
});

Deno.test("readNifti reads big-endian files, and files without an affine", () => {
  assertEquals(readNifti(file("big")), readNifti(file("i16")));
  const { affine, spacing } = readNifti(file("noAffine"));
  assertEquals([affine, spacing], [undefined, [1, 1, 1]]);
});

Deno.test("readNifti scales as nibabel does", () => {
  // nibabel's float64 values as binary32: np.asarray(image.dataobj).astype("f4").view("u4"), x varying fastest.
  const bits = new Uint32Array(readNifti(file("scaled")).values.buffer);
  const first = [
    3227516928,
    3222483763,
    3225839206,
    3220386611,
    3224161485,
    3217031168,
    3227097498,
    3222064333,
  ];
  assertEquals([...bits.subarray(0, 8)], first);
  const view = new DataView(file("scaled").buffer);
  view.setFloat32(112, NaN, true); // nibabel's "no scaling"
  assertEquals(readNifti(new Uint8Array(view.buffer)).values, readNifti(file("i16")).values);
});

/** A volume of 24 bytes whose header is changed. */
function changed(change: (view: DataView) => void): Uint8Array {
  const bytes = file("u8").slice();
  change(new DataView(bytes.buffer));
  return bytes;
}

Deno.test("readNifti names what is wrong with a file", () => {
  const refuses = (bytes: Uint8Array, message: string) =>
    assertThrows(
      () => readNifti(bytes),
      MalformedFileError,
      `Cannot read a NIfTI-1 file: expected ${message}`,
    );
  refuses(new Uint8Array(351), "a header of 352 bytes, got 351");
  refuses(changed((view) => view.setInt32(0, 540, true)), "the header's length 348, got 540"); // NIfTI-2
  refuses(changed((view) => view.setUint8(345, 0x69)), 'one file (magic "n+1"), got "ni1\\u0000"');
  refuses(changed((view) => view.setInt16(40, 0, true)), "1 to 7 dimensions, got 0");
  refuses(changed((view) => view.setInt16(40, 8, true)), "1 to 7 dimensions, got 8");
  refuses(changed((view) => view.setInt16(44, -3, true)), "positive dimensions, got 4 x -3 x 2");
  refuses(
    changed((view) => view.setInt16(70, 128, true)),
    "numbers of type u8, i8, u16, i16, u32, i32, f32 or f64",
  );
  refuses(changed((view) => view.setInt16(72, 16, true)), "elements of 8 bits, got 16");
  refuses(changed((view) => view.setFloat32(108, 0, true)), "elements at byte 352 or later, got 0");
  refuses(changed((view) => view.setFloat32(108, NaN, true)), "elements at byte 352 or later, got NaN");
  refuses(
    changed((view) => view.setFloat32(108, 1e30, true)),
    "24 bytes of elements at 1.0000000150474662e+30",
  );
  refuses(
    changed((view) => view.setFloat32(112, Infinity, true)),
    "a finite slope and intercept, got Infinity and 0",
  );
  refuses(
    changed((view) => view.setInt16(46, 5, true)),
    "30 bytes of elements at 352 for shape [5, 3, 2], got 24",
  );
  refuses(file("u8").subarray(0, -1), "24 bytes of elements at 352 for shape [4, 3, 2], got 23");
});

Deno.test("readNifti holds to its limits", () => {
  assertEquals(readNifti(file("i8"), { bytes: 96 }).values.length, 24);
  assertThrows(
    () => readNifti(file("i8"), { bytes: 95 }),
    MalformedFileError,
    "at most 95 bytes of content, got more",
  );
});

testMutations("readNifti", (bytes) => readNifti(bytes, { bytes: 1 << 16 }), [
  file("scaled"),
  file("big"),
  file("f64"),
], {
  check: ({ shape, values, spacing }) => {
    assertEquals(shape.reduce((product, size) => product * size, 1), values.length);
    assertEquals(spacing.length, shape.length);
  },
});
