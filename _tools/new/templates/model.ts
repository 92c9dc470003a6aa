import type { NameForms } from "../names.ts";

const INPUTS = 784;
const HIDDEN = 128;
const CLASSES = 10;

/** A new architecture: one hidden layer of rectifiers over images in ten classes, ready to be changed. */
export function modelSource({ kebab, camel, pascal, constant, title }: NameForms, family: string): string {
  return `/**
 * ${title}: one hidden layer of rectifiers between the inputs and the class scores.
 *
 * Axes: B batch, D inputs, H hidden units, C classes.
 *
 * @module
 */
import {
  dense,
  type DenseParams,
  glorotUniform,
  initDense,
  kaimingUniform,
  type Model,
  relu,
  scaled,
} from "@verbatim/core";
import { defineModel, type RegisteredModel } from "../define_model.ts";
import { classify } from "../trial.ts";

/** The shape of a network. */
export interface ${pascal}Config {
  /** Values of one input. */
  readonly inputs: number;
  /** Units of the hidden layer. */
  readonly hidden: number;
  /** Number of classes. */
  readonly classes: number;
}

/** For images of 28 x 28 pixels in ten classes. */
export const ${constant}_${HIDDEN}: ${pascal}Config = { inputs: ${INPUTS}, hidden: ${HIDDEN}, classes: ${CLASSES} };

/** Parameters by layer. */
export type ${pascal}Params = { readonly hidden: DenseParams; readonly output: DenseParams };

/**
 * h = relu(x w1 + b1), and class scores h w2 + b2. Hidden weights are Kaiming-uniform, the last layer's a tenth of
 * Glorot-uniform, so that every class begins with nearly the same score; biases zero.
 *
 * *Shapes* [B, D] -> [B, C], or images [B, ...] whose values are taken row-major.
 *
 * @example Its size: w1, b1, w2 and b2
 * \`\`\`ts
 * import { countParameters, ${camel} } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const model = ${camel}({ inputs: 4, hidden: 3, classes: 2 });
 * assertEquals(countParameters(model), 4 * 3 + 3 + 3 * 2 + 2);
 * \`\`\`
 */
export function ${camel}({ inputs, hidden, classes }: ${pascal}Config): Model<${pascal}Params> {
  return {
    init: (key) => ({
      params: {
        hidden: initDense(key.fold("hidden"), inputs, hidden, kaimingUniform),
        output: initDense(key.fold("output"), hidden, classes, scaled(glorotUniform, 0.1)),
      },
      state: {},
    }),
    apply(params, state, x) {
      const h = relu(dense(params.hidden, x.reshape([x.shape[0]!, -1]))); // [B, H]
      return { y: dense(params.output, h), state }; // [B, C]
    },
  };
}

/** ${title} in the registry. */
export const ${camel}Model: RegisteredModel = defineModel({
  id: "${kebab}",
  family: "${family}",
  title: "${title}",
  notes: [],
  build: ${camel},
  configurations: {
    ${constant}_${HIDDEN}: {
      config: ${constant}_${HIDDEN},
      input: [28, 28, 1],
      parameters: ${INPUTS} * ${HIDDEN} + ${HIDDEN} + ${HIDDEN} * ${CLASSES} + ${CLASSES},
    },
  },
  trial: classify({ config: ${constant}_${HIDDEN}, input: [28, 28, 1], classes: ${CLASSES} }),
});
`;
}

/** Its test. */
export function modelTestSource({ camel, snake }: NameForms): string {
  return `import { testModel } from "../_model_contract.ts";
import { ${camel}Model } from "./${snake}.ts";

testModel(${camel}Model);
`;
}

/** The names that the experiment of a new architecture imports. */
export function modelNames({ camel, constant }: NameForms): ModelNames {
  return { build: camel, configuration: `${constant}_${HIDDEN}`, entry: `${camel}Model` };
}

/** What \`@verbatim/models\` calls an architecture, one of its configurations and its entry in the registry. */
export interface ModelNames {
  readonly build: string;
  readonly configuration: string;
  readonly entry: string;
}
