import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { sha256 } from "@verbatim/data/files";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { float64Bits, formatLock, lockRun, parseLock, pinRecords } from "./lock.ts";
import { compareRuns, compareWithLock, describeDifference } from "./lock_comparison.ts";
import type { RunRecord } from "./record.ts";
import { toyHash, trainToy } from "./_toy_training.ts";
import { FileMonitor } from "./runner/monitor.ts";

/** A record of the toy training, for tests of what comes after a run. */
async function toyRecord(seed: number, changes: Partial<RunRecord> = {}): Promise<RunRecord> {
  const path = join(tmpdir(), `toy-${crypto.randomUUID()}.checkpoint`);
  const monitor = new FileMonitor({ training: "main", path, identity: "", hash: toyHash });
  await trainToy(monitor, { seed, steps: 30 });
  await Deno.remove(path);
  const training = monitor.record();
  return {
    format: 1,
    experiment: "toy",
    profile: "quick",
    seed,
    numericsEpoch: 1,
    data: { digits: sha256("digits") },
    inputs: { code: sha256("code"), configuration: sha256(`${seed}`), data: sha256("data") },
    trainings: { main: training },
    metrics: { accuracy: training.curves["accuracy"]!.at(-1)!.value, error: 0.1 + 0.2 },
    confusion: { classes: ["a", "b"], counts: [[3, 1], [0, 4]] },
    samples: null,
    ...changes,
  };
}

const NAME = "reports/toys/toy/results.lock.json";
const records = [await toyRecord(1), await toyRecord(2)];
const lock = pinRecords(undefined, records, "first results");

/** A deep copy with one change. */
function edited<T>(value: T, edit: (copy: T) => void): T {
  const copy = structuredClone(value);
  edit(copy);
  return copy;
}

function describeFirst(record: RunRecord): string {
  const [first] = compareWithLock(lock, record);
  assert(first);
  return describeDifference(first);
}

Deno.test("bits of binary64 numbers", () => {
  assertEquals(float64Bits(1), "3ff0000000000000");
  assertEquals(float64Bits(-0), "8000000000000000");
  assertEquals(float64Bits(0.1 + 0.2), "3fd3333333333334");
});

Deno.test("a lock reads back as it was written and its records are reproduced", () => {
  const text = formatLock(lock);
  assertEquals(parseLock(text, NAME), lock);
  assertEquals(formatLock(parseLock(text, NAME)), text);
  for (const record of records) assertEquals(compareWithLock(parseLock(text, NAME), record), []);
});

Deno.test("a lock does not depend on the order of records or keys", () => {
  const reversed = records.toReversed().map((record) => ({
    ...record,
    metrics: Object.fromEntries(Object.entries(record.metrics).toReversed()),
  }));
  assertEquals(formatLock(pinRecords(undefined, reversed, "first results")), formatLock(lock));
});

Deno.test("whole hashes are kept at the ends, short ones in between", () => {
  const { milestones } = lock.profiles.quick!.seeds["1"]!.trainings["main"]!;
  const digits = milestones.map(({ parameters }) => parameters.sha256.length);
  assertEquals(digits, [64, ...Array(milestones.length - 2).fill(16), 64]);
});

Deno.test("pinning one profile keeps the other, and a seed that is gone goes", async () => {
  const full = await toyRecord(7, { profile: "full" });
  const both = pinRecords(lock, [full], " new data ");
  assertEquals(both.profiles.quick, lock.profiles.quick!);
  assertEquals(both.profiles.full!.reason, "new data");
  assertEquals(Object.keys(pinRecords(both, [records[1]!], "one seed").profiles.quick!.seeds), ["2"]);
});

Deno.test("pinning needs a reason and records that belong together", async () => {
  assertThrows(() => pinRecords(undefined, records, " \n"), RangeError, "expected a reason, got none");
  assertThrows(() => pinRecords(undefined, [], "x"), RangeError, "expected records, got none");
  const other = await toyRecord(3, { numericsEpoch: 2 });
  assertThrows(() => pinRecords(undefined, [records[0]!, other], "x"), RangeError, "got seed 3");
});

Deno.test("every flipped digit of a lock is either refused or seen as a difference", () => {
  const text = formatLock(pinRecords(undefined, [records[0]!], "x"));
  let refused = 0;
  let seen = 0;
  const pattern = /"[0-9a-f]{8,64}"/g;
  for (const match of text.matchAll(pattern)) {
    const at = match.index + 1 + (match.index % (match[0].length - 2));
    const digit = text[at]! === "0" ? "1" : "0";
    const flipped = text.slice(0, at) + digit + text.slice(at + 1);
    try {
      const differences = compareWithLock(parseLock(flipped, NAME), records[0]!);
      assert(differences.length > 0, `unseen: ${match[0]} at ${match.index}`);
      seen++;
    } catch (error) {
      assert(error instanceof SyntaxError, `${error}`);
      assertStringIncludes(error.message, "has the bits");
      refused++;
    }
  }
  assertEquals(refused, 2); // the bits of the two metrics
  assert(seen > 20);
});

