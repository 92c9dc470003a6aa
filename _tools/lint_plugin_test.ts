/// <reference lib="deno.unstable" />
import { assertEquals } from "@std/assert";
import plugin from "./lint_plugin.ts";

/** The rules that a file breaks, in the order of the source. */
function lint(path: string, source: string): string[] {
  const filename = new URL(`../${path}`, import.meta.url).pathname;
  return Deno.lint.runPlugin(plugin, filename, source)
    .toSorted((a, b) => a.range[0] - b.range[0])
    .map(({ id }) => id.replace("verbatim/", ""));
}

/** Asserts that a line breaks the given rules in core, and none in a test. */
function check(line: string, ...rules: string[]): void {
  assertEquals(lint("core/ops/file.ts", line), rules, line);
  assertEquals(lint("core/ops/file_test.ts", line), [], line);
}

Deno.test("only the exact functions of Math pass", () => {
  check("const x = Math.abs(-1) + Math.fround(Math.PI) + Math.sqrt(Math.max(1, 2));");
  check("const { fround, imul: multiply } = Math;");
  check("const x = Math.sin(1);", "host-math");
  check("const x = Math['exp'](1);", "host-math");
  check("const x = globalThis.Math.log2(8);", "host-math");
  check("const x = Math[name](1);", "host-math");
  check("const { fround, tanh } = Math;", "host-math");
  check("const { fround, ...others } = Math;", "host-math");
  check("apply(Math);", "host-math");
  check("const x = values.map(Math.pow);", "host-math");
  check("const x = other.Math.sin(1), y = { Math: 1 };");
  check("type M = typeof Math;");
});

Deno.test("powers are written out", () => {
  check("const x = 2 ** 3;", "no-power");
  check("x **= 2;", "no-power");
  check("const x = 2 * 3; /** bold */ // a ** b");
});

Deno.test("nothing comes from chance or from a clock", () => {
  check("const x = Math.random();", "no-random");
  check("crypto.getRandomValues(x); globalThis.crypto.randomUUID();", "no-random", "no-random");
  check("const x = Date.now();", "no-clock");
  check("const x = new Date(), y = Date();", "no-clock", "no-clock");
  check("const x = performance.now();", "no-clock");
  check("const x = globalThis.performance.now();", "no-clock");
  check("const x = Temporal.Now.instant();", "no-clock");
  check("const x = calendar.now(), y = new DateRange();");
  assertEquals(
    lint("experiments/runner/clock.ts", "performance.now(); new Date(); crypto.randomUUID();"),
    [],
  );
  assertEquals(lint("experiments/runner/clock.ts", "Math.random();"), ["no-random"]);
  assertEquals(lint("experiments/vision/lenet.ts", "performance.now();"), ["no-clock"]);
  assertEquals(lint("data/progress.ts", "performance.now(); Math.sin(1);"), []);
});

Deno.test("promises do not race", () => {
  check("await Promise.race([a, b]);", "no-race");
  check("await Promise.all([a, b]);");
});

Deno.test("types are not switched off", () => {
  check("const x: any = 1;", "no-any");
  check("function f(x: unknown): Array<any> { return [x]; }", "no-any");
  check("const x = y as unknown as string;", "no-double-cast");
  check("const x = (y as unknown) as string;", "no-double-cast");
  check("const x = y as unknown;");
  assertEquals(lint("data/file.ts", "const x: any = y as unknown as string;"), ["no-any", "no-double-cast"]);
  assertEquals(lint("third_party/file.ts", "const x: any = 1;"), []);
});

Deno.test("a file of core imports from its own layer and those below", () => {
  check('import { a } from "./other.ts";');
  check('import { a } from "../tensor/tensor.ts";');
  check('import type { A } from "../nn/linear.ts";', "layers");
  check('export { a } from "../training/train.ts";', "layers");
  check('export * from "../optim/adam.ts";', "layers");
  check('const a = await import("../nn/linear.ts");', "layers");
  check('type A = import("../nn/linear.ts").A;', "layers");
  check('import { a } from "../mod.ts";', "layers");
  check('import { a } from "../elsewhere/a.ts";', "layers");
  assertEquals(lint("core/elsewhere/a.ts", 'import { a } from "../ops/add.ts";'), ["layers"]);
  assertEquals(lint("core/backends/wasm/a.ts", 'import { a } from "../../kernels/map.ts";'), []);
  assertEquals(lint("core/backends/wasm/a.ts", 'import { a } from "../../tensor/tensor.ts";'), ["layers"]);
  assertEquals(lint("core/mod.ts", 'export * from "./training/mod.ts";'), []);
});

