import type { LedgerClaim, LedgerSection } from "../ledger_claim.ts";
import { LINEAR_MODELS } from "./linear_models.ts";
import { CLASSICAL_METHODS } from "./classical_methods.ts";
import { NETWORKS } from "./networks.ts";
import { ACTIVATIONS } from "./activations.ts";
import { LOSSES } from "./losses.ts";
import { BACK_PROPAGATION } from "./back_propagation.ts";
import { GRADIENT_DESCENT } from "./gradient_descent.ts";
import { ADAPTIVE_METHODS } from "./adaptive_methods.ts";
import { TRAINING_PRACTICE } from "./training_practice.ts";
import { INITIALISATION } from "./initialisation.ts";
import { BATCH_NORMALISATION } from "./batch_normalisation.ts";
import { REGULARISATION } from "./regularisation.ts";
import { GENERALISATION } from "./generalisation.ts";
import { CONVOLUTIONS } from "./convolutions.ts";
import { EARLY_ARCHITECTURES } from "./early_architectures.ts";
import { RESIDUAL_ARCHITECTURES } from "./residual_architectures.ts";
import { DENSE_PREDICTION } from "./dense_prediction.ts";
import { RECURRENT } from "./recurrent.ts";
import { SEQUENCES } from "./sequences.ts";
import { ATTENTION } from "./attention.ts";
import { TRANSFORMERS } from "./transformers.ts";
import { AUTOENCODERS } from "./autoencoders.ts";
import { GENERATIVE } from "./generative.ts";
import { GRAPHS_AND_AGENTS } from "./graphs_and_agents.ts";
import { FURTHER } from "./further.ts";

/** Every testable sentence, formula and number of the lecture notes, in the order of the catalogue. */
export const LEDGER: readonly LedgerSection[] = [
  {
    slug: "01-classical",
    title: "Data splits, linear models, classical methods",
    claims: [...LINEAR_MODELS, ...CLASSICAL_METHODS],
  },
  {
    slug: "02-networks",
    title: "Networks, activations, losses, back-propagation",
    claims: [...NETWORKS, ...ACTIVATIONS, ...LOSSES, ...BACK_PROPAGATION],
  },
  {
    slug: "03-optimisers",
    title: "Gradient descent, momentum, adaptive methods",
    claims: [...GRADIENT_DESCENT, ...ADAPTIVE_METHODS],
  },
  {
    slug: "04-training",
    title: "Training practice, initialisation, normalisation, regularisation",
    claims: [
      ...TRAINING_PRACTICE,
      ...INITIALISATION,
      ...BATCH_NORMALISATION,
      ...REGULARISATION,
      ...GENERALISATION,
    ],
  },
  {
    slug: "05-convolutions",
    title: "Convolutional networks",
    claims: [...CONVOLUTIONS, ...EARLY_ARCHITECTURES, ...RESIDUAL_ARCHITECTURES, ...DENSE_PREDICTION],
  },
  { slug: "06-sequences", title: "Sequences and word vectors", claims: [...RECURRENT, ...SEQUENCES] },
  { slug: "07-attention", title: "Attention and Transformers", claims: [...ATTENTION, ...TRANSFORMERS] },
  {
    slug: "08-generative",
    title: "Autoencoders and generative models",
    claims: [...AUTOENCODERS, ...GENERATIVE],
  },
  { slug: "09-graphs", title: "Graphs, sets, reinforcement learning", claims: [...GRAPHS_AND_AGENTS] },
  { slug: "10-further", title: "Further sentences", claims: [...FURTHER] },
];

/** The claims of all sections. */
export const LEDGER_CLAIMS: readonly LedgerClaim[] = LEDGER.flatMap(({ claims }) => claims);
