import { OutOfMemoryError } from "../backend.ts";
import { DeviceLostError, NoAdapterError } from "./webgpu_errors.ts";

/** An adapter's device, and what went wrong with it. */
export class GpuDevice {
  readonly device: GPUDevice;
  readonly #name: string;
  #failure: Error | undefined;
  #closing = false;

  private constructor(readonly adapter: GPUAdapter, device: GPUDevice) {
    this.device = device;
    this.#name = adapterName(adapter);
    device.addEventListener("uncapturederror", (event) => {
      if (!(event instanceof GPUUncapturedErrorEvent)) return;
      event.preventDefault();
      this.fail(gpuError(this.#name, event.error));
    });
    device.lost.then(({ message, reason }) => {
      if (this.#closing) return;
      this.fail(
        new DeviceLostError(
          `Cannot go on computing on ${this.#name}: expected the device to stay, got it lost (${
            message || reason
          }); a run resumed from its checkpoint gives the same bits`,
        ),
      );
    });
  }

  /**
   * Opens the adapter that the system prefers, with all it can do.
   *
   * @throws {NoAdapterError} if there is none.
   */
  static async open(powerPreference: GPUPowerPreference = "high-performance"): Promise<GpuDevice> {
    const gpu = typeof navigator === "undefined" ? undefined : navigator.gpu;
    if (gpu === undefined) {
      throw new NoAdapterError(
        "Cannot open a webgpu device: expected a runtime with WebGPU, got one without",
      );
    }
    const adapter = await gpu.requestAdapter({ powerPreference });
    if (adapter === null) {
      throw new NoAdapterError(
        "Cannot open a webgpu device: expected an adapter, got none; on Linux a Vulkan driver is needed, " +
          "such as Debian's mesa-vulkan-drivers and libvulkan1",
      );
    }
    const requiredLimits: Record<string, number> = {};
    for (const name of NEEDED_LIMITS) requiredLimits[name] = adapter.limits[name];
    return new GpuDevice(adapter, await adapter.requestDevice({ requiredLimits }));
  }

  /** What the adapter calls itself. */
  get name(): string {
    return this.#name;
  }

  /** Notes the first failure; it is thrown by the next call of `check`. */
  fail(error: Error): void {
    this.#failure ??= error;
  }

  /** @throws {Error} what has gone wrong so far. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** What has gone wrong when the driver refused something: it tells the reason a moment later. */
  async reasonFor(refusal: unknown): Promise<Error> {
    for (let turn = 0; turn < 5 && this.#failure === undefined; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return this.#failure ?? (refusal instanceof Error ? refusal : new Error(String(refusal)));
  }

  /** Makes a buffer. If there is no room, `check` throws as soon as the driver says so. */
  createBuffer(size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    this.device.pushErrorScope("out-of-memory");
    const buffer = this.device.createBuffer({ size, usage });
    this.device.popErrorScope().then((error) => {
      if (error !== null) this.fail(outOfMemory(this.#name, size, error.message));
    }, () => {});
    return buffer;
  }

  close(): void {
    this.#closing = true;
    this.device.destroy();
  }
}

/** The limits that decide what can be computed; the adapter's own are asked for. */
const NEEDED_LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupsPerDimension",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** What an adapter calls itself. */
export function adapterName({ info }: GPUAdapter): string {
  return info.description ||
    [info.vendor, info.architecture, info.device].filter((part) => part !== "").join(" ") ||
    "an adapter without a name";
}

function gpuError(name: string, error: GPUError): Error {
  if (error instanceof GPUOutOfMemoryError) return outOfMemory(name, undefined, error.message);
  return new Error(`Cannot go on computing on ${name}: ${error.message}`);
}

function outOfMemory(name: string, bytes: number | undefined, message: string): OutOfMemoryError {
  return new OutOfMemoryError(
    `Cannot allocate ${
      bytes === undefined ? "" : `${bytes} bytes `
    }on ${name}: expected room, got "${message}"; ` +
      "scope and dispose give back what is no longer needed, smaller batches need less",
  );
}