Deno.test("the first step and tensor that differ are named first", () => {
  const other = records[1]!;
  const first = describeFirst({ ...other, seed: 1 });
  assertStringIncludes(first, "seed 1, training main, step 0, tensor hidden1/w: expected ");
  const late = edited(records[0]!, (copy) => {
    const parts = copy.trainings["main"]!.milestones.find(({ step }) => step === 20)!.parameters;
    Object.assign(parts.tensors, { "hidden1/w": "0".repeat(64) });
    Object.assign(copy.metrics, { accuracy: 2 });
  });
  const lines = compareWithLock(lock, late).map(describeDifference);
  assertEquals(lines.length, 2);
  assertStringIncludes(lines[0]!, "seed 1, training main, step 20, tensor hidden1/w: expected ");
  assertStringIncludes(lines[0]!, "…, got 000000000000…");
  assertStringIncludes(lines[1]!, "seed 1, metric accuracy: expected ");
  assertStringIncludes(lines[1]!, "got 2 (4000000000000000)");
});

Deno.test("steps come before wholes over several trainings, and data before all", () => {
  const two = edited(records[0]!, (copy) => {
    Object.assign(copy.trainings, { aux: structuredClone(copy.trainings["main"]) });
  });
  const expected = lockRun(two);
  const actual = edited(expected, (copy) => {
    const [aux, main] = [copy.trainings["aux"]!, copy.trainings["main"]!];
    Object.assign(aux.milestones[3]!, { loss: "00000000" });
    Object.assign(aux, { losses: "0".repeat(64) });
    Object.assign(main.milestones[1]!, { loss: "00000000" });
  });
  const places = compareRuns(1, expected, actual).map(({ training, step, what }) =>
    `${training} ${step} ${what}`
  );
  assertEquals(places, ["main 1 loss", "aux 5 loss", "aux null all losses"]);
  const elsewhere = { ...records[1]!, seed: 1, data: { digits: "0".repeat(64) }, numericsEpoch: 2 };
  const differences = compareWithLock(lock, elsewhere);
  assertEquals(differences.slice(0, 3).map(({ what }) => what), [
    "numerics epoch",
    "data digits",
    "tensor hidden1/w",
  ]);
});

Deno.test("missing and added tensors, metrics, curves, steps and trainings are differences", () => {
  const record = records[0]!;
  const whats = (edit: (copy: RunRecord) => void) =>
    compareWithLock(lock, edited(record, edit)).map(({ what, expected, actual }) =>
      `${what} ${expected} ${actual}`
    );
  assertEquals(whats((copy) => Object.assign(copy.metrics, { more: 1 })), [
    "metric more none 1 (3ff0000000000000)",
  ]);
  assertEquals(whats((copy) => Object.assign(copy, { trainings: {} })), ["the whole training one none"]);
  assertEquals(
    whats((copy) => Object.assign(copy.trainings["main"]!, { parameterCount: 7 })),
    ["number of parameters 6 7"],
  );
  assertEquals(whats((copy) => Object.assign(copy.trainings["main"]!, { steps: 29 })), [
    "number of steps 30 29",
  ]);
  assertStringIncludes(
    whats((copy) => Object.assign(copy.trainings["main"]!, { curves: {} })).join(),
    "curve accuracy",
  );
  assertStringIncludes(whats((copy) => Object.assign(copy, { confusion: null })).join(), "confusion");
  const extra = whats((copy) => {
    Object.assign(copy.trainings["main"]!.milestones[0]!.parameters.tensors, { b: "0".repeat(64) });
  });
  assertEquals(extra, [`tensor b none ${"0".repeat(64)}`]);
});

Deno.test("a record that is not pinned cannot be compared", () => {
  assertThrows(() => compareWithLock(lock, { ...records[0]!, seed: 9 }), RangeError, "seed 9");
  assertThrows(() => compareWithLock(lock, { ...records[0]!, profile: "full" }), RangeError, "profile full");
});

Deno.test("a lock that was edited by hand is refused with one clear line", () => {
  const text = formatLock(lock);
  const refuse = (from: string | RegExp, to: string, expected: string) => {
    assert(text.search(from) >= 0);
    const { message } = assertThrows(() => parseLock(text.replace(from, to), NAME), SyntaxError, expected);
    assertStringIncludes(message, `Cannot read ${NAME}: `);
    assertEquals(message.includes("\n"), false);
  };
  refuse(
    `"value": ${records[0]!.metrics["error"]}`,
    `"value": 0.3`,
    "at profiles.quick.seeds.1.metrics.error: value 0.3 has the bits 3fd3333333333333, but bits says 3fd3333333333334",
  );
  refuse(`"format": 1`, `"format": 2`, "at format");
  refuse(`"reason": "first results"`, `"reason": ""`, "at profiles.quick.reason: expected a reason");
  refuse(`"reason": "first results",`, "", "at profiles.quick.reason");
  refuse(`"format": 1`, `"format": 1, "note": "hand made"`, "note");
  refuse(`"quick"`, `"quik"`, "quik");
  refuse(/"losses": "[0-9a-f]{64}"/, `"losses": "0123"`, "losses: expected 64 hexadecimal digits");
  refuse(`"step": 5`, `"step": 2`, "expected milestones in ascending order, got step 2 after 2");
  refuse(`"step": 30`, `"step": 31`, "expected milestones from step 0 to 30, got 0 to 31");
  refuse(/"loss": "[0-9a-f]{8}"/, `"loss": ""`, "expected a loss at every milestone but step 0");
  refuse(`"1": {`, `"one": {`, "expected a seed as key");
  refuse("{", "", "JSON");
});
