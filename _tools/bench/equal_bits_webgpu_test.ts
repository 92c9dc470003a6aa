/** The promise, on a graphics processor: a compiled training step leaves the bits that the reference leaves. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { Device, ReferenceBackend, WasmBackend } from "@verbatim/core";
import { WebGpuBackend } from "@verbatim/core/webgpu";
import { withoutAdapter } from "../../core/testing/graphics.ts";
import { hashesOf } from "./step_hashes.ts";
import { SMALL_WORKLOADS, WORKLOADS } from "./workloads.ts";

/** The full proof takes many minutes where a processor plays the adapter: `deno task test --full`. */
const FULL = Deno.args.includes("--full");

for (
  const { name, workloads, steps, ignore, make, mode } of [
    {
      name: "two steps of each workload, made small: compiled on webgpu, the bits of the reference",
      workloads: SMALL_WORKLOADS,
      steps: 2,
      ignore: false,
      make: () => Promise.resolve(new ReferenceBackend()),
      mode: undefined,
    },
    {
      // As if the driver took subnormals for zeros; where it does not, what is computed again has the same bits.
      name: "two steps of each workload, made small: the same on webgpu with detection of subnormals",
      workloads: SMALL_WORKLOADS,
      steps: 2,
      ignore: false,
      make: () => Promise.resolve(new ReferenceBackend()),
      mode: { contraction: "product", elementwise: "detect", flushes: true },
    },
    {
      // That wasm has the reference's bits is proved elsewhere; it is much faster.
      name: "20 steps of each workload: compiled on webgpu, the bits of wasm",
      workloads: WORKLOADS,
      steps: 20,
      ignore: !FULL,
      make: () => WasmBackend.create({ workers: 1 }),
      mode: undefined,
    },
  ] as const
) {
  Deno.test({
    name,
    ignore: ignore || withoutAdapter !== undefined,
    async fn(t) {
      await using other = new Device(await make());
      await using device = new Device(await WebGpuBackend.create(mode === undefined ? {} : { mode }));
      for (const workload of workloads) {
        await t.step(`${workload.id}: ${workload.title}`, async () => {
          const expected = await hashesOf(workload, other, "compiled", steps);
          // A product is the same at every step; what is trained moves.
          const compare = workload.id.startsWith("W1") ? assertEquals : assertNotEquals;
          for (let step = 1; step < steps; step++) compare(expected[step], expected[step - 1]);
          const got = await hashesOf(workload, device, "compiled", steps);
          got.forEach((hashes, step) => assertEquals(hashes, expected[step], `step ${step}`));
        });
      }
    },
  });
}
