import { assert, assertEquals, assertMatch } from "@std/assert";
import { filesBelow, fillCache, toyDataset, withDirectory } from "./_toy_dataset.ts";
import { main } from "./cli.ts";
import { fashionMnist } from "./datasets/fashion_mnist.ts";
import { ProgressLine } from "./progress_line.ts";

const toy = toyDataset();

async function run(...args: string[]) {
  const printed: string[] = [];
  const reported: string[] = [];
  const code = await main(args, {
    datasets: [toy.dataset, fashionMnist],
    print: (line) => printed.push(line),
    report: (line) => reported.push(line),
  });
  return { code, printed, reported };
}

Deno.test("data --list shows every data set and fetches nothing", () =>
  withDirectory(async (directory) => {
    const { code, printed, reported } = await run("--list", "--directory", directory);
    assertEquals(code, 0);
    assertEquals(reported, []);
    assertEquals(printed.length, 2);
    assertMatch(
      printed[1]!,
      /^fashion-mnist: Fashion-MNIST, train 60000 rows, test 10000 rows, licence MIT, https:/,
    );
    assertEquals(filesBelow(directory), []);
  }));

Deno.test("data makes what is named, and says where it came from", () =>
  withDirectory(async (directory) => {
    fillCache(directory, toy);
    const { code, printed, reported } = await run("toy-points", "--offline", "--directory", directory);
    assertEquals([code, reported], [0, []]);
    assertMatch(
      printed[0]!,
      /^toy-points: ready, train 3000 rows, test 7 rows, content [0-9a-f]{16}…, from cache$/,
    );
    const verified = await run("toy-points", "--offline", "--verify", `--directory=${directory}`);
    assertMatch(verified.printed[0]!, /^toy-points: verified, /);
  }));

Deno.test("data exits with 1 and says why when a data set cannot be had", () =>
  withDirectory(async (directory) => {
    const { code, printed, reported } = await run("toy-points", "--offline", "--directory", directory);
    assertEquals([code, printed], [1, []]);
    assert(reported.at(-1)!.startsWith('Cannot get "points.bin" of data set "toy-points"'), reported.at(-1));
  }));

Deno.test("data exits with 2 and one line for a wrong name or flag", async () => {
  const cases: [string[], string][] = [
    [["fashion-minst"], 'Unknown data set "fashion-minst". Did you mean "fashion-mnist"?'],
    [["cats"], 'Unknown data set "cats". Known: toy-points, fashion-mnist.'],
    [["--ofline"], 'Unknown flag "--ofline". Did you mean "--offline"?'],
    [
      ["--list", "--speed"],
      'Unknown flag "--speed". Known: --list, --verify, --offline, --help, --directory.',
    ],
    [["--list", "--directory"], "Cannot read --directory: expected a folder, got nothing."],
  ];
  for (const [args, message] of cases) {
    const { code, printed, reported } = await run(...args);
    assertEquals([code, printed, reported], [2, [], [message]]);
  }
});

Deno.test("data --help explains itself", async () => {
  const { code, printed } = await run("--help");
  assertEquals(code, 0);
  for (const flag of ["--list", "--verify", "--offline", "--directory"]) {
    assert(printed[0]!.includes(flag), flag);
  }
});

Deno.test("ProgressLine reports each quarter once where lines cannot be redrawn", () => {
  const lines: string[] = [];
  const progress = new ProgressLine((line) => lines.push(line), false);
  for (let bytes = 0; bytes <= 1000; bytes += 10) {
    progress.show({ kind: "progress", file: "a", source: "b", bytes, total: 1000 });
  }
  progress.show({ kind: "notice", message: "careful" });
  progress.show({ kind: "progress", file: "c", source: "d", bytes: 0, total: null });
  progress.show({ kind: "progress", file: "c", source: "d", bytes: 10, total: null });
  assertEquals(lines, [
    "a from b: 0%",
    "a from b: 25%",
    "a from b: 50%",
    "a from b: 75%",
    "a from b: 100%",
    "careful",
    "c from d: ...",
  ]);
});
