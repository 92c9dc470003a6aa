import { assertEquals, assertThrows } from "@std/assert";
import { flattenConfiguration } from "./hyper_parameters.ts";

Deno.test("nested values are named by their path", () => {
  const flat = flattenConfiguration({
    batch: 32,
    optimiser: { name: "adam", rate: 1e-3, decay: { power: 0.5, warm: true } },
    blocks: [{ width: 8 }, { width: 16, stride: 2 }],
    empty: [],
    none: null,
    left: undefined,
  });
  assertEquals(Object.fromEntries(flat), {
    "batch": "32",
    "optimiser.name": "adam",
    "optimiser.rate": "0.001",
    "optimiser.decay.power": "0.5",
    "optimiser.decay.warm": "true",
    "blocks[0].width": "8",
    "blocks[1].width": "16",
    "blocks[1].stride": "2",
    "empty": "[]",
    "none": "null",
  });
  assertEquals([...flattenConfiguration({})], []);
  assertEquals([...flattenConfiguration(5)], [["value", "5"]]);
});

Deno.test("what cannot be printed is an error", () => {
  assertThrows(() => flattenConfiguration({ schedule: { at: () => 1 } }), TypeError, '"schedule.at"');
});
