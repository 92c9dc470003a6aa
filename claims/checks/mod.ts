import type { Checks } from "../finding.ts";
import { ACTIVATION_CHECKS } from "./activations.ts";
import { APPROXIMATION_CHECKS } from "./approximation.ts";
import { GRADIENT_CHECKS } from "./gradients.ts";
import { ITERATION_CHECKS } from "./iterations.ts";
import { LINEAR_MODEL_CHECKS } from "./linear_models.ts";
import { LOSS_CHECKS } from "./losses.ts";
import { MOMENT_CHECKS } from "./moments.ts";
import { NETWORK_CHECKS } from "./networks.ts";
import { OPTIMISER_CHECKS } from "./optimisers.ts";
import { OUTLIER_CHECKS } from "./outliers.ts";
import { RECTIFIER_CHECKS } from "./rectifiers.ts";
import { SECOND_ORDER_CHECKS } from "./second_order.ts";

/** Exact checks by the name of their file in this folder. */
export const CHECK_FILES: Readonly<Record<string, Checks>> = {
  "linear_models.ts": LINEAR_MODEL_CHECKS,
  "second_order.ts": SECOND_ORDER_CHECKS,
  "iterations.ts": ITERATION_CHECKS,
  "rectifiers.ts": RECTIFIER_CHECKS,
  "activations.ts": ACTIVATION_CHECKS,
  "losses.ts": LOSS_CHECKS,
  "outliers.ts": OUTLIER_CHECKS,
  "networks.ts": NETWORK_CHECKS,
  "approximation.ts": APPROXIMATION_CHECKS,
  "gradients.ts": GRADIENT_CHECKS,
  "optimisers.ts": OPTIMISER_CHECKS,
  "moments.ts": MOMENT_CHECKS,
};

/** Every exact check, by the id of the claim that it decides. */
export const CHECKS: Checks = Object.assign({}, ...Object.values(CHECK_FILES));
