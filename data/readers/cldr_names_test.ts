import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { readCldrNames } from "./cldr_names.ts";
import { MalformedFileError } from "./malformed.ts";

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const SCRIPTS = json({
  main: {
    de: { identity: {}, localeDisplayNames: { scripts: { Cyrl: "Kyrillisch", "Arab-alt-variant": "A" } } },
  },
});

Deno.test("readCldrNames gives names by their codes", () => {
  assertEquals([...readCldrNames(SCRIPTS, "scripts")], [["Cyrl", "Kyrillisch"], ["Arab-alt-variant", "A"]]);
});

Deno.test("readCldrNames refuses what is something else, and holds to its limits", () => {
  const refuses = (bytes: Uint8Array, message: string, limits = {}) =>
    assertThrows(() => readCldrNames(bytes, "scripts", limits), MalformedFileError, `expected ${message}`);
  refuses(json([]), "an object at main, got none");
  refuses(json({ main: {} }), "one language, got 0");
  refuses(json({ main: { de: {}, en: {} } }), "one language, got 2");
  refuses(json({ main: { de: {} } }), "an object at localeDisplayNames.scripts, got none");
  refuses(
    json({ main: { de: { localeDisplayNames: { scripts: { Cyrl: 7 } } } } }),
    "a name of Cyrl, got number",
  );
  refuses(SCRIPTS, "at most 1 members", { items: 1 });
});

testMutations("readCldrNames", (bytes) => readCldrNames(bytes, "scripts"), [SCRIPTS]);
