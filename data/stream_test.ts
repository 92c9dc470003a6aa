import { assert, assertEquals, assertRejects } from "@std/assert";
import { createDevice, Key, scope, setDefaultDevice, tensor, valueAndGrad } from "@verbatim/core";
import { typedDataset, upTo } from "./_toy_columns.ts";
import { filesBelow, withDirectory } from "./_toy_dataset.ts";
import { createBatches } from "./batches.ts";
import { columnOf, textOf } from "./columns.ts";
import type { Column, Dataset, Rows, Split } from "./dataset.ts";
import { memorySplit } from "./memory_split.ts";
import { openDataset } from "./open.ts";

const ROWS = 20_000;
const FEATURES = 64;
const COLUMNS = {
  x: { dtype: "f32", shape: [FEATURES], description: "features" },
  y: { dtype: "f32", shape: [1], description: "what they sum to, in the end" },
  name: { dtype: "utf8", description: "the row, in words" },
  parity: { dtype: "utf8", description: "even or odd", dictionary: true },
} as const satisfies Record<string, Column>;

/** Rows [start, end) of a set that is about 5.5 MB. */
function part(start: number, end: number): Rows {
  const rows = upTo(end).slice(start);
  return {
    x: Float32Array.from(
      { length: rows.length * FEATURES },
      (_, i) => ((start * FEATURES + i) * 7919) % 101 / 101,
    ),
    y: Float32Array.from(rows, (row) => row % 13),
    name: rows.map((row) => `row ${row}, ${"réseau ".repeat(row % 4)}`),
    parity: rows.map((row) => row % 2 === 0 ? "even" : "odd"),
  };
}

function* parts(rows: number, onAsked: (end: number) => void = () => {}): Generator<Rows> {
  for (let start = 0; start < ROWS; start += rows) {
    onAsked(start);
    yield part(start, Math.min(ROWS, start + rows));
  }
}

function streamed(decode: Dataset["decode"]): Dataset {
  return { ...typedDataset(ROWS, decode), splits: { all: { rows: ROWS, columns: COLUMNS } } };
}

/** Opens a set whose one file is in the cache already. */
function open(directory: string, dataset: Dataset, cacheBytes = 2 ** 28, verify = false) {
  Deno.mkdirSync(`${directory}/cache/${dataset.name}`, { recursive: true });
  Deno.writeTextFileSync(`${directory}/cache/${dataset.name}/rows.txt`, `${ROWS}`);
  return openDataset(dataset, { directory, offline: true, cacheBytes, verify });
}

/** Fits y to x by least squares for some steps. */
async function fit(split: Split): Promise<Float32Array> {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  const batches = createBatches(split, { batchSize: 50, key: Key.from(8) });
  let weights = tensor(new Float32Array(FEATURES), [FEATURES, 1]);
  for (let step = 0; step < 60; step++) {
    const { rows, indices, size } = await batches.at(step);
    textOf(rows, "name").forEach((name, i) => assert(name.startsWith(`row ${indices[i]}, `)));
    textOf(rows, "parity").forEach((parity, i) =>
      assertEquals(parity, indices[i]! % 2 === 0 ? "even" : "odd")
    );
    const next = scope(() => {
      const x = tensor(columnOf(rows, "x"), [size, FEATURES]);
      const y = tensor(columnOf(rows, "y"), [size, 1]);
      const [, gradient] = valueAndGrad((w: typeof weights) => {
        const error = x.matmul(w).sub(y);
        return error.mul(error).mean();
      })(weights);
      return weights.sub(gradient.mul(0.01));
    });
    weights.dispose();
    weights = next;
  }
  const fitted = await weights.read();
  weights.dispose();
  assert(fitted instanceof Float32Array);
  return fitted;
}

Deno.test("training from chunks through a small cache gives the bits of training in memory", () =>
  withDirectory(async (directory) => {
    const dataset = streamed(() => ({ all: parts(700) }));
    const inMemory = await fit(memorySplit(ROWS, COLUMNS, part(0, ROWS)));
    assert(inMemory.some((weight) => weight !== 0));
    // A twentieth of the set: rows are read alone. All of it: record batches are kept.
    for (const cacheBytes of [2 ** 18, 2 ** 28]) {
      const opened = await open(directory, dataset, cacheBytes);
      assertEquals(await fit(opened.split("all")), inMemory);
      opened.close();
    }
  }));

