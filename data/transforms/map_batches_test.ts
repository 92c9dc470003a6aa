import { assertEquals, assertRejects } from "@std/assert";
import { Key } from "@verbatim/core";
import fc from "fast-check";
import { type Batch, createBatches } from "../batches.ts";
import { memorySplit } from "../memory_split.ts";
import { type BatchPosition, mapBatches } from "./map_batches.ts";

const columns = { x: { dtype: "u32", shape: [], description: "the row" } } as const;
const split = memorySplit(10, columns, { x: Uint32Array.from({ length: 10 }, (_, i) => i) });
const key = Key.from(1);

Deno.test("mapped batches are a function of the step, whatever was read before", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { minLength: 1, maxLength: 20 }), async (steps) => {
      const source = createBatches(split, { batchSize: 3, key });
      const mapped = mapBatches(
        createBatches(split, { batchSize: 3, key }),
        async (batch, position) => ({ ...await Promise.resolve(batch), position }),
      );
      assertEquals([mapped.batchSize, mapped.stepsPerEpoch], [3, 3]);
      for (const step of steps) {
        assertEquals(await mapped.at(step), {
          ...await source.at(step),
          position: { step, epoch: Math.floor(step / 3) },
        });
      }
    }),
    { seed: 1, numRuns: 50 },
  ));

function recorded(fail = -1) {
  const seen: number[] = [];
  const transform = (batch: Batch, { step }: BatchPosition) => {
    seen.push(step);
    if (step === fail) throw new Error(`step ${step}`);
    return batch;
  };
  return { seen, batches: mapBatches(createBatches(split, { batchSize: 3, key }), transform) };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("the next batch of the epoch is made ahead, once", async () => {
  const { seen, batches } = recorded();
  await batches.at(0);
  await settle();
  assertEquals(seen, [0, 1]);
  await batches.at(1);
  await batches.at(2);
  await settle();
  assertEquals(seen, [0, 1, 2]);
});

Deno.test("an error of a batch made ahead comes to whoever asks for it", async () => {
  const { batches } = recorded(1);
  await batches.at(0);
  await settle();
  await assertRejects(() => batches.at(1), Error, "step 1");
  assertEquals((await batches.at(2)).size, 3);
});
