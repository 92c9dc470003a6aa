import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { COUNTS, ToyWorkspace } from "./_toy_workspace.ts";

const LOCK = "reports/toys/alpha/results.lock.json";
const record = (seed: number, id = "alpha", profile = "full") =>
  `.verbatim/runs/${id}/${profile}/${seed}/record.json`;

Deno.test("a fresh workspace is trained, pinned, found up to date and verified", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" }, { id: "beta-two", seeds: [5] });
  const first = await toys.run("reproduce");
  assertEquals(first.code, 0, first.err);
  assertStringIncludes(first.err, "alpha full seeds 1, 2: no record yet\n");
  assertStringIncludes(first.out, "3 runs: 3 new (unpinned).");
  assertStringIncludes(await toys.read("reports/toys/alpha/report.md"), "Toy alpha");

  const pinned = await toys.run("pin", "--reason", "first results");
  assertEquals([pinned.code, pinned.err], [0, ""]);
  assertStringIncludes(pinned.out, `alpha full: pinned 2 seeds in ${LOCK}`);
  assertStringIncludes(await toys.read(LOCK), '"reason": "first results"');
  assertStringIncludes(await toys.read("reports/README.md"), "toys/alpha/report.md");
  assertStringIncludes((await toys.run("pin", "--reason", "again")).out, "alpha full: already pinned");
  assertStringIncludes(await toys.read(LOCK), '"reason": "first results"');

  const again = await toys.run("reproduce");
  assertEquals([again.code, again.err], [0, ""]);
  assertStringIncludes(
    again.out,
    "Nothing is stale: 3 runs are up to date.\nNote: core has not been verified here yet",
  );

  const before = await toys.files(".", /verified\.json$/);
  const verified = await toys.run("verify", "--profile", "full");
  assertEquals(verified.code, 0, verified.err);
  assertStringIncludes(verified.out, "3 runs: 3 reproduced.");
  assertEquals(await toys.files(".", /verified\.json$/), before);
  assertEquals((await toys.run("reproduce")).out, "Nothing is stale: 3 runs are up to date.\n");

  await toys.write("core/mod.ts", "export const changed = 1;\n");
  assertStringIncludes(
    (await toys.run("reproduce")).out,
    "Note: core has changed since the last successful verify",
  );
  const listed = await toys.run("list", "toys");
  assertMatch(listed.out, /toys +alpha +0\/2 trained, 0\/2 pinned +2\/2 trained, 2\/2 pinned +- +Toy alpha/);
});

Deno.test("what is not pinned cannot be verified, and neither can a seed that is gone", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" });
  const unpinned = await toys.run("verify");
  assertEquals(unpinned.code, 1);
  assertStringIncludes(unpinned.out, "2 runs could not be verified: not pinned.");
  assertEquals(Object.keys(await toys.files(".verbatim").catch(() => ({}))), []);
  await toys.run("reproduce");
  await toys.run("pin", "--reason", "x");
  await toys.addToy({ id: "alpha", seeds: [1] });
  const orphan = await toys.runApart("verify", "--profile", "full");
  assertEquals(orphan.code, 1);
  const line = "alpha full seed 2 is pinned, but the experiment does not have it";
  assertStringIncludes(orphan.out, line);
  const reproduced = await toys.runApart("reproduce");
  assertEquals(reproduced.code, 1);
  assertStringIncludes(reproduced.out, line);
});

Deno.test("verify takes metrics near the pinned ones for what they are where inexact arithmetic is allowed", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" });
  await toys.run("reproduce");
  await toys.run("pin", "--reason", "x");
  const lock = await toys.read(LOCK);
  await toys.addToy({ id: "alpha", factor: 1.02 });
  const exact = await toys.runApart("verify", "--profile", "full");
  assertEquals(exact.code, 1);
  assertStringIncludes(exact.out, "2 runs: 2 DIFFERS.");
  const near = await toys.runApart("verify", "--profile", "full", "--allow-inexact");
  assertEquals(near.code, 0, near.err);
  assertStringIncludes(near.out, "2 runs: 2 near.");
  await toys.addToy({ id: "alpha", factor: 1.2 });
  const far = await toys.runApart("verify", "--profile", "full", "--allow-inexact");
  assertEquals(far.code, 1);
  assertStringIncludes(far.out, "2 runs: 2 DIFFERS.");
  assertEquals(await toys.read(LOCK), lock);
});

