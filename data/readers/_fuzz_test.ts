import { assertThrows } from "@std/assert";
import { readMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";

const seeds = [Uint8Array.of(3, 1, 2, 3), Uint8Array.of(1, 9)];

/** Reads a byte that says how many follow; with one fault. */
const reader = (fault: (bytes: Uint8Array) => unknown) => (bytes: Uint8Array) => {
  if (bytes.length === bytes[0]! + 1) return bytes.slice(1);
  fault(bytes);
  throw new MalformedFileError("a list", `${bytes[0]} bytes`, bytes.length);
};
const run = (fault: (bytes: Uint8Array) => unknown, bytes = 1 << 20) =>
  readMutations(reader(fault), seeds, { mutations: 2000, bytes });

Deno.test("readMutations lets a good reader pass", () => run(() => {}));

Deno.test("readMutations finds a reader that throws, spends or changes what it should not", () => {
  const refuses = (fault: (bytes: Uint8Array) => unknown, message: string) =>
    assertThrows(() => run(fault), Error, message);
  refuses((bytes) => bytes[1000]!.toFixed(), "TypeError: Cannot read properties of undefined");
  refuses((bytes) => new Uint8Array(-bytes.length), "RangeError: Invalid typed array length");
  refuses(() => {
    throw new MalformedFileError("", "", "");
  }, "escaped");
  refuses(() => new Uint8Array(1 << 21), "2097152 bytes allocated");
  refuses((bytes) => bytes.fill(7), "the input was changed");
});

Deno.test("readMutations finds results that are too large or wrong, and tests that test nothing", () => {
  const good = reader(() => {});
  assertThrows(
    () =>
      readMutations((bytes) => good(bytes).length && "x".repeat(99), seeds, { mutations: 10_000, bytes: 99 }),
    Error,
    "above",
  );
  const check = (value: Uint8Array) => {
    if (value.length > 3) throw new Error("wrong");
  };
  assertThrows(() => readMutations(good, seeds, { mutations: 10_000, check }), Error, "wrong");
  assertThrows(
    () => readMutations(() => 1, seeds, { mutations: 200 }),
    Error,
    "hardly any mutation was refused",
  );
});