Deno.test("an epoch through a small cache has every row once", () =>
  withDirectory(async (directory) => {
    const opened = await open(directory, streamed(() => ({ all: parts(3000) })), 2 ** 18);
    const batches = createBatches(opened.split("all"), { batchSize: 128, key: Key.from(2), dropLast: false });
    const names = new Set<string>();
    for (let step = 0; step < batches.stepsPerEpoch; step++) {
      for (const name of textOf((await batches.at(step)).rows, "name")) names.add(name);
    }
    assertEquals(names.size, ROWS);
    opened.close();
  }));

Deno.test("chunks are written before the next one is asked for, and no chunk size changes the file", () =>
  withDirectory(async (directory) => {
    const whole = await open(`${directory}/whole`, streamed(() => ({ all: part(0, ROWS) })));
    for (const rows of [700, 1024, 9000]) {
      const folder = `${directory}/${rows}`;
      const sizes: number[] = [];
      const dataset = streamed(() => ({
        all: parts(rows, () => {
          const arrow = `${folder}/arrow/toy-kinds`;
          const [partial] = [...Deno.readDirSync(arrow)];
          sizes.push(Deno.statSync(`${arrow}/${partial!.name}`).size);
        }),
      }));
      const opened = await open(folder, dataset);
      assertEquals(opened.arrowSha256, whole.arrowSha256);
      opened.close();
      // The rows were asked for once for the dictionary and once to be written.
      const asked = Math.ceil(ROWS / rows);
      assertEquals(sizes.length, 2 * asked);
      for (let chunk = 1; chunk < asked; chunk++) {
        const batches = Math.floor(chunk * rows / 1024);
        assert(
          sizes[asked + chunk]! >= batches * 1024 * 4 * FEATURES,
          `${sizes[asked + chunk]} after ${chunk} chunks`,
        );
      }
    }
    whole.close();
  }));

Deno.test("a decoder that fails half way leaves no Arrow file, and its own error", () =>
  withDirectory(async (directory) => {
    const dataset = streamed(() => ({
      all: (function* () {
        yield part(0, 5000);
        throw new SyntaxError("the file ends here");
      })(),
    }));
    await assertRejects(() => open(directory, dataset), SyntaxError, "the file ends here");
    assertEquals(filesBelow(directory), ["cache/toy-kinds/rows.txt"]);
  }));

Deno.test("verifying reads chunks again, and makes a changed file anew", () =>
  withDirectory(async (directory) => {
    const dataset = streamed(() => ({ all: parts(2500) }));
    const first = await open(directory, dataset);
    first.close();
    const path = `${directory}/arrow/toy-kinds/all.arrow`;
    const bytes = Deno.readFileSync(path);
    for (const change of [false, true]) {
      if (change) Deno.writeFileSync(path, bytes.with(bytes.length >> 1, bytes[bytes.length >> 1]! ^ 1));
      const again = await open(directory, dataset, 2 ** 28, true);
      assertEquals(again.arrowSha256, first.arrowSha256);
      again.close();
      assertEquals(Deno.readFileSync(path), bytes);
    }
  }));

Deno.test("chunks and whole columns stand side by side, each split by its own", () =>
  withDirectory(async (directory) => {
    const columns = { n: { dtype: "u32", shape: [], description: "a number" } } as const;
    const text = { t: { dtype: "utf8", description: "a text", dictionary: true } } as const;
    let decoded = 0;
    const dataset: Dataset = {
      ...typedDataset(ROWS, () => {
        decoded++;
        return {
          chunks: [{ t: ["a"] }, { t: ["b", "a"] }].values(),
          whole: { n: Uint32Array.of(7) },
          others: [{ n: Uint32Array.of(1, 2) }, { n: Uint32Array.of(3) }].values(),
        };
      }),
      splits: {
        chunks: { rows: 3, columns: text },
        whole: { rows: 1, columns },
        others: { rows: 3, columns },
      },
    };
    const opened = await open(directory, dataset);
    assertEquals(await opened.split("chunks").read([2, 1, 0]), { t: ["a", "b", "a"] });
    assertEquals(await opened.split("whole").read([0]), { n: Uint32Array.of(7) });
    assertEquals(await opened.split("others").read([0, 1, 2]), { n: Uint32Array.of(1, 2, 3) });
    opened.close();
    // The dictionary needs a second reading of the chunks, which can be had once; nothing else does.
    assertEquals(decoded, 2);
  }));