Deno.test("a change that moves bits is stale, named, and differs at its first step and tensor", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" });
  await toys.run("reproduce");
  await toys.run("pin", "--reason", "x");
  const lock = await toys.read(LOCK);

  const source = await toys.read("experiments/toys/alpha.ts");
  await toys.write(
    "experiments/toys/alpha.ts",
    source.replace("seed: 10 * seed", "seed: 10 * seed + (seed - 1)"),
  );
  const moved = await toys.runApart("reproduce");
  assertEquals(moved.code, 1);
  assertStringIncludes(moved.err, "alpha full seeds 1, 2: experiments/toys/alpha.ts changed\n");
  assertStringIncludes(moved.out, "2 runs: 1 reproduced, 1 DIFFERS.");
  const expected =
    /alpha full seed 2 DIFFERS: seed 2, training aux, step 0, tensor hidden1\/w: expected [0-9a-f]{12}…, got [0-9a-f]{12}… \(and \d+ more differences\)/;
  assertMatch(moved.out, expected);
  assertStringIncludes(
    moved.out,
    'What was meant to change becomes pinned by: deno task pin --profile full --reason "..."',
  );
  assertEquals(await toys.read(LOCK), lock);
  // It goes on to differ when nothing is stale any more.
  const still = await toys.runApart("reproduce");
  assertEquals(still.code, 1);
  assertMatch(still.out, expected);

  const refused = await toys.runApart("pin", "alpha");
  assertEquals([refused.code, refused.out], [2, ""]);
  assertStringIncludes(refused.err, "Cannot pin without a reason");
  assertEquals((await toys.runApart("pin", "alpha", "--reason", "another seed")).code, 0);
  assertNotEquals(await toys.read(LOCK), lock);
  assertEquals((await toys.runApart("reproduce")).code, 0);
});

Deno.test("a configuration that changed is named, and a stale record is not pinned", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" });
  // The configuration lies in a file that is not hashed as code: experiments import it from outside the workspace.
  const outside = await Deno.makeTempFile({ suffix: ".ts" });
  const source = (await toys.read("experiments/toys/alpha.ts")).replaceAll(
    "config: { steps: 40, pauseMs: 0 }",
    "config: imported",
  );
  await Deno.writeTextFile(outside, "export const imported = { steps: 20, pauseMs: 0 };");
  await toys.write("experiments/toys/alpha.ts", `import { imported } from "file://${outside}";\n${source}`);
  assertEquals((await toys.runApart("reproduce")).code, 0);
  await Deno.writeTextFile(outside, "export const imported = { steps: 30, pauseMs: 0 };");
  const pinned = await toys.runApart("pin", "--reason", "x");
  assertEquals(pinned.code, 1);
  const reason = "configuration changed: steps 20 -> 30";
  assertStringIncludes(pinned.out, `alpha full: not pinned, seed 1 is stale (${reason}); reproduce it first`);
  assertStringIncludes((await toys.runApart("reproduce")).err, `alpha full seeds 1, 2: ${reason}`);
  await Deno.remove(outside);
});

Deno.test("any number of jobs and workers gives the same records", async () => {
  const toys = [{ id: "alpha", seeds: [1, 2, 3] }, { id: "beta" }];
  await using one = await ToyWorkspace.make(...toys);
  await using two = await ToyWorkspace.make(...toys);
  assertEquals((await one.run("reproduce", "--jobs", "1", "--workers", "1")).code, 0);
  assertEquals((await two.run("reproduce", "--jobs", "2", "--workers", "2", "--quiet")).code, 0);
  const skip = /notes\.json$/;
  assertEquals(await two.files(".", skip), await one.files(".", skip));
});

