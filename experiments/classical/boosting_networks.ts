import {
  adam,
  type AdamState,
  disposeTree,
  Key,
  log,
  type NoState,
  scope,
  softplus,
  type Tensor,
  tensor,
  train,
  valueAndGrad,
} from "@verbatim/core";
import { columnOf, featureStatistics, normalise, spambase } from "@verbatim/data";
import { mlp, type MlpParams, reweigh } from "@verbatim/models";
import { defineExperiment, type RunContext } from "../define_experiment.ts";
import { readAll } from "../read_all.ts";
import { adaBoosted, errorOf, pick, type Rows, sorted, tree } from "./_ensembles.ts";

interface Config {
  readonly widths: readonly number[];
  readonly trainingRows: number;
  readonly rounds: number;
  readonly steps: number;
  readonly learningRate: number;
}

const optimiser = adam();
const FEATURES = 57;
type Running = { readonly params: MlpParams; readonly state: NoState; readonly optimiser: AdamState };
type Inputs = { readonly x: Tensor; readonly y: Tensor; readonly weights: Tensor; readonly rate: Tensor };

/** A network fitted to weighted rows: its decisions, 0 or 1, on these and on others. */
async function fitNetwork(
  context: RunContext<Config>,
  round: number,
  rows: Rows,
  weights: Float64Array,
  asked: Rows,
): Promise<{ readonly seen: Float64Array; readonly unseen: Float64Array }> {
  const { config, seed } = context;
  const key = Key.from(seed).fold("networks").fold(round);
  const model = mlp({ widths: config.widths });
  const count = rows.targets.length;
  const scoresOf = (params: MlpParams, x: Tensor) =>
    model.apply(params, {}, x, { key, train: true }).y.reshape([x.shape[0]!]);
  const trained = await train<Running, Inputs>({
    init() {
      const { params } = model.init(key);
      return { params, state: {}, optimiser: optimiser.init(params) };
    },
    steps: config.steps,
    inputs: () =>
      Promise.resolve({
        x: tensor(Float32Array.from(rows.x), [count, FEATURES]),
        y: tensor(Float32Array.from(rows.targets)),
        weights: tensor(Float32Array.from(weights)),
        rate: config.learningRate,
      }),
    step(carry, { x, y, weights, rate }) {
      const [loss, gradient] = valueAndGrad((params: MlpParams) => {
        const scores = scoresOf(params, x);
        return softplus(scores).sub(y.mul(scores)).mul(weights).sum();
      })(carry.params);
      const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
      return { carry: { ...carry, params: next.params, optimiser: next.state }, out: { loss } };
    },
    monitor: context.monitor(round === 0 ? "main" : `network${round + 1}`),
  });
  const decide = async (some: Rows) => {
    using scores = scope(() =>
      scoresOf(trained.params, tensor(Float32Array.from(some.x), [some.targets.length, FEATURES]))
    );
    return Float64Array.from(await scores.read(), (score) => (score > 0 ? 1 : 0));
  };
  const found = { seen: await decide(rows), unseen: await decide(asked) };
  disposeTree(trained);
  return found;
}

const points = (share: number) => (100 * share).toFixed(2);
const config: Config = {
  widths: [FEATURES, 32, 1],
  trainingRows: 400,
  rounds: 10,
  steps: 200,
  learningRate: 0.003,
};

