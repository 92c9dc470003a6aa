import { fileURLToPath } from "node:url";

/** How PyTorch is told to use threads. With two by default it is erratic on small work: the best of three counts. */
export interface Setting {
  readonly name: string;
  readonly threads: number;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The settings that are tried beside so many workers. OpenBLAS always looks for the best kernels of the processor itself: a
 * shell in which others were chosen would slow it down by half.
 */
export function settingsFor(workers: number): Setting[] {
  const of = (name: string, threads: number, env: Record<string, string> = {}) => ({
    name,
    threads,
    env: {
      OMP_NUM_THREADS: `${threads}`,
      OPENBLAS_NUM_THREADS: `${threads}`,
      OPENBLAS_CORETYPE: "",
      ...env,
    },
  });
  const one = of("1 thread", 1);
  if (workers === 1) return [one];
  return [
    one,
    of(`${workers} threads`, workers),
    of(`${workers} threads, passive`, workers, { OMP_WAIT_POLICY: "passive" }),
  ];
}

/** How to get a peer, where there is none. */
export const HOW_TO_INSTALL =
  "PyTorch is not compared: on Debian, apt-get install python3-torch libopenblas0-openmp (the bench runs /usr/bin/python3)";

/** What a peer says of itself. */
export interface Greeting {
  readonly torch: string;
  readonly blas: string;
}

/** PyTorch in a process of its own, which computes only while it is asked to. */
export class Peer {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #rest = "";

  private constructor(readonly setting: Setting, process: Deno.ChildProcess) {
    this.#process = process;
    this.#lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#writer = process.stdin.getWriter();
  }

  /** Starts PyTorch; undefined, with the reason, if it is not installed. */
  static async start(setting: Setting): Promise<{ peer: Peer; greeting: Greeting } | { reason: string }> {
    let process: Deno.ChildProcess;
    try {
      process = new Deno.Command("/usr/bin/python3", {
        args: [fileURLToPath(new URL("./peer.py", import.meta.url)), `${setting.threads}`],
        env: setting.env,
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
    } catch (error) {
      // Where there is no such file, the task's permission to run it is void too.
      const isMissing = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable;
      if (!isMissing) throw error;
      return { reason: HOW_TO_INSTALL };
    }
    const peer = new Peer(setting, process);
    const greeting = await peer.#answer();
    if (typeof greeting["torch"] !== "string") {
      await peer.close();
      return { reason: HOW_TO_INSTALL };
    }
    return { peer, greeting: { torch: greeting["torch"], blas: String(greeting["blas"]) } };
  }

  /** Makes a workload. */
  async prepare(id: string): Promise<void> {
    await this.#ask(`prepare ${id}`);
  }

  /** The losses of the next steps. */
  losses(steps: number): Promise<number[]> {
    return this.#numbers(`losses ${steps}`, "losses");
  }

  /** Makes steps for so many seconds; the milliseconds of each. */
  run(seconds: number): Promise<number[]> {
    return this.#numbers(`run ${seconds}`, "ms");
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#lines.cancel().catch(() => {});
    await this.#process.status;
  }

  async #numbers(command: string, name: string): Promise<number[]> {
    const list = (await this.#ask(command))[name];
    if (Array.isArray(list) && list.every((value) => typeof value === "number")) return list;
    throw new Error(
      `Cannot compare with PyTorch: expected numbers for "${command}", got none; did its process end?`,
    );
  }

  async #ask(command: string): Promise<Record<string, unknown>> {
    await this.#writer.write(new TextEncoder().encode(`${command}\n`));
    return this.#answer();
  }

  async #answer(): Promise<Record<string, unknown>> {
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) return {};
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return JSON.parse(line);
  }
}
