import { BYTES_PER_ELEMENT, type Dtype, type HostArray, viewAs } from "../../numerics/dtype.ts";
import { kernelOutputs } from "../../kernels/families.ts";
import type { Kernel, Slot } from "../../kernels/kernel.ts";
import type { Backend, DeviceBuffer, KernelCall, KernelProgram } from "../backend.ts";
import { bindKernel, enqueue } from "./bound_kernel.ts";
import { checkAllocate, checkProgram, checkRun, checkView, checkWrite } from "../check_run.ts";
import { GpuDevice } from "./adapter.ts";
import { gpuFamilyOf } from "./emit/families.ts";
import type { ExactMode, GpuLimits } from "./gpu_kernel.ts";
import { GPU_ALIGNMENT, type GpuBlock, GpuBuffer, GpuMemory, type GpuRange } from "./gpu_memory.ts";
import { GpuProgram, type GpuProgramHost } from "./gpu_program.ts";
import { GpuQueue } from "./gpu_queue.ts";
import { KernelLoader, type LoadedKernel } from "./kernel_loader.ts";
import { Pipelines } from "./pipelines.ts";
import { describeMode, probe, type ProbeReport, requireExact } from "./probe.ts";
import { SelfCheck } from "./self_check.ts";
import { type GpuOwnKernel, splitCall, unstoredElements } from "./split_product_map.ts";
import { type SlotPattern, slotPattern, targetOf } from "./slot_pattern.ts";

/** Options of the webgpu backend. */
export interface WebGpuBackendOptions {
  /** The most bytes that its arrays may take together. Default: as much as the adapter gives. */
  readonly bytes?: number;
  /** Which adapter is preferred, if the machine has several; default "high-performance". */
  readonly powerPreference?: GPUPowerPreference;
  /** Whether the probe tries every way of computing, for its report; default: what it needs to choose. */
  readonly probeAll?: boolean;
  /**
   * Whether an adapter is used all the same that is exact in no way, and pipelines that are not exact: results are then
   * only near the reference's. Default: such an adapter is refused, and such a pipeline an error.
   */
  readonly allowInexact?: boolean;
  /** A way to be exact instead of the cheapest that the probe finds: for tests and measurements. */
  readonly mode?: ExactMode;
}

/** For an adapter that is exact in no way. */
const INEXACT: ExactMode = { contraction: "plain", elementwise: "plain", flushes: false };

/** What an open backend works with. */
interface Engine {
  readonly gpu: GpuDevice;
  readonly memory: GpuMemory;
  readonly pipelines: Pipelines;
  readonly queue: GpuQueue;
  readonly loader: KernelLoader;
  readonly selfCheck: SelfCheck;
  /** Buffers for slots beyond those that the adapter binds; the last is in use. */
  readonly packed: GPUBuffer[];
}

/**
 * The backend on graphics processors, with the reference's bits.
 *
 * What WGSL leaves open is closed by a probe at the start, which finds the cheapest way in which this adapter is exact,
 * and by a check of every pipeline on a small kernel before any value is read.
 */
export class WebGpuBackend implements Backend {
  readonly name = "webgpu";
  readonly workers = 1;
  readonly alignment: number = GPU_ALIGNMENT;
  readonly readsWait: boolean = true;
  /** The adapter's limits and what it calls itself. */
  readonly adapter: GPUAdapter;
  /** What the probe found. */
  readonly report: ProbeReport;
  /** How it computes. */
  readonly mode: ExactMode;
  #engine: Engine | undefined;

