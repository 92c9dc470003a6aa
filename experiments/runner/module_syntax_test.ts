import { assertEquals } from "@std/assert";
import { readModuleSyntax } from "./module_syntax.ts";

function imports(source: string): string[] {
  return readModuleSyntax(source).imports.map(({ specifier, name }) => `${specifier} ${name}`);
}

Deno.test("the forms of import", () => {
  const source = `#!/usr/bin/env deno
    import "./effects.ts";
    import standard from "./a.ts";
    import standard2, { one, two as second, "a name" as third, default as fourth } from './b.ts';
    import * as all from "./c.ts"
    import both, * as rest from "./d.ts";
    import {
      three, // with a comment
      type Four,
      type Five as Six,
      type,
    } from "./e.ts";
    import table from "./f.json" with { type: "json" };
    const later = await import("./g.ts");
    import type from "./h.ts";
    import type, { x } from "./i.ts";`;
  assertEquals(imports(source), [
    "./effects.ts *",
    "./a.ts default",
    "./b.ts default",
    "./b.ts one",
    "./b.ts two",
    "./b.ts a name",
    "./b.ts default",
    "./c.ts *",
    "./d.ts default",
    "./d.ts *",
    "./e.ts three",
    "./e.ts type",
    "./f.json default",
    "./g.ts *",
    "./h.ts default",
    "./i.ts default",
    "./i.ts x",
  ]);
});

Deno.test("types are no imports", () => {
  const source = `import type { A } from "./a.ts";
    import type B from "./b.ts";
    import type * as C from "./c.ts";
    import type from from "./d.ts";
    import { type D } from "./e.ts";
    export type { E } from "./f.ts";
    export type * from "./g.ts";
    export { type F, type G as H } from "./h.ts";`;
  const { passedOn } = readModuleSyntax(source);
  assertEquals(imports(source), []);
  assertEquals(passedOn, []);
});

Deno.test("comments, strings, templates and regular expressions hide nothing and show nothing", () => {
  const source = `
    // import "./no1.ts";
    /* import "./no2.ts"; */ import { a } from /* "./no3.ts" */ "./yes1.ts"; // export * from "./no4.ts"
    const text = "import './no5.ts'" + 'it\\'s import("./no6.ts")';
    const url = "http://not-a-comment"; import { b } from "./yes2.ts";
    const template = \`import("./no7.ts") \${await import("./yes3.ts")} \\\` \${ { k: \`\${1}\` }.k } import("./no8.ts")\`;
    const pattern = /["'\`]import\\("\\/no9.ts"\\)[/"]/g, half = a / b / "import('./no10.ts')".length;
    const object = { import: 1, export: 2 }; object.import("./no11.ts"); object.export;
    if (import.meta.main) console.log(import.meta.url);
    return /"/.test(text); import { c } from "./yes4.ts";
    function f() { return import("./yes5.ts"); }`;
  assertEquals(imports(source), ["./yes1.ts a", "./yes2.ts b", "./yes3.ts *", "./yes4.ts c", "./yes5.ts *"]);
});

Deno.test("names that a module declares", () => {
  const source = `
    export const a = 1, b = { no: 2, no2: [3] }, c = (d: number, e: number) => d;
    export let { f, g: h, ...i } = x;
    export function j() { const no3 = 1; }
    export async function* k() {}
    export abstract class L {}
    export const enum M { No4 }
    export declare namespace N {}
    export type O = { no5: 1 };
    export interface P { no6: 1 }
    export { q, r as s };
    export default function t() {}`;
  const { exports, onlyPassesOn } = readModuleSyntax(source);
  const expected = ["a", "b", "c", "f", "h", "i", "j", "k", "L", "M", "N", "O", "P", "q", "s", "default"];
  for (const name of expected) assertEquals([name, exports.has(name)], [name, true]);
  for (const name of ["no", "no2", "d", "e", "no3", "No4", "no5", "no6", "r", "x"]) {
    assertEquals([name, exports.has(name)], [name, false]);
  }
  assertEquals(onlyPassesOn, false);
});

Deno.test("a module that only passes names on", () => {
  const source = `/** Models. @module */
    export * from "./a.ts";
    export * as vision from "./vision/mod.ts";
    export { b, c as d } from "./b.ts";
    export { default as e } from "./e.ts" with { type: "json" };
    export {};`;
  const { passedOn, onlyPassesOn } = readModuleSyntax(source);
  assertEquals(passedOn, [
    { specifier: "./a.ts", name: "*", as: undefined },
    { specifier: "./vision/mod.ts", name: "*", as: "vision" },
    { specifier: "./b.ts", name: "b", as: "b" },
    { specifier: "./b.ts", name: "c", as: "d" },
    { specifier: "./e.ts", name: "default", as: "e" },
  ]);
  assertEquals(onlyPassesOn, true);
  assertEquals(readModuleSyntax(`${source} console.log(1);`).onlyPassesOn, false);
  assertEquals(readModuleSyntax(`${source} export const f = 1;`).onlyPassesOn, false);
  assertEquals(readModuleSyntax("export {};").onlyPassesOn, false);
});

Deno.test("files that are named by URL", () => {
  const source = `const table = await Deno.readTextFile(new URL("./table.csv", import.meta.url));
    new URL("./no.csv", base); // new URL("./no2.csv", import.meta.url)`;
  assertEquals(readModuleSyntax(source).files, ["./table.csv"]);
});

Deno.test("the sources of this workspace can be read", async () => {
  const source = await Deno.readTextFile(new URL("./monitor.ts", import.meta.url));
  assertEquals(imports(source), [
    "@verbatim/data/files diskWriter",
    "@verbatim/data/files readFileIfThere",
    "@verbatim/data/files writeFileAtomically",
    "./checkpoint_file.ts decodeCheckpoint",
    "./checkpoint_file.ts encodeCheckpoint",
    "./clock.ts now",
    "./failures.ts DivergedError",
  ]);
});
