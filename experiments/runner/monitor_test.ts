import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { toyHash, trainToy } from "../_toy_training.ts";
import { diskWriter } from "@verbatim/data/files";
import { FileMonitor, type FileMonitorOptions, isMilestoneStep, lossBits } from "./monitor.ts";

class Killed extends Error {}

async function inFolder(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(join(folder, "main.checkpoint"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function open(path: string, options: Partial<FileMonitorOptions> = {}): FileMonitor {
  return new FileMonitor({ training: "main", path, identity: "a", hash: toyHash, ...options });
}

Deno.test("milestones are at 0 and at 1, 2, 5 times powers of ten", () => {
  const steps = Array.from({ length: 5001 }, (_, step) => step).filter(isMilestoneStep);
  assertEquals(steps, [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]);
});

Deno.test("losses are written as bits, every NaN as the canonical one", () => {
  const values = new Float32Array([1, -0, NaN]);
  new Uint32Array(values.buffer)[2] = 0xffc12345;
  assertEquals(lossBits(values), "3f800000800000007fc00000");
});

Deno.test("a record tells steps, parameters, losses, milestones and curves", () =>
  inFolder(async (path) => {
    const monitor = open(path);
    await trainToy(monitor, { seed: 1, steps: 23 });
    const record = monitor.record();
    assertEquals(record.steps, 23);
    assertEquals(record.parameterCount, 6);
    assertEquals(record.losses.length, 8 * 23);
    assertEquals(record.milestones.map(({ step }) => step), [0, 1, 2, 5, 10, 20, 23]);
    assertEquals(record.milestones[0]!.loss, "");
    assertEquals(record.milestones[3]!.loss, record.losses.slice(8 * 4, 8 * 5));
    assertEquals(record.curves["accuracy"]!.map(({ step }) => step), [10, 20]);
  }));

Deno.test("a run that stops and resumes any number of times leaves the same record", () =>
  inFolder(async (path) => {
    const steps = 60;
    const whole = open(`${path}.whole`);
    const values = await trainToy(whole, { seed: 3, steps });
    const script = fc.record({
      kills: fc.array(fc.integer({ min: 1, max: steps }), { maxLength: 6 }),
      every: fc.integer({ min: 1, max: 25 }),
      group: fc.integer({ min: 1, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(script, async ({ kills, every, group }) => {
        await Deno.remove(path).catch(() => {});
        for (const kill of [...kills, Infinity]) {
          const monitor = open(path);
          // The clock is replaced by the step: a checkpoint after every so many.
          const timed = Object.assign(monitor, {
            wantsCheckpoint: (step: number) => step % every === 0 || step === steps,
          });
          const pause = (step: number) => step === kill ? Promise.reject(new Killed()) : Promise.resolve();
          try {
            const end = await trainToy(timed, { seed: 3, steps, group, pause });
            assertEquals(end, values);
            assertEquals(monitor.record(), whole.record());
          } catch (error) {
            if (!(error instanceof Killed)) throw error;
          }
        }
      }),
      { seed: 1, numRuns: 40 },
    );
  }));

Deno.test("a finished run resumes as finished", () =>
  inFolder(async (path) => {
    const first = open(path);
    await trainToy(first, { seed: 1, steps: 12 });
    const again = open(path);
    await trainToy(again, { seed: 1, steps: 12, pause: () => Promise.reject(new Error("trained again")) });
    assertEquals(again.record(), first.record());
  }));

Deno.test("another seed leaves another record from step 0 on", () =>
  inFolder(async (path) => {
    const [one, two] = [open(path), open(`${path}2`)];
    await trainToy(one, { seed: 1, steps: 2 });
    await trainToy(two, { seed: 2, steps: 2 });
    assertNotEquals(one.record().milestones[0], two.record().milestones[0]);
  }));

Deno.test("a damaged or foreign checkpoint is discarded with a line that says so", () =>
  inFolder(async (path) => {
    await trainToy(open(path), { seed: 1, steps: 12 });
    const whole = await Deno.readFile(path);
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    const attempt = async (bytes: Uint8Array, identity: string, expected: string) => {
      await Deno.writeFile(path, bytes);
      assertEquals(await open(path, { say, identity }).resume(), undefined);
      assertEquals(lines.pop(), `main: discarded a checkpoint, ${expected}`);
      await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
    };
    for (let at = 8; at < whole.length; at += 41) {
      const flipped = whole.slice();
      flipped[at]! ^= 1 << (at % 8);
      await attempt(flipped, "a", "it is damaged");
    }
    for (const length of [0, 5, 47]) await attempt(whole.slice(0, length), "a", "it is no checkpoint");
    await attempt(whole.slice(0, 200), "a", "it is damaged");
    await attempt(whole, "b", "code, configuration, data or core changed since");
    await Deno.writeFile(path, whole);
    assertEquals((await open(path, { say }).resume())?.step, 12);
    assertEquals(lines, ["main: resumed after step 12"]);
  }));

Deno.test("the carry comes back bit for bit", () =>
  inFolder(async (path) => {
    const bits = new Uint32Array([0x7fc12345, 0x80000000, 1, 0xffffffff]);
    const shared = new Float32Array(new SharedArrayBuffer(16));
    new Uint32Array(shared.buffer).set(bits);
    const carry = {
      a: { dtype: "f32", shape: [2, 2], values: shared },
      b: { dtype: "i32", shape: [], values: new Int32Array([-5]) },
      c: { dtype: "u8", shape: [0], values: new Uint8Array(0) },
      d: { dtype: "u8", shape: [3], values: new Uint8Array([1, 2, 255]) },
    } as const;
    await open(path).saveCheckpoint({ step: 0, carry });
    const back = await open(path).resume();
    assert(back);
    assertEquals(new Uint32Array(back.carry["a"]!.values.buffer), bits);
    assertEquals(back.carry["b"], carry.b);
    assertEquals(back.carry["c"], carry.c);
    assertEquals(back.carry["d"], carry.d);
  }));

Deno.test("a full disk gives a clear error and keeps the checkpoint before", () =>
  inFolder(async (path) => {
    const monitor = open(path);
    await trainToy(monitor, { seed: 1, steps: 5 });
    const before = await Deno.readFile(path);
    const full = { write: () => Promise.reject(Object.assign(new Error("os"), { code: "ENOSPC" })) };
    const writer = {
      ...diskWriter,
      async create(file: string) {
        const real = await diskWriter.create(file);
        return { ...full, sync: () => real.sync(), close: () => real.close() };
      },
    };
    await assertRejects(
      () => trainToy(open(path, { writer, identity: "a" }), { seed: 1, steps: 9 }),
      Error,
      "the disk is full",
    );
    assertEquals(await Deno.readFile(path), before);
  }));

Deno.test("what a monitor is told must fit together", () =>
  inFolder(async (path) => {
    const monitor = open(path);
    const tree = { w: { dtype: "f32", shape: [1], values: new Float32Array([1]) } } as const;
    const other = { w: { ...tree.w, values: new Float32Array([2]) } };
    assertThrows(() => monitor.record(), Error, "expected milestones at step 0 and 0, got none and none");
    monitor.milestone({ step: 0, parameters: tree });
    monitor.milestone({ step: 0, parameters: tree });
    assertThrows(() => monitor.milestone({ step: 0, parameters: other }), Error, "got others");
    monitor.losses(0, new Float32Array(2));
    assertThrows(() => monitor.losses(1, new Float32Array(1)), RangeError, "expected step 2, got 1");
    await assertRejects(
      () => monitor.saveCheckpoint({ step: 3, carry: tree }),
      RangeError,
      "of 3 steps, got 2",
    );
    monitor.curve("loss", 2, 0.5);
    monitor.curve("loss", 2, 0.5);
    assertThrows(() => monitor.curve("loss", 2, 0.25), RangeError, "another value");
    assertThrows(() => monitor.curve("loss", 3, NaN), RangeError, "expected a finite number, got NaN");
    assertThrows(() => monitor.record(), Error, "expected milestones at step 0 and 2, got 0 and 0");
  }));
