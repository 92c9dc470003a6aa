import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { filesBelow, fillCache, TOY_ROWS, toyDataset, withDirectory } from "./_toy_dataset.ts";
import { contentSha256 } from "./content_sha256.ts";
import type { ColumnValues, Dataset, OpenDataset } from "./dataset.ts";
import { openDataset, type OpenOptions } from "./open.ts";
import { DataUnavailableError } from "./sources/source_chain.ts";
import { sha256 } from "./files/sha256.ts";

const toy = toyDataset();

/** Opens the toy without the network, and collects the notices. */
async function open(directory: string, options: OpenOptions = {}, dataset: Dataset = toy.dataset) {
  const notices: string[] = [];
  const opened = await openDataset(dataset, {
    directory,
    offline: true,
    onEvent: (event) => event.kind === "notice" && notices.push(event.message),
    ...options,
  });
  return { opened, notices };
}

/** Reads the whole "train" split and compares it with the toy's arrays. */
async function assertWhole(opened: OpenDataset): Promise<void> {
  const expected = toy.columns.train;
  const rows = await opened.split("train").read(Array.from({ length: TOY_ROWS.train }, (_, i) => i));
  for (const [name, values] of Object.entries(expected)) assertEquals(rows[name], values.slice());
}

const FILES = [
  "arrow/toy-points/test.arrow",
  "arrow/toy-points/test.arrow.json",
  "arrow/toy-points/train.arrow",
  "arrow/toy-points/train.arrow.json",
  "cache/toy-points/kinds.bin",
  "cache/toy-points/points.bin",
];

Deno.test("openDataset makes Arrow files, and uses them the next time without the sources", () =>
  withDirectory(async (directory) => {
    fillCache(directory, toy);
    const first = await open(directory);
    await assertWhole(first.opened);
    assertEquals(first.notices, []);
    assertEquals(first.opened.servedBy, "cache");
    assertEquals(first.opened.contentSha256, contentSha256(toy.dataset));
    assertEquals(filesBelow(directory), FILES);
    for (const [split, hash] of Object.entries(first.opened.arrowSha256)) {
      assertEquals(sha256(Deno.readFileSync(`${directory}/arrow/toy-points/${split}.arrow`)), hash);
    }
    first.opened.close();
    Deno.removeSync(`${directory}/cache`, { recursive: true });
    const second = await open(directory);
    await assertWhole(second.opened);
    assertEquals(second.opened.arrowSha256, first.opened.arrowSha256);
    assertEquals(second.notices, []);
    second.opened.close();
  }));

Deno.test("openDataset makes the same Arrow bytes in another folder, and when two open at once", () =>
  withDirectory(async (directory) => {
    const folders = ["a", "b", "b", "b"].map((name) => `${directory}/${name}`);
    folders.forEach((folder) => fillCache(folder, toy));
    const all = await Promise.all(folders.map((folder) => open(folder)));
    for (const { opened } of all) {
      await assertWhole(opened);
      assertEquals(opened.arrowSha256, all[0]!.opened.arrowSha256);
      opened.close();
    }
    assertEquals(filesBelow(`${directory}/b`), FILES);
  }));

