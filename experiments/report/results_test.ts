import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { pinRecords } from "../lock.ts";
import {
  answer,
  decideClaims,
  entryFromLock,
  entryFromRecords,
  judge,
  orderRecords,
  type ReportEntry,
  summarise,
  tally,
} from "./results.ts";
import { madeUpExperiment, madeUpRecord } from "./_fixture.ts";

const experiment = madeUpExperiment();
const [accuracy] = experiment.metrics;

function entryOf(values: readonly (number | undefined)[], changes = {}): ReportEntry {
  return {
    experiment: madeUpExperiment(changes),
    profile: "full",
    seeds: values.map((_, seed) => seed),
    metrics: values.map((testAccuracy) => testAccuracy === undefined ? {} : { testAccuracy }),
    parameterCount: undefined,
  };
}

Deno.test("records are ordered as the profile lists the seeds", () => {
  const seeds = (order: number[], listed: number[]) => {
    const { quick, full } = experiment.profiles;
    const changed = madeUpExperiment({ profiles: { quick, full: { ...full, seeds: listed } } });
    return orderRecords(changed, order.map((seed) => madeUpRecord(seed))).map(({ seed }) => seed);
  };
  assertEquals(seeds([0, 1, 2], [2, 0, 1]), [2, 0, 1]);
  assertEquals(seeds([9, 2, 5, 0], [2, 0, 1]), [2, 0, 5, 9]);
});

Deno.test("records that do not belong together are an error", () => {
  const record = madeUpRecord(0);
  const cases: [ReturnType<typeof madeUpRecord>[], string][] = [
    [[], "got none"],
    [[madeUpRecord(0, { experiment: "other" })], 'got one of "other"'],
    [[record, madeUpRecord(1, { profile: "quick" })], "got full and quick"],
    [[record, madeUpRecord(1, { numericsEpoch: 2 })], "one numerics epoch"],
    [[record, madeUpRecord(1, { data: {} })], 'different content of "shapes"'],
    [[record, record], "one twice"],
  ];
  for (const [records, message] of cases) {
    assertThrows(() => orderRecords(experiment, records), RangeError, message);
  }
});

Deno.test("an entry is the same from the records and from their lock", () => {
  const records = [2, 0, 1].map((seed) => madeUpRecord(seed));
  const lock = pinRecords(undefined, records, "made up");
  assertEquals(entryFromLock(experiment, lock), entryFromRecords(experiment, records));
  const quick = madeUpRecord(0, { profile: "quick" });
  const both = pinRecords(lock, [quick], "made up");
  assertEquals(entryFromLock(experiment, both)?.profile, "full");
  assertEquals(entryFromLock(experiment, pinRecords(undefined, [quick], "made up"))?.profile, "quick");
  assertEquals(entryFromLock(experiment, { ...lock, profiles: {} }), undefined);
  assertThrows(() => entryFromLock(madeUpExperiment({ id: "other" }), lock), RangeError, "shapes-mlp");
});

Deno.test("metrics are summarised over the seeds that report them", () => {
  const [result, missing] = summarise(entryOf([0.5, undefined, 1]));
  assertEquals(result?.values, [0.5, undefined, 1]);
  assertEquals(result?.mean, 0.75);
  assertAlmostEquals(result!.deviation!, Math.sqrt(0.125), 1e-15);
  assertEquals([missing?.mean, missing?.deviation], [undefined, undefined]);
});

Deno.test("better and worse follow the metric", () => {
  assertEquals([0.1, 0, -0.1].map((difference) => judge(accuracy!, difference)), [
    "better",
    "equal",
    "worse",
  ]);
  assertEquals(judge({ ...accuracy!, better: "lower" }, 0.1), "worse");
  assertEquals([1, -1].map((difference) => judge({ ...accuracy!, better: "neither" }, difference)), [
    "above",
    "below",
  ]);
});

Deno.test("the answer is one sentence of the numbers", () => {
  assertEquals(
    answer(entryOf([0.75, 0.875])).replaceAll("\u00a0", " "),
    "test accuracy is 81.25% ± 8.84 (mean and standard deviation over 2 seeds): 0.25 points better than the " +
      "baseline 81.00% (nearest class mean), within one standard deviation; 14.06 points worse than the published " +
      "95.31% (Nobody (2020)).",
  );
  assertEquals(answer(entryOf([0.75], { comparisons: [] })), "test accuracy is 75.00% (one seed).");
  const same = { kind: "notes", label: "the notes", metric: "testAccuracy", value: 0.75, source: "i2dl" };
  assertEquals(
    answer(entryOf([0.75], { comparisons: [same] })),
    "test accuracy is 75.00% (one seed): equal to the notes' 75.00% (the notes).",
  );
  assertEquals(answer(entryOf([undefined])), "The runs reported no result.");
  assertEquals(answer(entryOf([1], { metrics: [], comparisons: [] })), "The runs reported no result.");
});

Deno.test("claims are decided and counted", () => {
  const verdict = (values: number[]) => decideClaims(entryOf(values)).map((claim) => claim.verdict);
  assertEquals([verdict([0.95, 0.99]), verdict([0.95, 0.1]), verdict([0.1, 0.2])], [
    ["confirmed"],
    ["inconclusive"],
    ["refuted"],
  ]);
  const decided = [[0.95], [0.1], [0.95]].flatMap((values) => decideClaims(entryOf(values)));
  assertEquals(tally(decided), "3 claims of the notes tested: 2 confirmed, 1 refuted.");
  assertEquals(tally([]), undefined);
  const [claim] = experiment.claims;
  const broken = {
    claims: [{
      ...claim!,
      decide: () => {
        throw new RangeError("no");
      },
    }],
  };
  assertThrows(() => decideClaims(entryOf([1], broken)), Error, 'claim "levenberg-monotone"');
});
