/** Helpers of the tests in this folder. */
import { NoAdapterError } from "./adapter.ts";
import { WebGpuBackend, type WebGpuBackendOptions } from "./webgpu_backend.ts";

let reason: string | undefined;

/** Why there is no adapter to test with; undefined if there is one. It is printed once. */
export const withoutAdapter: string | undefined = await (async () => {
  try {
    await (await WebGpuBackend.create()).close();
  } catch (error) {
    if (!(error instanceof NoAdapterError)) throw error;
    reason = error.message;
    console.log(`Tests of webgpu are skipped: ${reason}`);
  }
  return reason;
})();

/** A test that needs an adapter: skipped where there is none. */
export function gpuTest(
  name: string,
  test: (backend: WebGpuBackend) => Promise<void>,
  options: WebGpuBackendOptions = {},
) {
  Deno.test({
    name,
    ignore: withoutAdapter !== undefined,
    async fn() {
      const backend = await WebGpuBackend.create(options);
      try {
        await test(backend);
      } finally {
        await backend.close();
      }
    },
  });
}
