import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { readFakerNames } from "./faker.ts";
import { MalformedFileError } from "./malformed.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const MODULE = "const e={person:{first_name:{generic:[`A`]},last_name:{generic:`Alt;De Rosa`.split(`;`)," +
  "female:[],male:[`Novák`,`O'Neill`]},last_name_pattern:{generic:[{value:`{{x}}`,weight:1}]}}};";

Deno.test("readFakerNames takes the lists of one kind", () => {
  assertEquals([...readFakerNames(utf8(MODULE), "last_name")], [
    ["generic", ["Alt", "De Rosa"]],
    ["female", []],
    ["male", ["Novák", "O'Neill"]],
  ]);
  assertEquals([...readFakerNames(utf8(MODULE), "first_name")], [["generic", ["A"]]]);
});

Deno.test("readFakerNames refuses what it does not know", () => {
  const refuses = (module: string, message: string) =>
    assertThrows(() => readFakerNames(utf8(module), "last_name", { items: 3 }), MalformedFileError, message);
  refuses("const e={}", 'expected one entry "last_name:{", got none');
  refuses("last_name:{generic:[]} last_name:{generic:[]}", "got several");
  refuses("last_name:{generic:[{value:`x`}]}", "expected a list of texts");
  refuses("last_name:{generic:[`a`],generic:[`b`]}", "lists of different names");
  refuses("last_name:{generic:[`a\\n`]}", "names without escapes");
  refuses("last_name:{generic:[`a`]", "expected the end of the entry");
  refuses("last_name:{generic:`a.b.c.d`.split(`.`)}", "at most 3 members");
});

testMutations("readFakerNames", (bytes) => readFakerNames(bytes, "last_name"), [utf8(MODULE)]);