export default defineExperiment<Config>({
  id: "boosting-networks",
  family: "classical",
  title: "Boosting of small networks and of stumps on Spambase",
  question: "Does boosting help learners that are strong already?",
  notes: [{
    note: "csw182",
    section: "Lecture 7, boosting",
    quote:
      "Deep models are very powerful, not obvious that they have much bias, so unclear that boosting will help.",
  }],
  datasets: [spambase],
  model: {
    name: "AdaBoost of networks 57-32-1",
    layers: [
      { name: "dense, relu", shape: "[B, 32]", parameters: 57 * 32 + 32 },
      { name: "dense", shape: "[B, 1]", parameters: 33 },
    ],
    counts: [{ label: "one of the networks", count: "57 x 32 + 32 + 32 + 1 = 1,889", source: "arithmetic" }],
  },
  method: [
    "400 training rows, which the seed draws; features with mean 0 and deviation 1 in the training split. Each network is trained on all of them by Adam with a constant rate, on the weighted binary cross-entropy; each stump as in the experiment on trees.",
    "AdaBoost for ten rounds: rows that a learner gets wrong weigh (1 - e) / e times as much for the next, and the learner's vote counts log((1 - e) / e). It ends early at a learner without error on the training rows, which is kept with the weight of an error of 2^-24.",
    "The gain is the test accuracy of the ensemble less that of its first learner. Nothing was selected.",
  ],
  profiles: {
    quick: { seeds: [1], config: { ...config, rounds: 2, steps: 40 } },
    full: { seeds: [1, 2, 3, 4, 5], config },
  },
  metrics: [
    { name: "testAccuracy", title: "Test accuracy, boosted networks", format: "percent", better: "higher" },
    {
      name: "networkAccuracy",
      title: "Test accuracy, the first network",
      format: "percent",
      better: "higher",
    },
    { name: "networkGain", title: "Gain of boosting networks", format: "percent", better: "higher" },
    { name: "networks", title: "Networks until the end", format: "count", better: "neither" },
    {
      name: "networkError",
      title: "Error of the first network on its training rows",
      format: "percent",
      better: "neither",
    },
    {
      name: "boostedStumpsAccuracy",
      title: "Test accuracy, boosted stumps",
      format: "percent",
      better: "higher",
    },
    { name: "stumpAccuracy", title: "Test accuracy, one stump", format: "percent", better: "higher" },
    { name: "stumpGain", title: "Gain of boosting stumps", format: "percent", better: "higher" },
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "the most frequent class",
      metric: "testAccuracy",
      value: 589 / 959,
      source: "counted with NumPy on the same columns",
    },
  ],
  claims: [
    {
      id: "boosting-deep",
      measured:
        "The gain is the test accuracy of the ensemble less that of its first learner. It is distinguished from 0 if it has one sign in all five seeds, by the sign test at 5%.",
      decide(metrics) {
        const gains = (name: string) => metrics.filter((m) => m[name]! > 0).length;
        const [networks, stumps] = [gains("networkGain"), gains("stumpGain")];
        const all = metrics.length;
        const lose = metrics.every((m) => m.networkGain! < 0);
        return {
          verdict: networks === all ? "refuted" : stumps === all && !lose ? "confirmed" : "inconclusive",
          evidence: `stumps gain in ${stumps} of ${all} seeds (${
            metrics.map((m) => points(m.stumpGain!)).join(", ")
          } points), networks in ${networks} (${metrics.map((m) => points(m.networkGain!)).join(", ")})`,
        };
      },
    },
  ],
  differences: [
    "The notes speak of deep models; networks of one hidden layer are the smallest that have little bias here.",
  ],
  async run(context) {
    const { config } = context;
    const data = context.data(spambase);
    const statistics = await featureStatistics(data.split("train"), "features");
    const read = async (name: string): Promise<Rows> => {
      const rows = await readAll(data.split(name));
      return {
        x: Float32Array.from(normalise(columnOf(rows, "features"), statistics)),
        features: FEATURES,
        targets: Float64Array.from(columnOf(rows, "label")),
      };
    };
    const all = await read("train");
    const key = Key.from(context.seed);
    const order = key.fold("rows").permutation(all.targets.length);
    const seen = pick(all, order.subarray(0, config.trainingRows));
    const unseen = await read("test");

    let weights: Float64Array = new Float64Array(config.trainingRows).fill(1 / config.trainingRows);
    const ratios: number[] = [];
    const votes: Float64Array[] = [];
    for (let round = 0; round < config.rounds; round++) {
      const said = await fitNetwork(context, round, seen, weights, unseen);
      const wrong = said.seen.map((decision, row) => (decision === seen.targets[row] ? 0 : 1));
      const next = reweigh(weights, wrong);
      if (round === 0) {
        context.metric("networkError", errorOf(said.seen, seen.targets));
        context.metric("networkAccuracy", 1 - errorOf(said.unseen, unseen.targets));
      }
      if (next === undefined) break;
      votes.push(said.unseen);
      ratios.push(next.ratio);
      if (next.error === 0) break;
      weights = next.weights;
    }
    using logarithms = scope(() => log(tensor(Float32Array.from(ratios))));
    const importance = await logarithms.read();
    const decisions = unseen.targets.map((_, row) => {
      const sum = votes.reduce((total, vote, i) => total + importance[i]! * (vote[row] === 1 ? 1 : -1), 0);
      return sum > 0 ? 1 : 0;
    });
    const boosted = 1 - errorOf(decisions, unseen.targets);
    const first = 1 - errorOf(votes[0]!, unseen.targets);
    context.metric("testAccuracy", boosted);
    context.metric("networkGain", boosted - first);
    context.metric("networks", votes.length);

    const samples = sorted(seen);
    const accuracyOf = async (learner: ReturnType<typeof tree>) =>
      1 - errorOf(await learner(samples, seen.targets, unseen.x, key), unseen.targets);
    const stump = await accuracyOf(tree({ maxDepth: 1 }));
    const stumps = await accuracyOf(adaBoosted(config.rounds, { maxDepth: 1 }));
    context.metric("stumpAccuracy", stump);
    context.metric("boostedStumpsAccuracy", stumps);
    context.metric("stumpGain", stumps - stump);
  },
});
