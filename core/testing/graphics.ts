import { NoAdapterError } from "../backends/webgpu/webgpu_errors.ts";
import { WebGpuBackend, type WebGpuBackendOptions } from "../backends/webgpu/webgpu_backend.ts";

/**
 * Why there is no graphics processor to test with; undefined if there is one. Tests that need one are ignored where
 * there is none, and the reason is printed.
 */
export const withoutAdapter: string | undefined = await findReason();

async function findReason(): Promise<string | undefined> {
  try {
    await (await WebGpuBackend.create()).close();
    return undefined;
  } catch (error) {
    if (!(error instanceof NoAdapterError)) throw error;
    console.log(`Tests of webgpu are skipped: ${error.message}`);
    return error.message;
  }
}

/** A test that needs an adapter: skipped where there is none. */
export function gpuTest(
  name: string,
  test: (backend: WebGpuBackend) => Promise<void>,
  options: WebGpuBackendOptions = {},
): void {
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
