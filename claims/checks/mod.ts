import type { Checks } from "../finding.ts";
import { LINEAR_MODEL_CHECKS } from "./linear_models.ts";
import { SECOND_ORDER_CHECKS } from "./second_order.ts";

/** Every exact check, by the id of the claim that it decides. */
export const CHECKS: Checks = { ...LINEAR_MODEL_CHECKS, ...SECOND_ORDER_CHECKS };