Deno.test("members import one another by name, and core imports none", () => {
  check('import { a } from "@verbatim/models";', "layers");
  check('import { a } from "apache-arrow";', "layers");
  check('import { a } from "node:worker_threads";');
  check('import { a } from "../../data/dataset.ts";', "layers");
  assertEquals(lint("models/vision/a.ts", 'import { a } from "@verbatim/core";'), []);
  assertEquals(lint("models/vision/a.ts", 'import { a } from "@verbatim/data";'), ["layers"]);
  assertEquals(lint("models/vision/a.ts", 'import { a } from "../../core/mod.ts";'), ["layers"]);
  assertEquals(lint("data/a.ts", 'import "@verbatim/core"; import "fflate";'), []);
  assertEquals(lint("data/a.ts", 'import { a } from "@verbatim/experiments";'), ["layers"]);
  assertEquals(
    lint("experiments/a.ts", 'import "@verbatim/core"; import "@verbatim/models"; import "valibot";'),
    [],
  );
  assertEquals(lint("_tools/a.ts", 'import { a } from "../core/mod.ts";'), []);
});

Deno.test("private files stay in their folder, and may help its tests", () => {
  assertEquals(lint("core/ops/a.ts", 'import { a } from "./_b.ts";'), []);
  assertEquals(lint("core/ops/deep/a.ts", 'import { a } from "../_b.ts";'), []);
  assertEquals(lint("core/ops/a.ts", 'import { a } from "../kernels/_b.ts";'), ["layers"]);
  assertEquals(lint("core/ops/a_test.ts", 'import { a } from "../kernels/_b.ts";'), ["layers"]);
  assertEquals(lint("core/ops/a.ts", 'import { a } from "./deep/_b.ts";'), ["layers"]);
  assertEquals(lint("_tools/a.ts", 'import { a } from "../core/ops/_b.ts";'), ["layers"]);
  assertEquals(
    lint("core/ops/_b.ts", 'import { assert } from "@std/assert"; import fc from "fast-check";'),
    [],
  );
  assertEquals(lint("core/ops/a.ts", 'import { assert } from "@std/assert";'), ["layers"]);
});

Deno.test("what tests share is imported by tests only, and imports what it likes", () => {
  const check = 'import { checkOperation } from "../testing/check_operation.ts";';
  assertEquals(lint("core/nn/a_test.ts", check), []);
  assertEquals(lint("core/testing/a.ts", check), []);
  assertEquals(lint("core/nn/a.ts", check), ["layers"]);
  assertEquals(lint("core/mod.ts", 'export * from "./testing/check_operation.ts";'), ["layers"]);
  assertEquals(lint("core/nn/a.ts", 'import { a } from "./b_test.ts";'), ["layers"]);
  assertEquals(lint("core/testing/a.ts", 'import "@std/assert"; import "../training/train.ts";'), []);
  assertEquals(lint("core/testing/a.ts", 'import { a } from "../ops/_b.ts";'), ["layers"]);
});

Deno.test("a file has at most 400 lines of code, and as many comments as it likes", () => {
  const code = (lines: number) => "f();\n".repeat(lines);
  assertEquals(lint("core/ops/a.ts", code(400)), []);
  assertEquals(lint("core/ops/a.ts", code(401)), ["file-length"]);
  assertEquals(lint("core/ops/a_test.ts", code(401)), ["file-length"]);
  const comments = "// one\n\n/**\n * Several: é, 中, 😀\n */\n".repeat(200);
  assertEquals(lint("core/ops/a.ts", comments + code(400)), []);
  assertEquals(lint("core/ops/a.ts", comments + code(401)), ["file-length"]);
  assertEquals(lint("core/ops/a.ts", code(399) + "const text = `// no\n/* comment */`;\n"), ["file-length"]);
});
