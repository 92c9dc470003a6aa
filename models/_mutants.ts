/**
 * A model that keeps the contract, and others that break it in one way each: what the contract must find. Run by
 * `_model_contract_test.ts`.
 *
 * @module
 */
import {
  batchNorm,
  type BatchNormState,
  crossEntropy,
  dense,
  type DenseParams,
  embedding,
  type EmbeddingParams,
  initBatchNorm,
  initDense,
  initEmbedding,
  kaimingUniform,
  type Model,
  type NormParams,
  type NoState,
  relu,
  square,
  type Tensor,
  tensor,
  uniform,
  zeros,
} from "@verbatim/core";
import { testMethod, testModel } from "./_model_contract.ts";
import { defineMethod, defineModel } from "./define_model.ts";
import { classify } from "./trial.ts";

type Params = {
  readonly first: DenseParams;
  readonly norm: NormParams;
  readonly last: DenseParams;
  readonly spare?: Tensor;
};
type State = { readonly norm: BatchNormState; readonly steps: Tensor };

let calls = 0;

function mutant(kind: string): Model<Params, State> {
  return {
    init(key) {
      const norm = initBatchNorm(9);
      return {
        params: {
          first: initDense(key.fold("first"), 12, 9, kaimingUniform),
          norm: norm.params,
          last: initDense(
            kind === "draws by a counter" ? key.fold(calls++) : key.fold("last"),
            9,
            3,
            kaimingUniform,
          ),
          ...(kind === "has a parameter that nothing reads" ? { spare: zeros([2]) } : {}),
        },
        state: { norm: norm.state, steps: zeros([1]) },
      };
    },
    apply(params, state, x, { train }) {
      const norm = batchNorm(params.norm, state.norm, dense(params.first, x), { train });
      let y = dense(params.last, relu(norm.y));
      if (kind === "computes by a counter") y = y.mul(1 + calls++ % 3);
      if (kind === "learns nothing") y = y.mul(1e-6);
      const steps = kind === "changes the shape of its state" ? zeros([2]) : state.steps;
      return { y, state: { norm: norm.state, steps } };
    },
  };
}

const PARAMETERS = 12 * 9 + 9 + 2 * 9 + 9 * 3 + 3;
const KINDS: Readonly<Record<string, number>> = {
  "keeps the contract": PARAMETERS,
  "draws by a counter": PARAMETERS,
  "has a parameter that nothing reads": PARAMETERS + 2,
  "computes by a counter": PARAMETERS,
  "learns nothing": PARAMETERS,
  "changes the shape of its state": PARAMETERS,
  "states another count": PARAMETERS + 1,
};
for (const [title, parameters] of Object.entries(KINDS)) {
  testModel(defineModel({
    id: title.replaceAll(" ", "-"),
    family: "mutants",
    title,
    notes: [],
    build: () => mutant(title),
    configurations: { ONE: { config: {}, input: [12], parameters } },
    trial: classify({ config: {}, input: [12], classes: 3, rate: 0.02 }),
  }));
}
testModel(defineModel({
  id: "published-otherwise",
  family: "mutants",
  title: "is published with another count",
  notes: [],
  build: () => mutant("keeps the contract"),
  configurations: {
    ONE: {
      config: {},
      input: [12],
      parameters: PARAMETERS,
      published: [{ count: 200, source: "nobody", within: 0.1 }],
    },
  },
  trial: classify({ config: {}, input: [12], classes: 3, rate: 0.02 }),
}));

type Words = {
  readonly embedding: EmbeddingParams;
  readonly word: DenseParams;
  readonly number: DenseParams;
};
type Sentence = { readonly tokens: Tensor; readonly scale: Tensor };
type Heads = { readonly word: Tensor; readonly number: Tensor };

/** Several inputs, one of whole numbers, and two heads: a class and a number for each sentence. */
const heads: Model<Words, NoState, Sentence, Heads> = {
  init: (key) => ({
    params: {
      embedding: initEmbedding(key.fold("embedding"), 20, 6, kaimingUniform),
      word: initDense(key.fold("word"), 6, 3, kaimingUniform),
      number: initDense(key.fold("number"), 6, 1, kaimingUniform),
    },
    state: {},
  }),
  apply(params, state, { tokens, scale }) {
    const h = embedding(params.embedding.table, tokens).mean(1).mul(scale); // [B, 6]
    return { y: { word: dense(params.word, h), number: dense(params.number, h) }, state };
  },
};
const tokensOf = (size: number) =>
  tensor(Uint32Array.from({ length: 4 * size }, (_, i) => (7 * i + (i >> 2)) % 20), [size, 4]);
testModel(defineModel({
  id: "words",
  family: "mutants",
  title: "has several inputs and outputs",
  notes: [],
  build: () => heads,
  configurations: {
    ONE: {
      config: {},
      input: (size: number) => ({ tokens: tokensOf(size), scale: zeros([size, 1]) }),
      parameters: 20 * 6 + 6 * 3 + 3 + 6 + 1,
    },
  },
  trial: {
    config: {},
    batch: (key, size) => ({
      x: { tokens: tokensOf(size), scale: uniform(key.fold("scale"), [size, 1], 1, 2) },
      labels: tensor(Uint32Array.from({ length: size }, (_, i) => i % 3)),
      targets: uniform(key.fold("targets"), [size, 1], -1, 1),
    }),
    loss: (y, { labels, targets }) => crossEntropy(y.word, labels).add(square(y.number.sub(targets)).mean()),
    learned: { loss: 0.1, size: 6, steps: 200, rate: 0.03 },
  },
}));

const method = (title: string, fit: () => Tensor) =>
  testMethod(
    defineMethod({ id: title.replaceAll(" ", "-"), family: "mutants", title, notes: [], trial: { fit } }),
  );
method("counts its fits", () => tensor(calls++));
method("finds no number", () => tensor(NaN));
method("leaves a tensor behind", () => tensor([1, 2]).sum());
testMethod(defineMethod({
  id: "fits",
  family: "mutants",
  title: "fits as it should",
  notes: [],
  trial: { fit: (key) => uniform(key, [5], 0, 1) },
}));
