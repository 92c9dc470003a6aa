import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { countCases, countLine, isPass, runsOf, testArguments } from "./run_tests.ts";

Deno.test("countCases tells passes, failures, errors and skips apart", () => {
  const junit = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="6" failures="2" errors="0" time="0.044">
    <testsuite name="./a_test.ts" tests="6" disabled="1" errors="0" failures="2">
        <testcase name="one &lt;failure&gt;" classname="./a_test.ts" time="0.004" line="1" col="6">
        </testcase>
        <testcase name="two" classname="./a_test.ts" time="0.004" line="1" col="6"/>
        <testcase name="three" classname="./a_test.ts" time="0.001" line="2" col="6">
            <failure message="Uncaught Error: &lt;testcase&gt;">Error:
 &lt;skipped/&gt;</failure>
        </testcase>
        <testcase name="four" classname="./a_test.ts"><error message="x"/></testcase>
        <testcase name="five" classname="./a_test.ts" line="3" col="11">
            <skipped/>
        </testcase>
        <testcase name="five &gt; step" classname="./a_test.ts">
        </testcase>
    </testsuite>
</testsuites>`;
  assertEquals(countCases(junit), { passed: 3, failed: 2, skipped: 1 });
  assertEquals(countCases(""), { passed: 0, failed: 0, skipped: 0 });
});

Deno.test("countLine names skips only if there are any", () => {
  assertEquals(countLine({ passed: 12, failed: 0, skipped: 0 }), "12 passed, 0 failed");
  assertEquals(countLine({ passed: 1, failed: 2, skipped: 3 }), "1 passed, 2 failed, 3 skipped");
});

Deno.test("isPass finds the lines that only say that a test passed", () => {
  assert(isPass("a test ... ok (3ms)"));
  assert(isPass("  a step ... \x1b[32mok\x1b[0m (413µs)"));
  assert(!isPass("a test ... FAILED (3ms)"));
  assert(!isPass("a test ... ignored (0ms)"));
  assert(!isPass("running 3 tests from ./a_test.ts"));
  assert(!isPass("it went ok (3ms) or not"));
});

Deno.test("testArguments hands --full to the tests", () => {
  assertEquals(testArguments(["-A", "a_test.ts"]), ["-A", "a_test.ts"]);
  assertEquals(testArguments(["-A", "--full", "a_test.ts"]), ["-A", "a_test.ts", "--", "--full"]);
  assertEquals(testArguments(["--full", "-A", "--", "x"]), ["-A", "--", "--full", "x"]);
  assertEquals(testArguments(["-A", "--", "--full", "x"]), ["-A", "--", "--full", "x"]);
});

Deno.test("runsOf tests folders beside the others, unless something is named", () => {
  assertEquals(runsOf(["-A", "--full", "--", "x"]), [["-A", "--", "--full", "x"]]);
  assertEquals(runsOf(["--beside=b,c", "-A", "--full"]), [
    ["-A", "--ignore=b,c", "--", "--full"],
    ["-A", "b", "c", "--", "--full"],
  ]);
  assertEquals(runsOf(["--beside=b", "-A", "a_test.ts", "--", "x"]), [["-A", "a_test.ts", "--", "x"]]);
});

/** Runs the tool on files in a folder of their own. */
async function runOn(
  files: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<[number, string[]]> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(`${directory}/${name}`), { recursive: true });
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    const tool = new URL("./run_tests.ts", import.meta.url).pathname;
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--no-config", tool, "--no-config", ...args],
      cwd: directory,
      stderr: "null",
    }).output();
    return [code, new TextDecoder().decode(stdout).trimEnd().split("\n")];
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const mayRun = Deno.permissions.querySync({ name: "run" }).state === "granted";

Deno.test({
  name: "the tool ends with the counts, and with code 0 only if something ran and nothing failed",
  ignore: !mayRun, // it starts processes, which needs the permission to run
  async fn() {
    const good = 'Deno.test("good", () => {}); Deno.test("better", () => {});';
    const [code, lines] = await runOn({ "a_test.ts": good }, "--no-check");
    assertEquals([code, lines.at(-1)], [0, "2 passed, 0 failed"]);
    assert(lines.every((line) => !line.includes("better")), "passes are left out");

    const bad =
      `${good} Deno.test("bad", () => { throw new Error(); }); Deno.test.ignore("later", () => {});`;
    const [badCode, badLines] = await runOn({ "a_test.ts": bad }, "--no-check");
    assertEquals([badCode, badLines.at(-1)], [1, "2 passed, 1 failed, 1 skipped"]);

    const [noneCode, noneLines] = await runOn({ "a_test.ts": good }, "--no-check", "--filter=other");
    assertEquals([noneCode, noneLines.at(-1)], [1, "0 passed, 0 failed, 2 skipped"]);

    const slow = 'Deno.test({ name: "slow", ignore: !Deno.args.includes("--full"), fn() {} });';
    for (
      const [flags, line] of [[[], "2 passed, 0 failed, 1 skipped"], [
        ["--full"],
        "3 passed, 0 failed",
      ]] as const
    ) {
      const [slowCode, slowLines] = await runOn(
        { "a_test.ts": good, "b_test.ts": slow },
        "--no-check",
        ...flags,
      );
      assertEquals([slowCode, slowLines.at(-1)], [0, line]);
    }

    const besides = { "a_test.ts": good, "b/b_test.ts": bad };
    const [besideCode, besideLines] = await runOn(besides, "--no-check", "--beside=b");
    assertEquals([besideCode, besideLines.at(-1)], [1, "4 passed, 1 failed, 1 skipped"]);
    const [first, second] = ["a", "b/b"].map((name) =>
      besideLines.findIndex((line) => line.includes(`./${name}_test.ts`))
    );
    assert(0 <= first! && first! < second!, "the report of what is beside follows");

    const [typeCode, typeLines] = await runOn({ "a_test.ts": `${good} export const x: number = "";` });
    assertEquals([typeCode, typeLines.at(-1)], [1, "0 passed, 1 failed"]);

    const [loadCode, loadLines] = await runOn({
      "a_test.ts": good,
      "b_test.ts": 'throw new Error("at load");',
    });
    assertEquals([loadCode, loadLines.at(-1)], [1, "2 passed, 1 failed"]);
  },
});