Deno.test("contentSha256 is what sha256sum's list of the sorted files hashes to", async () => {
  const hex = async (bytes: Uint8Array<ArrayBuffer>) =>
    [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((b) =>
      b.toString(16).padStart(2, "0")
    ).join("");
  const list = `${await hex(toy.contents["kinds.bin.gz"])}  kinds.bin.gz\n` +
    `${await hex(toy.contents["points.bin"])}  points.bin\n`;
  assertEquals(contentSha256(toy.dataset), await hex(new TextEncoder().encode(list)));
});

const arrowOf = (directory: string) => `${directory}/arrow/toy-points/train.arrow`;

/** Opens once, damages something, and opens again. */
function damaging(
  name: string,
  damage: (directory: string) => void,
  expected: { readonly notice: string; readonly options?: OpenOptions; readonly dataset?: Dataset },
): void {
  Deno.test(`openDataset makes an Arrow file anew: ${name}`, () =>
    withDirectory(async (directory) => {
      fillCache(directory, toy);
      const before = await open(directory);
      before.opened.close();
      damage(directory);
      const after = await open(directory, expected.options, expected.dataset);
      assert(after.notices.length >= 1, "a notice");
      for (const notice of after.notices) assert(notice.includes(expected.notice), notice);
      await assertWhole(after.opened);
      if (expected.dataset === undefined) assertEquals(after.opened.arrowSha256, before.opened.arrowSha256);
      after.opened.close();
      const again = await open(directory, { verify: true }, expected.dataset);
      assertEquals(again.notices, []);
      again.opened.close();
    }));
}

function edit(path: string, change: (bytes: Uint8Array) => Uint8Array): void {
  Deno.writeFileSync(path, change(Deno.readFileSync(path)));
}

damaging("it was cut", (directory) => Deno.truncateSync(arrowOf(directory), 1000), { notice: "got 1000" });
damaging("it is empty", (directory) => Deno.truncateSync(arrowOf(directory), 0), { notice: "got 0" });
damaging(
  "its footer changed",
  (directory) =>
    edit(arrowOf(directory), (bytes) => bytes.with(bytes.length - 20, bytes[bytes.length - 20]! ^ 1)),
  {
    notice: "expected the footer of this data set, got another",
  },
);
damaging(
  "a value changed, which verifying finds",
  (directory) =>
    edit(arrowOf(directory), (bytes) => bytes.with(bytes.length >> 1, bytes[bytes.length >> 1]! ^ 1)),
  {
    notice: "does not hold what its sources say",
    options: { verify: true },
  },
);
damaging(
  "its side file is no JSON",
  (directory) => Deno.writeTextFileSync(`${arrowOf(directory)}.json`, "{"),
  {
    notice: "expected the side file that was written",
  },
);
damaging(
  "its side file has an older form",
  (directory) =>
    edit(
      `${arrowOf(directory)}.json`,
      (bytes) =>
        new TextEncoder().encode(new TextDecoder().decode(bytes).replace('"format": 2', '"format": 1')),
    ),
  { notice: "was made by another version of this program" },
);
damaging(
  "its side file lies, which verifying finds",
  (directory) =>
    edit(`${arrowOf(directory)}.json`, (bytes) => {
      const text = new TextDecoder().decode(bytes);
      return new TextEncoder().encode(
        text.replace(/"sha256": "./, (start) =>
          start.endsWith("0") ? start.slice(0, -1) + "1" : start.slice(0, -1) + "0"),
      );
    }),
  { notice: "does not hold what its sources say", options: { verify: true } },
);
damaging("the description changed", () => {}, {
  notice: "got another",
  dataset: { ...toy.dataset, title: "Toy paints" },
});
damaging("the decoder changed", () => {}, {
  notice: "was made from another version of the data set",
  dataset: { ...toy.dataset, decode: (files) => toy.dataset.decode(files) },
});

Deno.test("openDataset makes a missing Arrow file or side file again", () =>
  withDirectory(async (directory) => {
    fillCache(directory, toy);
    (await open(directory)).opened.close();
    for (const path of [arrowOf(directory), `${arrowOf(directory)}.json`]) {
      Deno.removeSync(path);
      const { opened } = await open(directory);
      await assertWhole(opened);
      opened.close();
      assertEquals(filesBelow(directory), FILES);
    }
  }));

Deno.test("a changed value is an error when it is read, if the file was not verified", () =>
  withDirectory(async (directory) => {
    fillCache(directory, toy);
    (await open(directory)).opened.close();
    edit(arrowOf(directory), (bytes) => bytes.with(bytes.length >> 1, bytes[bytes.length >> 1]! ^ 1));
    const { opened } = await open(directory);
    await assertRejects(
      () => opened.split("train").read([0, 1500, 2900]),
      Error,
      "deno task data --verify makes the file anew",
    );
    opened.close();
  }));

Deno.test("openDataset keeps a damaged Arrow file's place clear when the sources are gone too", () =>
  withDirectory(async (directory) => {
    fillCache(directory, toy);
    (await open(directory)).opened.close();
    Deno.truncateSync(arrowOf(directory), 1000);
    Deno.removeSync(`${directory}/cache`, { recursive: true });
    await assertRejects(() => open(directory), DataUnavailableError, "not asked, because offline");
  }));

Deno.test("openDataset refuses columns that are not what the description says", () =>
  withDirectory(async (directory) => {
    fillCache(directory, toy);
    const broken = (change: Record<string, Uint8Array | undefined>): Dataset => ({
      ...toy.dataset,
      decode(files) {
        const test: Record<string, ColumnValues> = { ...toy.columns.test };
        for (const [name, values] of Object.entries(change)) {
          if (values === undefined) delete test[name];
          else test[name] = values;
        }
        return { ...toy.dataset.decode(files), test };
      },
    });
    const cases: [Record<string, Uint8Array | undefined>, string][] = [
      [{ kind: undefined }, 'Cannot use split "test" of "toy-points": expected column "kind", got none'],
      [{ other: new Uint8Array(7) }, 'expected columns point,kind,serial,offset, got "other"'],
      [
        { serial: new Uint8Array(7) },
        'Cannot use column "serial" of split "test" of "toy-points": expected u32, got u8',
      ],
      [{ kind: new Uint8Array(8) }, "expected 7 elements, got 8"],
      [{ kind: Uint8Array.of(0, 1, 2, 3, 4, 5, 0) }, "expected classes below 5, got 5"],
    ];
    for (const [change, message] of cases) {
      await assertRejects(() => open(directory, {}, broken(change)), Error, message);
    }
    assertEquals(filesBelow(directory).filter((name) => name.endsWith(".partial")), []);
  }));

Deno.test("an open data set names its splits, and is closed once and for all", () =>
  withDirectory(async (directory) => {
    fillCache(directory, toy);
    const { opened } = await open(directory);
    assertThrows(
      () => opened.split("validation"),
      RangeError,
      'expected one of train, test, got "validation"',
    );
    const split = opened.split("test");
    await split.read([0]);
    opened.close();
    opened.close();
    await assertRejects(() => split.read([0]), RangeError, "expected an open data set, got a closed one");
  }));

Deno.test("openDataset removes what a killed process left long ago, and nothing younger", () =>
  withDirectory(async (directory) => {
    fillCache(directory, toy);
    const old = new Date(Date.now() - 48 * 3600 * 1000);
    const paths = {
      stale: `${directory}/cache/toy-points/points.bin.1.partial`,
      young: `${directory}/cache/toy-points/points.bin.2.partial`,
      folder: `${directory}/tmp/debian-1`,
      own: `${directory}/tmp/mine`,
    };
    Deno.mkdirSync(paths.folder, { recursive: true });
    Deno.mkdirSync(paths.own);
    for (const path of [paths.stale, paths.young]) Deno.writeTextFileSync(path, "half");
    for (const path of [paths.stale, paths.folder, paths.own]) Deno.utimeSync(path, old, old);
    (await open(directory)).opened.close();
    const left = Object.entries(paths).filter(([, path]) => {
      try {
        return Deno.lstatSync(path) !== null;
      } catch {
        return false;
      }
    });
    assertEquals(left.map(([name]) => name), ["young", "own"]);
  }));

Deno.test("the content hash changes with the content", () => {
  const [points, kinds] = toy.dataset.files;
  const other = { ...toy.dataset, files: [points!, { ...kinds!, sha256: points!.sha256 }] };
  assertNotEquals(contentSha256(other), contentSha256(toy.dataset));
});
