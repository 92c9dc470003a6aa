import { assertEquals } from "@std/assert";
import { planStages } from "./plan_stages.ts";

/** A call of one phase of so many units, each of which is work for so many microseconds. */
const callOf = (units: number, microseconds: number, args: number) => ({
  emitted: {
    phases: [{ name: "phase", index: 0, units, grain: 4 / microseconds }],
    temporaryBytes: 0,
    scratchBytes: 0,
  },
  args,
});

/** The parts of each task, stage by stage; a serial stage in negative numbers. */
const partsOf = (calls: ReturnType<typeof callOf>[], threads = 2) =>
  planStages([calls], threads, false).map(({ serial, tasks }) =>
    tasks.map(({ parts }) => serial ? -parts : parts)
  );

Deno.test("planStages cuts a stage by how much work its tasks are, also where a unit is much work", () => {
  // 320 us each: as many parts, though one has few units.
  assertEquals(partsOf([callOf(256, 1.25, 0), callOf(8, 40, 1)]), [[10, 8]]);
  // As many for one thread as for the other.
  assertEquals(partsOf([callOf(256, 0.41, 0), callOf(8, 13.1, 1)]), [[4, 4]]);
  // Not smaller than a unit, not more than 16 for each thread.
  assertEquals(partsOf([callOf(64, 40, 0)]), [[32]]);
  assertEquals(partsOf([callOf(64, 40, 0)], 4), [[64]]);
  assertEquals(partsOf([callOf(3, 1000, 0)]), [[3]]);
  // A task of one unit beside others cannot be cut, and a stage of nothing else is one thread's.
  assertEquals(partsOf([callOf(1, 40, 0), callOf(100, 0.4, 1)]), [[1, 2]]);
  assertEquals(partsOf([callOf(1, 40, 0)]), [[-1]]);
});

Deno.test("planStages leaves what is not worth two threads to one, without a barrier between", () => {
  const stages = planStages([[callOf(100, 0.04, 0)], [callOf(100, 0.05, 1)]], 2, false);
  assertEquals(stages.map(({ serial, tasks }) => [serial, tasks.length]), [[true, 2]]);
});
