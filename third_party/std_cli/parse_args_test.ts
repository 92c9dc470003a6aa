import { assertEquals, assertThrows } from "@std/assert";
import { parseArgs, type ParseOptions } from "./parse_args.ts";

/** What the arguments, written as one line, are parsed to. */
function parse(line: string, options?: ParseOptions): Record<string, unknown> {
  return { ...parseArgs(line === "" ? [] : line.split(" "), options) };
}

Deno.test("parseArgs takes values behind a space and behind =", () => {
  assertEquals(parse("--name value --other=1 file"), {
    _: ["file"],
    name: "value",
    other: 1,
  });
  assertEquals(parse("--a=b=c"), { _: [], a: "b=c" });
  assertEquals(parse("--a --b"), { _: [], a: true, b: true });
  assertEquals(parse("--a -5"), { _: [], a: true, 5: true });
  assertEquals(parse("--a=-5"), { _: [], a: -5 });
  assertEquals(parse("--no-color=red"), { _: [], color: "red" });
});

Deno.test("parseArgs turns numbers into numbers unless the flag is a string", () => {
  assertEquals(parse("--n 0x10 --m 1e3 --s 7 8 x9", { string: ["s"] }), {
    _: [8, "x9"],
    n: 16,
    m: 1000,
    s: "7",
  });
  assertEquals(parse("8 9", { string: "_" }), { _: ["8", "9"] });
  assertEquals(parse("--s", { string: ["s"] }), { _: [], s: "" });
  assertEquals(parse("--s --t", { string: ["s"] }), { _: [], s: "", t: true });
});

Deno.test("parseArgs gives boolean flags no value but true and false", () => {
  const options = { boolean: ["quiet", "json"] };
  assertEquals(parse("--quiet file", options), {
    _: ["file"],
    quiet: true,
    json: false,
  });
  assertEquals(parse("--quiet false file", options), {
    _: ["file"],
    quiet: false,
    json: false,
  });
  assertEquals(parse("--json=false --quiet=yes", options), {
    _: [],
    quiet: true,
    json: false,
  });
  assertEquals(parse("--all of --them", { boolean: true }), {
    _: ["of"],
    all: true,
    them: true,
  });
  assertEquals(parse("--loose true x"), { _: ["x"], loose: "true" });
});

Deno.test("parseArgs negates what is negatable", () => {
  const options = { boolean: ["color"], negatable: ["color"] };
  assertEquals(parse("--no-color", options), { _: [], color: false });
  assertEquals(parse("", { ...options, default: { color: true } }), {
    _: [],
    color: true,
  });
  assertEquals(parse("--no-color"), { _: [], "no-color": true });
  assertEquals(parse("--no-file", { string: ["file"], negatable: ["file"] }), {
    _: [],
    file: false,
  });
});

Deno.test("parseArgs collects, and otherwise keeps the last value", () => {
  assertEquals(parse("--a 1 --a 2"), { _: [], a: 2 });
  assertEquals(parse("--a 1 --a=2", { collect: ["a"], string: ["a"] }), {
    _: [],
    a: ["1", "2"],
  });
  assertEquals(parse("--a 1", { collect: ["a", "b"] }), { _: [], a: [1] });
  assertEquals(
    parse("", { collect: ["a", "b"], string: ["a"], boolean: ["b"] }),
    { _: [], a: [], b: [] },
  );
});

Deno.test("parseArgs gives a value to all aliases", () => {
  const options = {
    alias: { verbose: "v", output: ["o", "out"] },
    boolean: ["verbose"],
    string: ["o"],
  };
  assertEquals(parse("-v x", options), { _: ["x"], verbose: true, v: true });
  assertEquals(parse("--out 3", options), {
    _: [],
    o: "3",
    out: "3",
    output: "3",
    verbose: false,
    v: false,
  });
  assertEquals(parse("", { alias: { n: "number" }, default: { n: 4 } }), {
    _: [],
    n: 4,
    number: 4,
  });
  assertEquals(
    parse("-I a -I b", { alias: { include: "I" }, collect: "include" }),
    {
      _: [],
      include: ["a", "b"],
      I: ["a", "b"],
    },
  );
});

Deno.test("parseArgs takes letters together, with a value behind the last", () => {
  assertEquals(parse("-abc value"), { _: [], a: true, b: true, c: "value" });
  assertEquals(parse("-n5 -m=x -ko"), {
    _: [],
    n: 5,
    m: "x",
    k: true,
    o: true,
  });
  assertEquals(parse("-p 80 -h", { boolean: ["h"] }), {
    _: [],
    p: 80,
    h: true,
  });
  assertEquals(parse("-h file", { boolean: ["h"] }), { _: ["file"], h: true });
  assertEquals(parse("-a/b -"), { _: ["-"], a: "/b" });
  assertEquals(parse("-s", { string: ["s"] }), { _: [], s: "" });
});

Deno.test("parseArgs leaves what follows --, and what follows the first argument if it stops early", () => {
  assertEquals(parse("a --b -- --c 5"), { _: ["a", "--c", "5"], b: true });
  assertEquals(parse("a -- --c 5", { "--": true }), {
    _: ["a"],
    "--": ["--c", "5"],
  });
  assertEquals(parse("--x 1 task --flag 2", { stopEarly: true }), {
    _: ["task", "--flag", "2"],
    x: 1,
  });
});

Deno.test("parseArgs asks about what it does not know", () => {
  const asked: unknown[] = [];
  const unknown = (...what: unknown[]) => {
    asked.push(what);
    return false;
  };
  const options = { boolean: ["known"], alias: { long: "l" }, unknown };
  assertEquals(parse("--known --what 3 file -l 2", options), {
    _: [],
    known: true,
    long: 2,
    l: 2,
  });
  assertEquals(asked, [["--what", "what", "3"], ["file"]]);
  assertEquals(parse("--what 3 file", { unknown: () => true }), {
    _: ["file"],
    what: 3,
  });
});

Deno.test("parseArgs defines properties of the result only", () => {
  const result = parseArgs(["--__proto__", "x", "--toString", "y"]);
  assertEquals(Object.getPrototypeOf(result), Object.prototype);
  assertEquals(Object.keys(result), ["_", "__proto__", "toString"]);
});

Deno.test("parseArgs refuses an alias of undefined", () => {
  assertThrows(
    () => parseArgs([], { alias: { a: undefined } as never }),
    TypeError,
    "Alias",
  );
});

Deno.test("parseArgs types the flags it is told of", () => {
  const args = parseArgs(["--json", "--jobs", "2"], {
    boolean: ["json"],
    string: ["jobs", "only"],
    collect: ["only"],
    default: { jobs: "1" },
  });
  const json: boolean = args.json;
  const jobs: string = args.jobs;
  const only: string[] = args.only;
  assertEquals([json, jobs, only], [true, "2", []]);
});
