import { assertEquals, assertThrows } from "@std/assert";
import { OutOfMemoryError } from "../backend.ts";
import { withoutAdapter } from "../../testing/graphics.ts";
import { GpuDevice } from "./adapter.ts";
import { DeviceLostError } from "./webgpu_errors.ts";

const ignore = withoutAdapter !== undefined;

Deno.test({
  name: "GpuDevice tells of a device that is lost, once it is, and stays silent when it is closed",
  ignore,
  async fn() {
    const gpu = await GpuDevice.open();
    gpu.check();
    gpu.device.destroy();
    await gpu.device.lost;
    assertThrows(() => gpu.check(), DeviceLostError, "a run resumed from its checkpoint gives the same bits");
    const closed = await GpuDevice.open();
    closed.close();
    await closed.device.lost;
    closed.check();
  },
});

Deno.test({
  name: "GpuDevice keeps the first error that nobody caught",
  ignore,
  async fn() {
    const gpu = await GpuDevice.open();
    gpu.device.createShaderModule({ code: "fn broken(" });
    await gpu.device.queue.onSubmittedWorkDone();
    assertThrows(() => gpu.check(), Error, `Cannot go on computing on ${gpu.name}: `);
    gpu.fail(new OutOfMemoryError("later"));
    assertThrows(() => gpu.check(), Error, "Cannot go on computing");
    gpu.close();
  },
});

Deno.test({
  name: "GpuDevice asks for all that the adapter can do",
  ignore,
  async fn() {
    const gpu = await GpuDevice.open();
    const { limits } = gpu.device;
    assertEquals(limits.maxBufferSize, gpu.adapter.limits.maxBufferSize);
    assertEquals(limits.maxStorageBufferBindingSize, gpu.adapter.limits.maxStorageBufferBindingSize);
    gpu.close();
  },
});
