/**
 * Times whole training steps and products through the public interface:
 * `deno task bench [--workers n] [--seconds s] [--only workload] [--json]`.
 *
 * A step is forward, backward and update on a fixed batch of 64, and reads the loss.
 *
 * @module
 */
import {
  adam,
  createDevice,
  crossEntropy,
  disposeTree,
  Key,
  matmul,
  type Model,
  momentum,
  type Optimiser,
  scope,
  setDefaultDevice,
  tensor,
  type Tree,
  uniform,
  valueAndGrad,
} from "@verbatim/core";
import { lenet, LENET_28, mlp, MLP_784_256_128_10 } from "@verbatim/models";
import {
  type Arguments,
  asksForHelp,
  describeFlags,
  type Flags,
  parseArguments,
  UsageError,
} from "@verbatim/data/command_line";

interface Workload {
  readonly id: string;
  readonly title: string;
  /** Floating-point operations of one run, where they are the point. */
  readonly flop?: number;
  /** Prepares, and returns one run that ends when its result was read. */
  prepare(): () => Promise<void>;
}

function product(n: number): Workload {
  return {
    id: `product-${n}`,
    title: `${n}^3 product`,
    flop: 2 * n * n * n,
    prepare() {
      const key = Key.from(1);
      const a = uniform(key.fold("a"), [n, n], -1, 1);
      const b = uniform(key.fold("b"), [n, n], -1, 1);
      return async () => {
        using c = matmul(a, b);
        using corner = c.slice([0, 0], [1, 1]);
        await corner.item();
      };
    },
  };
}

function trainingStep<P extends Tree, S extends Tree, O extends Tree>(
  id: string,
  title: string,
  model: Model<P, S>,
  optimiser: Optimiser<O>,
  rate: number,
): Workload {
  return {
    id,
    title,
    prepare() {
      const key = Key.from(1);
      const x = uniform(key.fold("x"), [64, 28, 28, 1]);
      const labels = tensor(Uint8Array.from({ length: 64 }, (_, i) => (7 * i) % 10));
      let carry = scope(() => {
        const { params, state } = model.init(key.fold("init"));
        return { params, state, optimiser: optimiser.init(params) };
      });
      return async () => {
        const before = carry;
        const { next, loss } = scope(() => {
          const [{ loss, state }, gradient] = valueAndGrad((params: P) => {
            const out = model.apply(params, before.state, x, { key, train: true });
            return { loss: crossEntropy(out.y, labels), state: out.state };
          })(before.params);
          const step = optimiser.update(before.params, gradient, before.optimiser, rate);
          return { next: { params: step.params, state, optimiser: step.state }, loss };
        });
        carry = next;
        disposeTree(before);
        await loss.item();
        loss.dispose();
      };
    },
  };
}

const WORKLOADS: readonly Workload[] = [
  product(512),
  product(1024),
  trainingStep("mlp", "MLP 784-256-128-10, batch 64, Adam", mlp(MLP_784_256_128_10), adam(), 1e-3),
  trainingStep(
    "lenet",
    "LeNet-5, 28x28, batch 64, momentum",
    lenet(LENET_28),
    momentum({ beta: 0.9, form: "velocity" }),
    1e-2,
  ),
];

async function time(run: () => Promise<void>, seconds: number): Promise<number[]> {
  const until = (ms: number) => performance.now() + ms;
  const warm = until(500);
  for (let n = 0; n < 3 || performance.now() < warm; n++) await run();
  const times: number[] = [];
  const end = until(1000 * seconds);
  while (times.length < 5 || performance.now() < end) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

/** The command line; a wrong one ends the program with a line and exit code 2. */
function read(flags: Flags): Arguments {
  try {
    const args = parseArguments(Deno.args, flags);
    const [name] = args.names;
    if (name !== undefined) throw new UsageError(`Cannot run "${name}": expected flags only, see --help.`);
    return args;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}

if (import.meta.main) {
  const flags: Flags = {
    workers: { kind: "count", help: "threads that compute (default 2)" },
    seconds: { kind: "count", help: "time for each workload (default 3)" },
    only: { kind: "choice", choices: WORKLOADS.map(({ id }) => id), help: "one workload" },
    json: { kind: "switch", help: "results as JSON lines" },
  };
  if (asksForHelp(Deno.args)) {
    console.log(`bench: times products and training steps\n${describeFlags(flags)}`);
    Deno.exit(0);
  }
  const args = read(flags);
  const workers = args.count("workers") ?? 2;
  const seconds = args.count("seconds") ?? 3;
  const json = args.has("json");
  const only = args.text("only");
  await using device = await createDevice({ workers });
  setDefaultDevice(device);
  if (!json) {
    console.log(`${"workload".padEnd(38)} median ms     min ms    GFLOP/s   (${workers} workers)`);
  }
  for (const workload of WORKLOADS) {
    if (only !== undefined && workload.id !== only) continue;
    const times = await time(workload.prepare(), seconds);
    const [median, minimum] = [times[times.length >> 1]!, times[0]!];
    const gflops = workload.flop === undefined ? undefined : workload.flop / median / 1e6;
    if (json) {
      console.log(
        JSON.stringify({
          id: workload.id,
          workers,
          runs: times.length,
          medianMs: median,
          minMs: minimum,
          gflops,
        }),
      );
    } else {
      const rate = gflops === undefined ? "" : gflops.toFixed(1);
      console.log(
        `${workload.title.padEnd(38)} ${median.toFixed(3).padStart(9)} ${minimum.toFixed(3).padStart(10)} ${
          rate.padStart(10)
        }`,
      );
    }
  }
}
