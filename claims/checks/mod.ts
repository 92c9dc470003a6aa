import type { Checks } from "../finding.ts";
import { ACTIVATION_CHECKS } from "./activations.ts";
import { GRADIENT_CHECKS } from "./gradients.ts";
import { LINEAR_MODEL_CHECKS } from "./linear_models.ts";
import { LOSS_CHECKS } from "./losses.ts";
import { NETWORK_CHECKS } from "./networks.ts";
import { RECTIFIER_CHECKS } from "./rectifiers.ts";
import { SECOND_ORDER_CHECKS } from "./second_order.ts";

/** Every exact check, by the id of the claim that it decides. */
export const CHECKS: Checks = {
  ...LINEAR_MODEL_CHECKS,
  ...SECOND_ORDER_CHECKS,
  ...RECTIFIER_CHECKS,
  ...ACTIVATION_CHECKS,
  ...LOSS_CHECKS,
  ...NETWORK_CHECKS,
  ...GRADIENT_CHECKS,
};
