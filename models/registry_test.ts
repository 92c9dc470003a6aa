import { assert, assertEquals, assertThrows } from "@std/assert";
import { tensor } from "@verbatim/core";
import { defineMethod, defineModel, regress } from "./mod.ts";
import { registry } from "./registry.ts";

const read = (path: string) => Deno.readTextFile(new URL(path, import.meta.url));

Deno.test("every entry has an id of its own, and a test beside its file that runs the contract", async () => {
  const ids = registry.map(({ id }) => id);
  assertEquals(ids, [...new Set(ids)]);
  const lines = (await read("registry.ts")).matchAll(/^import \{ (.+) \} from "\.\/(.+)\/(.+)\.ts";$/gm);
  const exported = [...lines].flatMap(([, names, family, stem]) =>
    names!.split(", ").map((name) => ({ name, family, stem }))
  );
  assertEquals(exported.length, registry.length);
  const modules = new Map<string, Record<string, unknown>>();
  for (const { name, family, stem } of exported) {
    const path = `./${family}/${stem}.ts`;
    if (!modules.has(path)) modules.set(path, await import(path));
    const entry = registry.find((entry) => entry === modules.get(path)![name]);
    assert(entry !== undefined, `${name} of ${path} is not in the registry`);
    assertEquals(entry.family, family, `${entry.id} names another family than its folder`);
    const test = entry.kind === "model" ? `testModel(${name});` : `testMethod(${name});`;
    assert((await read(path.replace(".ts", "_test.ts"))).includes(test), `no test says ${test}`);
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
