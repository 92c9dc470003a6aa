/**
 * `run_tests.ts [--full] [flags and files of deno test]`: runs `deno test` and ends with one line of counts.
 *
 * All arguments go to `deno test` as they are, permissions included; behind `--` they go to the tests, and so does
 * `--full`, which asks for the tests that take many minutes: `Deno.args` of a test has it. The last line is
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

/** Copies a stream to another line by line, without the passes. */
async function forward(
  from: ReadableStream<Uint8Array>,
  to: { writeSync(bytes: Uint8Array): number },
): Promise<void> {
  const write = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    for (let done = 0; done < bytes.length;) done += to.writeSync(bytes.subarray(done));
  };
  let rest = "";
  for await (const text of from.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (!isPass(line)) write(`${line}\n`);
  }
  if (rest !== "") write(rest);
}

/** Runs `deno test` and returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "verbatim-tests-" });
  try {
    const junit = `${directory}/junit.xml`;
    const calm = !Deno.stdout.isTerminal();
    const child = new Deno.Command(Deno.execPath(), {
      args: ["test", `--junit-path=${junit}`, ...testArguments(args)],
      stdout: calm ? "piped" : "inherit",
      stderr: "inherit",
    }).spawn();
    if (calm) await forward(child.stdout, Deno.stdout);
    const { code } = await child.status;
    const counts = countCases(await readIfThere(junit));
    // Errors outside of tests (types, a file that does not load) are in no report: the run itself is what failed.
    const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed;
    if (failed > counts.failed) console.log(`deno test ended with code ${code}, though no test failed`);
    else if (counts.passed + failed === 0) console.log("No test ran");
    console.log(countLine({ ...counts, failed }));
    return failed > 0 || counts.passed === 0 ? 1 : 0;
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