Deno.test("only what was asked for is done, in the profile that was asked for", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" }, { id: "beta", family: "others" });
  assertEquals((await toys.run("reproduce", "others", "--profile", "quick")).code, 0);
  const files = Object.keys(await toys.files(".verbatim")).filter((path) => path.endsWith("record.json"));
  assertEquals(files, [record(1, "beta", "quick"), record(2, "beta", "quick")]);
  assertEquals(Object.keys(await toys.files("reports").catch(() => ({}))), []);
  const partial = await toys.run("pin", "--profile", "quick", "--reason", "x");
  assertEquals(partial.code, 0);
  assertStringIncludes(partial.out, "alpha quick: not pinned, seed 1 is stale (no record yet)");
  assertEquals((await toys.run("pin", "alpha", "--profile", "quick", "--reason", "x")).code, 1);
  assertEquals((await toys.run("verify", "beta")).code, 0);
});

Deno.test("a lock with a flipped bit differs, and one that was edited by hand is refused", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" });
  await toys.run("reproduce");
  await toys.run("pin", "--reason", "x");
  const lock = await toys.read(LOCK);

  const [, hash = ""] = /"hidden1\/w": "([0-9a-f]{64})"/.exec(lock) ?? [];
  await toys.write(LOCK, lock.replace(hash, (hash[0] === "0" ? "1" : "0") + hash.slice(1)));
  const flipped = await toys.run("verify", "--profile", "full");
  assertEquals(flipped.code, 1);
  assertStringIncludes(
    flipped.out,
    "alpha full seed 1 DIFFERS: seed 1, training aux, step 0, tensor hidden1/w: expected",
  );
  assertEquals((await toys.run("reproduce")).code, 1);

  await toys.write(LOCK, lock.replace(/"value": [0-9.]+/, '"value": 0.99'));
  for (const command of ["reproduce", "verify", "list"]) {
    const { code, out, err } = await toys.run(command);
    assertEquals([code, out], [1, ""]);
    assertMatch(
      err,
      /^Cannot read reports\/toys\/alpha\/results\.lock\.json: at [^\n]*: value 0.99 has the bits [^\n]*\n$/,
    );
  }
});

Deno.test("an experiment whose data cannot be had is skipped with the reason", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha", datasets: COUNTS }, { id: "beta" });
  const skipped = await toys.run("reproduce", "--offline");
  assertEquals(skipped.code, 0, skipped.err);
  assertStringIncludes(skipped.out, "4 runs: 2 new (unpinned), 2 skipped.");
  assertMatch(skipped.out, /alpha full seed 1 skipped: Cannot get "counts.bin" of data set "counts"/);
  assertEquals((await toys.run("reproduce", "alpha", "--offline")).code, 1, "nothing could be done");
  await toys.write(".verbatim/cache/counts/counts.bin", Uint8Array.of(1, 2, 3));
  const had = await toys.run("reproduce", "--offline");
  assertEquals(had.code, 0, had.err);
  assertStringIncludes(had.out, "alpha       full        1  new (unpinned)");
  assertMatch(await toys.read(record(1)), /"counts": "[0-9a-f]{64}"/);
});

Deno.test("a run that fails is told with its stack, and the others go on", async () => {
  await using toys = await ToyWorkspace.make(
    { id: "alpha", before: `throw new RangeError("seed " + seed + " does not work");` },
    {
      id: "beta",
      before: `setTimeout(() => { throw new Error("out of order"); }); await new Promise(() => {});`,
    },
    { id: "gamma" },
  );
  const { code, out, err } = await toys.run("reproduce", "--jobs", "2");
  assertEquals(code, 1);
  assertStringIncludes(err, "alpha full seed 2 failed: RangeError: seed 2 does not work\n    at Object.run");
  assertStringIncludes(out, "alpha full seed 1 failed: seed 1 does not work");
  assertMatch(out, /beta full seed 1 failed: .*out of order/);
  assertStringIncludes(out, "6 runs: 2 new (unpinned), 4 failed.");
});