  private constructor(
    gpu: GpuDevice,
    report: ProbeReport,
    mode: ExactMode,
    bytes: number,
    tolerant: boolean,
  ) {
    this.adapter = gpu.adapter;
    this.report = report;
    this.mode = mode;
    const pipelines = new Pipelines(gpu);
    const { limits } = gpu.device;
    const gpuLimits: GpuLimits = {
      invocations: Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX),
      sharedBytes: limits.maxComputeWorkgroupStorageSize,
    };
    const queue = new GpuQueue(gpu);
    this.#engine = {
      gpu,
      pipelines,
      queue,
      memory: new GpuMemory(gpu, bytes, () => queue.flush()),
      selfCheck: new SelfCheck(gpu, tolerant),
      packed: [],
      loader: new KernelLoader(
        pipelines,
        mode,
        gpuLimits,
        (kernel, pattern) => this.#checkSmall(kernel, pattern),
      ),
    };
  }

  /**
   * Opens the adapter that the system prefers.
   *
   * @throws {NoAdapterError} if there is none, or it cannot be exact: then with the cases that failed.
   */
  static async create(options: WebGpuBackendOptions = {}): Promise<WebGpuBackend> {
    return await WebGpuBackend.on(await GpuDevice.open(options.powerPreference), options);
  }

  /** For tests: makes a backend of an open device, which is closed with it or if it cannot be used. */
  static async on(
    gpu: GpuDevice,
    { bytes = Infinity, mode, probeAll = false, allowInexact = false }: WebGpuBackendOptions,
  ): Promise<WebGpuBackend> {
    try {
      const report = await probe(gpu, probeAll);
      const chosen = mode ?? (allowInexact ? report.mode ?? INEXACT : requireExact(report));
      return new WebGpuBackend(gpu, report, chosen, bytes, allowInexact);
    } catch (error) {
      gpu.close();
      throw error;
    }
  }

  /** The adapter, and how it is made exact, in words. */
  get description(): string {
    return `${this.report.adapter}: ${describeMode(this.mode)}`;
  }

  /** Bytes that arrays take. */
  get bytesInUse(): number {
    return this.#engine?.memory.inUse ?? 0;
  }

  /** With `allowInexact`: the kernels of which a small case had other bits than the reference, so far as was read. */
  get inexact(): readonly string[] {
    return this.#engine?.selfCheck.found ?? [];
  }

  /** Number of pipelines that were compiled. */
  get pipelines(): number {
    return this.#engine?.pipelines.size ?? 0;
  }

  allocate(dtype: Dtype, length: number): DeviceBuffer {
    const { memory } = this.#open("allocate");
    checkAllocate(dtype, length);
    const block = memory.allocate(length * BYTES_PER_ELEMENT[dtype]);
    return new GpuBuffer(this, dtype, length, block, block);
  }

  free(buffer: DeviceBuffer): void {
    const own = this.#own(buffer, "free");
    own.free();
    // After a failure too: what gives back must not hide what went wrong.
    if (own.block !== undefined) this.#engine?.memory.free(own.block);
  }

  write(buffer: DeviceBuffer, values: HostArray): void {
    const { queue } = this.#open("write");
    const own = this.#own(buffer, "write");
    checkWrite(buffer, values);
    if (values.length > 0) queue.write(own, bytesOf(values));
  }

  async read(buffer: DeviceBuffer): Promise<HostArray> {
    const { gpu, queue, selfCheck } = this.#open("read");
    const own = this.#own(buffer, "read");
    const { dtype, length, size } = own;
    const staging = gpu.createBuffer(size, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    try {
      queue.copy(own, { buffer: staging, offset: 0, size });
      queue.flush();
      const verified = selfCheck.verify();
      await Promise.all([verified, staging.mapAsync(GPUMapMode.READ)]);
      gpu.check();
      return viewAs(dtype, staging.getMappedRange().slice(0), 0, length);
    } catch (error) {
      throw await gpu.reasonFor(error);
    } finally {
      staging.destroy();
    }
  }

  run(kernel: Kernel, inputs: readonly DeviceBuffer[], outputs: readonly DeviceBuffer[]): void {
    const engine = this.#open("run");
    checkRun(kernel, inputs, outputs);
    let room: DeviceBuffer | undefined;
    const calls = splitCall({ kernel, inputs, outputs }, (elements) => room = this.allocate("f32", elements));
    try {
      for (const { kernel, inputs, outputs } of calls) {
        const operands = inputs.map((buffer) => this.#own(buffer as DeviceBuffer, "run"));
        const results = outputs.map((buffer) => this.#own(buffer, "run"));
        const pattern = this.#patternOf(kernel, operands, results);
        this.#launch(engine, engine.loader.load(kernel, pattern), pattern, operands, results);
      }
    } finally {
      // What comes later may write there.
      if (room !== undefined) this.free(room);
    }
  }

  view(whole: DeviceBuffer, offset: number, dtype: Dtype, length: number): DeviceBuffer {
    this.#open("view");
    const own = this.#own(whole, "view");
    checkView(whole, offset, dtype, length, this.alignment);
    return new GpuBuffer(
      this,
      dtype,
      length,
      { buffer: own.buffer, offset: own.offset + offset },
      undefined,
      own,
    );
  }

  prepare(groups: readonly (readonly KernelCall[])[], parameters: readonly Slot[]): KernelProgram {
    const { memory } = this.#open("prepare");
    checkProgram(groups, parameters);
    const host: GpuProgramHost = {
      own: (buffer) => this.#own(buffer, "run"),
      allocate: (bytes) => memory.allocate(bytes),
      free: (block) => memory.free(block),
      load: ({ kernel }, inputs, outputs) => {
        const pattern = this.#patternOf(kernel, inputs, outputs);
        return { pattern, loaded: this.#open("run").loader.load(kernel, pattern) };
      },
      bind: (loaded, pattern, inputs, outputs, temporary) => {
        const engine = this.#open("run");
        const rooms = { temporary, packed: this.#packedRoom(engine, pattern) };
        return bindKernel(engine.gpu, loaded, pattern, inputs, outputs, rooms);
      },
      queue: () => this.#open("run").queue,
    };
    // Kernels run one after the other, so one room serves all products that are not stored.
    const elements = groups.flat().reduce((most, call) => Math.max(most, unstoredElements(call)), 0);
    const room = elements === 0 ? undefined : this.allocate("u8", 4 * elements);
    const giveBack = () => room !== undefined && this.free(room);
    try {
      const calls = groups.flat().flatMap((call) =>
        splitCall(call, (length) => this.view(room!, 0, "f32", length))
      );
      const program = new GpuProgram(host, calls);
      return {
        run: (given) => program.run(given),
        release: () => {
          program.release();
          giveBack();
        },
      };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /** Gives everything back. Closing twice does nothing. */
  close(): Promise<void> {
    const engine = this.#engine;
    this.#engine = undefined;
    if (engine !== undefined) {
      engine.memory.close();
      engine.pipelines.close();
      for (const buffer of engine.packed) buffer.destroy();
      engine.gpu.close();
    }
    return Promise.resolve();
  }

  #patternOf(kernel: Kernel, inputs: readonly GpuRange[], outputs: readonly GpuRange[]): SlotPattern {
    const { limits } = this.#open("run").gpu.device;
    for (const { size } of [...inputs, ...outputs]) {
      if (size <= limits.maxStorageBufferBindingSize) continue;
      throw new RangeError(
        `Cannot run ${kernel.family} on webgpu: expected arrays of at most ${limits.maxStorageBufferBindingSize} bytes, ` +
          `the most that this adapter binds, got one of ${size}`,
      );
    }
    return slotPattern(kernel, inputs, outputs, limits.maxStorageBuffersPerShaderStage);
  }

  /** Notes a kernel once; what it needs besides its slots is given back at once, for work that comes later. */
  #launch(
    engine: Engine,
    loaded: LoadedKernel,
    pattern: SlotPattern,
    inputs: readonly GpuRange[],
    outputs: readonly GpuRange[],
  ): void {
    const { gpu, memory, queue } = engine;
    const temporary = loaded.temporaryBytes > 0 ? memory.allocate(loaded.temporaryBytes) : undefined;
    const rooms = { temporary, packed: this.#packedRoom(engine, pattern) };
    enqueue(queue, bindKernel(gpu, loaded, pattern, inputs, outputs, rooms));
    if (temporary !== undefined) memory.free(temporary);
  }

  /** Kernels run one after the other, so one buffer serves all. */
  #packedRoom(engine: Engine, { packedBytes }: SlotPattern): GpuRange | undefined {
    if (packedBytes === 0) return undefined;
    let buffer = engine.packed.at(-1);
    if (buffer === undefined || buffer.size < packedBytes) {
      const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
      buffer = engine.gpu.createBuffer(2 * packedBytes, STORAGE | COPY_SRC | COPY_DST);
      engine.packed.push(buffer);
    }
    return { buffer, offset: 0, size: packedBytes };
  }

  /** Compares the texts of a kernel with the reference on a small one. */
  #checkSmall(kernel: GpuOwnKernel, { variables, inputs: count }: SlotPattern): void {
    const engine = this.#open("run");
    const { memory, queue, loader, selfCheck } = engine;
    const family = gpuFamilyOf(kernel);
    const small = family.small(kernel);
    const slots = kernelOutputs(small.kernel);
    const names = small.inputs.map((_, i) => variables[i]!);
    const resultNames = slots.map((_, i) => variables[count + i]!);
    // Operands that have one buffer have the values of the longest.
    const shared = new Map<string, HostArray>();
    small.inputs.forEach((values, i) => {
      if ((shared.get(names[i]!)?.length ?? -1) < values.length) shared.set(names[i]!, values);
    });
    const values = small.inputs.map(({ length }, i) => shared.get(names[i]!)!.subarray(0, length));
    const blocks = new Map<string, GpuBlock>();
    for (const [name, own] of shared) {
      const block = memory.allocate(own.byteLength);
      blocks.set(name, block);
      if (own.length > 0) queue.write(block, bytesOf(own));
    }
    slots.forEach(({ dtype, length }, i) => {
      const name = resultNames[i]!;
      if (!blocks.has(name)) blocks.set(name, memory.allocate(length * BYTES_PER_ELEMENT[dtype]));
    });
    const [operands, results] = [names, resultNames].map((list) => list.map((name) => blocks.get(name)!)) as [
      GpuBlock[],
      GpuBlock[],
    ];
    const pattern = this.#patternOf(small.kernel, operands, results);
    const target = targetOf(pattern, this.mode, loader.limits);
    const emitted = small.emit?.(target) ?? family.emit(small.kernel, target);
    this.#launch(engine, loader.compile(emitted, pattern), pattern, operands, results);
    results.forEach((range, output) => {
      const expected = selfCheck.expect(small.kernel, values, output);
      if (expected.size > 0) queue.copy({ ...range, size: expected.size }, expected);
    });
    for (const block of blocks.values()) memory.free(block);
  }

  #open(task: string): Engine {
    if (this.#engine === undefined) {
      throw new TypeError(`Cannot ${task}: expected the webgpu backend open, got it closed`);
    }
    this.#engine.gpu.check();
    return this.#engine;
  }

  #own(buffer: DeviceBuffer, task: string): GpuBuffer {
    if (!(buffer instanceof GpuBuffer) || buffer.owner !== this) {
      throw new TypeError(`Cannot ${task}: expected a buffer of this backend, got one of another`);
    }
    if (buffer.freed) {
      throw new TypeError(
        `Cannot ${task}: expected a buffer that is in use, got ${buffer.dtype}[${buffer.length}] after free`,
      );
    }
    return buffer;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: HostArray): Uint8Array<ArrayBuffer> {
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Uint8Array(buffer, byteOffset, byteLength).slice();
}
