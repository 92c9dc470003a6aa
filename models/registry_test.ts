import { assert, assertEquals, assertThrows } from "@std/assert";
import { tensor } from "@verbatim/core";
import { defineMethod, defineModel, regress } from "./mod.ts";
import { modelFiles, registry } from "./registry.ts";

const read = (path: string) => Deno.readTextFile(new URL(path, import.meta.url));

Deno.test("every entry has an id of its own, and a test beside its file that runs the contract", async () => {
  const ids = registry.map(({ id }) => id);
  assertEquals(ids, [...new Set(ids)]);
  for (const [entry, file] of modelFiles) {
    assertEquals(entry.family, file.split("/")[0], `${entry.id} names another family than its folder`);
    const exported = Object.entries(await import(`./${file}`)).find(([, value]) => value === entry);
    assert(exported !== undefined, `${file} does not export ${entry.id}`);
    const test = `${entry.kind === "model" ? "testModel" : "testMethod"}(${exported[0]});`;
    assert((await read(file.replace(".ts", "_test.ts"))).includes(test), `no test of ${file} says ${test}`);
  }
});

const line = {
  id: "line",
  family: "classical",
  title: "A line",
  notes: [],
  build: () => ({ init: () => ({ params: {}, state: {} }), apply: () => ({ y: {}, state: {} }) }),
  trial: { ...regress({ config: {}, input: [1], output: [1] }), loss: () => tensor(0) },
};
const configuration = { config: {}, input: [1], parameters: 2 };

Deno.test("an entry without a proper id, configuration or count is refused", () => {
  const define = (id: string, configurations: Record<string, typeof configuration>) => () =>
    defineModel({ ...line, id, configurations });
  assertThrows(define("Line", { LINE: configuration }), TypeError, 'expected a kebab-case id, got "Line"');
  assertThrows(define("line", {}), TypeError, "expected a configuration, got none");
  assertThrows(define("line", { line: configuration }), TypeError, 'in CONSTANT_CASE, got "line"');
  const half = { ...configuration, parameters: 0.5 };
  assertThrows(define("line", { LINE: half }), RangeError, "a positive number of parameters, got 0.5");
  const fit = () => [];
  assertThrows(() => defineMethod({ ...line, title: "", trial: { fit } }), TypeError, "and a title");
});
