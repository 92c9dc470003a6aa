/**
 * `run_tests.ts [--full] [--beside=FOLDERS] [flags and files of deno test]`: runs `deno test` and ends with one line of
 * counts.
 *
 * All arguments go to `deno test` as they are, permissions included; behind `--` they go to the tests, and so does
 * `--full`, which asks for the tests that take many minutes: `Deno.args` of a test has it. Where no file is named, the
 * folders of `--beside` are tested by a process of their own beside the others', which takes half as long on two cores,
 * and its report follows theirs. The last line is
 * `N passed, N failed`, with `, N skipped` if any were, counted from the junit report; steps count as tests. The exit
 * code is 0 only if something ran, nothing failed, and `deno test` itself found nothing wrong.
 *
 * @module
 */

/** How the cases of a run ended. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts the cases of a junit report. */
export function countCases(junit: string): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  // Names and messages are escaped, so a tag is a tag.
  for (
    const [, attributes, content = ""] of junit.matchAll(/<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)
  ) {
    if (attributes === undefined || /<(failure|error)\b/.test(content)) counts.failed++;
    else if (/<skipped\b/.test(content)) counts.skipped++;
    else counts.passed++;
  }
  return counts;
}

/** The last line of a run. */
export function countLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** Whether a line of the report only says that a test passed: in a log those say nothing beside the count. */
export function isPass(line: string): boolean {
  // deno-lint-ignore no-control-regex
  return / \.\.\. ok \([\d.µms]+\)$/.test(line.replaceAll(/\x1b\[[\d;]*m/g, ""));
}

/** The arguments of `deno test`: `--full` is for the tests. */
export function testArguments(args: readonly string[]): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const [flags, rest] = [args.slice(0, end), args.slice(end + 1)];
  const forTests = flags.includes("--full") ? ["--full", ...rest] : rest;
  return [...flags.filter((flag) => flag !== "--full"), ...(forTests.length > 0 ? ["--", ...forTests] : [])];
}

/** The arguments of every `deno test` that is to run: two at the same time where folders are tested beside the others. */
export function runsOf(args: readonly string[]): string[][] {
  const BESIDE = "--beside=";
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const [flags, rest] = [args.slice(0, end), args.slice(end)];
  const folders = flags.find((flag) => flag.startsWith(BESIDE))?.slice(BESIDE.length);
  const others = flags.filter((flag) => !flag.startsWith(BESIDE));
  // A word may be a file, or the value of a flag: all that it says is to be tested by one process.
  if (folders === undefined || others.some((flag) => !flag.startsWith("-"))) {
    return [testArguments([...others, ...rest])];
  }
  return [
    testArguments([...others, `--ignore=${folders}`, ...rest]),
    testArguments([...others, ...folders.split(","), ...rest]),
  ];
}

/** Writes all of a text. */
function write(text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += Deno.stdout.writeSync(bytes.subarray(done));
}

/** Hands on what a process writes, line by line, without the passes. */
async function forward(from: ReadableStream<Uint8Array>, to: (text: string) => void): Promise<void> {
  let rest = "";
  for await (const text of from.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (!isPass(line)) to(`${line}\n`);
  }
  if (rest !== "") to(rest);
}

/** Runs `deno test` once, and returns its exit code and the counts of its report. */
async function runOnce(
  args: readonly string[],
  junit: string,
  to: ((text: string) => void) | undefined,
): Promise<{ code: number; counts: Counts }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", `--junit-path=${junit}`, ...args],
    stdout: to === undefined ? "inherit" : "piped",
    stderr: "inherit",
  }).spawn();
  if (to !== undefined) await forward(child.stdout, to);
  const { code } = await child.status;
  return { code, counts: countCases(await readIfThere(junit)) };
}

/** Runs the tests and returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "verbatim-tests-" });
  try {
    const calm = !Deno.stdout.isTerminal();
    const [first, ...others] = runsOf(args);
    const waiting: string[] = [];
    let waits = true;
    const later = (text: string) => waits ? void waiting.push(text) : write(text);
    const runs = [
      runOnce(first!, `${directory}/0.xml`, calm ? write : undefined).then((result) => {
        waits = false;
        write(waiting.join(""));
        return result;
      }),
      ...others.map((each, i) => runOnce(each, `${directory}/${i + 1}.xml`, later)),
    ];
    const total = { passed: 0, failed: 0, skipped: 0 };
    for (const { code, counts } of await Promise.all(runs)) {
      // Errors outside of tests (types, a file that does not load) are in no report: the run itself is what failed.
      const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed;
      if (failed > counts.failed) console.log(`deno test ended with code ${code}, though no test failed`);
      total.passed += counts.passed;
      total.failed += failed;
      total.skipped += counts.skipped;
    }
    if (total.passed + total.failed === 0) console.log("No test ran");
    console.log(countLine(total));
    return total.failed > 0 || total.passed === 0 ? 1 : 0;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "";
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
