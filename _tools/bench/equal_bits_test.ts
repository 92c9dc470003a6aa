/**
 * The promise, on whole training steps: operation by operation or compiled, on any number of threads, a step leaves the
 * bits that the reference leaves.
 */
import { assertEquals, assertNotEquals } from "@std/assert";
import { Device, ReferenceBackend, WasmBackend } from "@verbatim/core";
import { hashesOf } from "./step_hashes.ts";
import type { Workload } from "./workload.ts";
import { SMALL_WORKLOADS, WORKLOADS } from "./workloads.ts";

/** The full proof takes many minutes, nearly all of them on the reference: `deno task test --full`. */
const FULL = Deno.args.includes("--full");

const THREADS = [1, 2, 3, 5];

/** Holds every workload on the wasm backend against the reference. */
async function prove(
  t: Deno.TestContext,
  workloads: readonly Workload[],
  { steps, shareAll }: { steps: number; shareAll: boolean },
): Promise<void> {
  const reference = new Device(new ReferenceBackend());
  const devices: Device[] = [];
  for (const workers of THREADS) devices.push(new Device(await WasmBackend.create({ workers, shareAll })));
  try {
    for (const workload of workloads) {
      await t.step(`${workload.id}: ${workload.title}`, async () => {
        const expected = await hashesOf(workload, reference, "eager", steps);
        // A product is the same at every step; what is trained moves.
        const compare = workload.id.startsWith("W1") ? assertEquals : assertNotEquals;
        for (let step = 1; step < steps; step++) compare(expected[step], expected[step - 1]);
        for (const device of devices) {
          for (const how of ["eager", "compiled"] as const) {
            const got = await hashesOf(workload, device, how, steps);
            got.forEach((hashes, step) =>
              assertEquals(hashes, expected[step], `step ${step}, ${how}, ${device.backend.workers} threads`)
            );
          }
        }
      });
    }
  } finally {
    for (const device of [reference, ...devices]) await device.close();
  }
}

Deno.test("two steps of each workload, made small: the same bits eager, compiled, on 1, 2, 3 and 5 threads", (t) =>
  prove(t, SMALL_WORKLOADS, { steps: 2, shareAll: true }));

Deno.test({
  name: "20 steps of each workload: the same bits eager, compiled, on 1, 2, 3 and 5 threads",
  ignore: !FULL, // many minutes
  fn: (t) => prove(t, WORKLOADS, { steps: 20, shareAll: false }),
});