Deno.test("wrong uses get one line with the nearest match and exit code 2", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" }, { id: "long-short-term" });
  const cases: [string[], string][] = [
    [["reprodcue"], 'Unknown command "reprodcue". Did you mean "reproduce"?'],
    [["foo"], 'Unknown command "foo". Known: reproduce, verify, pin, diff, claims, list, predict, weights.'],
    [["reproduce", "zzzzz"], 'Unknown experiment or family "zzzzz". "deno task list" shows them.'],
    [[], "Expected a command: reproduce, verify, pin, diff, claims, list, predict, weights."],
    [["reproduce", "alhpa"], 'Unknown experiment or family "alhpa". Did you mean "alpha"?'],
    [
      ["verify", "alpha", "long-shrt-term"],
      'Unknown experiment or family "long-shrt-term". Did you mean "long-short-term"?',
    ],
    [["reproduce", "toy"], 'Unknown experiment or family "toy". Did you mean "toys"?'],
    [["reproduce", "--wrkers", "2"], 'Unknown flag "--wrkers". Did you mean "--workers"?'],
    [
      ["reproduce", "--device", "gpu"],
      'Cannot read --device: expected "cpu" or "webgpu" or "reference", got "gpu". Did you mean "cpu"?',
    ],
    [["reproduce", "--jobs", "none"], 'Cannot read --jobs: expected an integer from 1 to 256, got "none".'],
    [["pin", "alpha"], 'Cannot pin without a reason: expected --reason "why the results are new".'],
    [
      ["pin", "alpha", "--reason", " "],
      'Cannot pin without a reason: expected --reason "why the results are new".',
    ],
    [["diff", "one"], "Cannot compare: expected two records, locks, folders or commits, got 1."],
    [
      ["diff", "one", "two"],
      'Cannot compare "one": expected a record, a lock, a folder of them or a commit.',
    ],
  ];
  for (const [args, line] of cases) {
    const { code, out, err } = await toys.run(...args);
    assertEquals([code, out, err], [2, "", `${line}\n`]);
  }
  for (const command of ["reproduce", "verify", "pin", "diff", "list", "predict", "weights"]) {
    const { code, out } = await toys.run(command, "--help");
    assertEquals(code, 0);
    assert(out.startsWith(`${command} `));
  }
});

Deno.test("files that define no experiment, the wrong family or a known id are named", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" });
  const source = await toys.read("experiments/toys/alpha.ts");
  const cases: [string, string, RegExp][] = [
    [
      "one",
      "export const x = 1;",
      /^Cannot load experiments\/toys\/one.ts: expected an experiment as default export/,
    ],
    ["two", "export default (", /^Cannot load experiments\/toys\/two.ts: /],
    ["five", 'import "./nowhere.ts";', /^Cannot load .*five.ts: Module not found .*nowhere.ts/],
    [
      "six",
      'export default 1;\nthrow new Error("at load");',
      /^Cannot load .*six.ts: at load\n +at file:.*six.ts:2:7\n$/,
    ],
    [
      "seven",
      source.replace('"alpha"', '"seven"').replace("seeds: [1,2]", "seeds: [1.5]"),
      /^Cannot load .*seven.ts: .*expected whole numbers as seeds in profile "quick", got 1.5\n/,
    ],
    [
      "eight",
      source.replace('"alpha"', '"eight"').replace("steps: 40", "steps: NaN"),
      /^Cannot load .*eight.ts: .*profiles.quick.config.steps as JSON: expected a JSON value, got NaN\n/,
    ],
    [
      "three",
      source.replace('"toys"', '"vision"'),
      /^Cannot load .*three.ts: expected the family "toys", as its folder/,
    ],
    [
      "four",
      source,
      /^Cannot load .*four.ts: expected a new id, got "alpha", as experiments\/toys\/alpha.ts has/,
    ],
  ];
  for (const [name, text, expected] of cases) {
    await toys.write(`experiments/toys/${name}.ts`, text);
    const { code, err } = await toys.run("list");
    assertEquals(code, 1);
    assertMatch(err, expected);
    assert(!err.includes("/runner/"), `a stack that helps nobody: ${err}`);
    await Deno.remove(toys.path(`experiments/toys/${name}.ts`));
  }
  // Tests, private files and the machinery are no experiments.
  for (
    const name of [
      "toys/alpha_test.ts",
      "toys/_common.ts",
      "toys/mod.ts",
      "runner/x.ts",
      "report/x.ts",
      "y.ts",
    ]
  ) {
    await toys.write(`experiments/${name}`, "export const x = 1;");
  }
  assertEquals((await toys.run("list")).code, 0);
});

