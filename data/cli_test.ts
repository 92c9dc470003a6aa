import { assert, assertEquals, assertMatch } from "@std/assert";
import { filesBelow, fillCache, toyDataset, withDirectory } from "./_toy_dataset.ts";
import type { Dataset } from "./dataset.ts";
import { main } from "./cli.ts";
import { fashionMnist } from "./datasets/fashion_mnist.ts";

const toy = toyDataset();

function runIn(directory: string, ...args: string[]) {
  return runWith([toy.dataset, fashionMnist], directory, ...args);
}

async function runWith(datasets: readonly Dataset[], directory: string, ...args: string[]) {
  let [out, err] = ["", ""];
  const code = await main(args, {
    datasets,
    directory,
    out: { write: (text) => void (out += text), columns: () => undefined },
    err: { write: (text) => void (err += text), columns: () => undefined },
  });
  const lines = (text: string) => text.split("\n").slice(0, -1);
  return { code, printed: lines(out), reported: lines(err) };
}

Deno.test("data --list shows every data set with its state, and fetches nothing", () =>
  withDirectory(async (directory) => {
    const { code, printed, reported } = await runIn(directory, "--list");
    assertEquals(code, 0);
    assertEquals(reported, []);
    assertEquals(printed[0]!.split(/ {2,}/), ["set", "rows", "size", "licence", "from", "state", "title"]);
    assertEquals(
      printed[2]!.split(/ {2,}/),
      ["fashion-mnist", "60000 + 10000", "55 MB", "MIT", "url, debian", "not fetched", "Fashion-MNIST"],
    );
    assertEquals(filesBelow(directory), []);
    const state = async () => (await runIn(directory, "toy-points", "--list")).printed[1]!.split(/ {2,}/)[5];
    assertEquals(await state(), "not fetched");
    fillCache(directory, toy);
    assertEquals(await state(), "fetched");
    await runIn(directory, "toy-points", "--offline");
    assertEquals(await state(), "ready");
    Deno.truncateSync(`${directory}/arrow/toy-points/test.arrow`, 100);
    assertEquals(await state(), "out of date");
  }));

Deno.test("data makes what is named, and says where it came from", () =>
  withDirectory(async (directory) => {
    fillCache(directory, toy);
    const { code, printed, reported } = await runIn(directory, "toy-points", "--offline");
    assertEquals([code, reported], [0, []]);
    assertMatch(
      printed[0]!,
      /^toy-points: ready, train 3000 rows, test 7 rows, content [0-9a-f]{16}…, from cache$/,
    );
    const verified = await runIn(directory, "toy-points", "--offline", "--verify");
    assertMatch(verified.printed[0]!, /^toy-points: verified, /);
  }));

Deno.test("data exits with 1 and says why when a data set cannot be had", () =>
  withDirectory(async (directory) => {
    const { code, printed, reported } = await runIn(directory, "toy-points", "--offline");
    assertEquals([code, printed], [1, []]);
    assert(reported.some((line) => line.startsWith('Cannot get "points.bin" of data set "toy-points"')));
    assertMatch(reported.at(-1)!, /^What to do: /);
  }));

Deno.test("data without names leaves out the sets that only a server has, and names them", () =>
  withDirectory(async (directory) => {
    fillCache(directory, toy);
    const packaged = toyDataset(() => [{ kind: "debian", package: "toy", path: "/nowhere" }]).dataset;
    const datasets = [{ ...packaged, name: "toy-packaged" }, toy.dataset];
    const folder = `${directory}/cache`;
    Deno.renameSync(`${folder}/toy-points`, `${folder}/toy-packaged`);
    const { code, printed } = await runWith(datasets, directory, "--offline");
    assertEquals(code, 0);
    assertMatch(printed[0]!, /^toy-packaged: ready, /);
    assertEquals(printed.slice(1), ["Fetched by name only: toy-points"]);
  }));

Deno.test("data takes what a mirror has, and says so", () =>
  withDirectory(async (directory) => {
    const mirror = `${directory}/mirror`;
    Deno.mkdirSync(`${mirror}/toy-points`, { recursive: true });
    Deno.writeFileSync(`${mirror}/toy-points/points.bin`, toy.contents["points.bin"]);
    Deno.writeFileSync(`${mirror}/toy-points/kinds.bin.gz`, toy.compressed);
    const { code, printed } = await runIn(directory, "toy-points", "--offline", "--mirror", mirror);
    assertEquals(code, 0);
    assertMatch(
      printed[0]!,
      /, from .*mirror\/toy-points\/points\.bin, .*mirror\/toy-points\/kinds\.bin\.gz$/,
    );
    const wrong = await runIn(directory, "toy-points", "--mirror=nowhere");
    assertEquals([wrong.code, wrong.reported], [
      2,
      ['Cannot use the mirror "nowhere": expected a folder or a web address, got nothing of that name'],
    ]);
  }));

Deno.test("data exits with 2 and one line for a wrong name or flag", async () => {
  const cases: [string[], string][] = [
    [["fashion-minst"], 'Unknown data set "fashion-minst". Did you mean "fashion-mnist"?'],
    [["cats"], 'Unknown data set "cats". Known: toy-points, fashion-mnist.'],
    [["--ofline"], 'Unknown flag "--ofline". Did you mean "--offline"?'],
    [["--list", "--speed"], 'Unknown flag "--speed". Known: --list, --verify, --offline, --mirror, --help.'],
    [["--offline=1"], 'Cannot read --offline: expected no value, got "1".'],
    [["--list", "--list"], "Cannot read --list: expected it once, got it twice."],
  ];
  for (const [args, message] of cases) {
    const { code, printed, reported } = await runIn("nowhere", ...args);
    assertEquals([code, printed, reported], [2, [], [message]]);
  }
});

Deno.test("data --help explains itself", async () => {
  const { code, printed } = await runIn("nowhere", "--help");
  assertEquals(code, 0);
  for (const flag of ["--list", "--verify", "--offline"]) {
    assert(printed.some((line) => line.trim().startsWith(flag)), flag);
  }
});