Deno.test("with --json standard output is JSON lines and nothing else", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha" });
  const parse = (text: string): unknown[] => text.trim().split("\n").map((line) => JSON.parse(line));
  const first = await toys.run("reproduce", "--json");
  const events = parse(first.out).map((value) => {
    assert(typeof value === "object" && value !== null && "event" in value);
    return value.event;
  });
  assertEquals(events, ["stale", "stale", "run", "run", "summary"]);
  assertEquals(parse((await toys.run("pin", "--json", "--reason", "x")).out).length, 1);
  assertEquals(parse((await toys.run("list", "--json")).out).length, 1);
  assertEquals(parse((await toys.run("verify", "--json", "--profile", "full")).out).at(-1), {
    event: "summary",
    counts: {
      reproduced: 2,
      near: 0,
      "up to date": 0,
      "new (unpinned)": 0,
      DIFFERS: 0,
      skipped: 0,
      failed: 0,
    },
    ok: true,
  });
});

Deno.test("a record that is not valid is trained again", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha", seeds: [1] });
  await toys.run("reproduce");
  const whole = await toys.read(record(1));
  for (const broken of ["", whole.slice(0, 100), whole.replace('"format": 1', '"format": 9')]) {
    await toys.write(record(1), broken);
    const { code, err } = await toys.run("reproduce");
    assertEquals(code, 0);
    assertStringIncludes(err, "alpha full seed 1: its record is not valid");
    assertEquals(await toys.read(record(1)), whole);
  }
});

Deno.test("a report that cannot be written is named after the results, and made when it can be", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha", seeds: [1] });
  const page = "reports/toys/alpha/report.md";
  await toys.write(`${page}/inner`, "");
  const { code, out, err } = await toys.run("reproduce");
  assertEquals(code, 1);
  assertStringIncludes(out, "1 run: 1 new (unpinned).");
  assert(err.endsWith(`Cannot write ${toys.path(page)}: a folder has that name; move it away\n`), err);
  await Deno.remove(toys.path(page), { recursive: true });
  assertEquals((await toys.run("reproduce")).code, 0);
  assertStringIncludes(await toys.read(page), "Toy alpha");
});

Deno.test("a training that diverges says where, without a stack", async () => {
  const before = `const bad = monitor("diverging");
    bad.losses(0, new Float32Array([1, 2, Infinity, NaN]));
    bad.curve("loss", 4, NaN);`;
  await using toys = await ToyWorkspace.make({ id: "alpha", seeds: [1], before });
  const { code, out, err } = await toys.run("reproduce");
  assertEquals([code, err], [1, "1 of 1 run is stale:\n  alpha full seed 1: no record yet\n"]);
  assertStringIncludes(
    out,
    'Cannot record curve "loss" of training "diverging" at step 4: expected a finite number, got NaN; ' +
      'training "diverging" diverged: the loss of step 3 is Infinity',
  );
});

Deno.test("pin names records that were trained with other sources of core", async () => {
  await using toys = await ToyWorkspace.make({ id: "alpha", seeds: [1] });
  await toys.run("reproduce");
  await toys.write("core/mod.ts", "export const changed = 1;\n");
  const { code, out } = await toys.run("pin", "--reason", "x");
  assertEquals(code, 0);
  assertStringIncludes(out, "Trained with other sources of core than those here: alpha full seed 1.");
});
