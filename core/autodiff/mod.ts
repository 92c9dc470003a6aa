export { composition } from "./composition.ts";
export { type Differentiated, grad, valueAndGrad } from "./value_and_grad.ts";
export { differentiable, type Gradient } from "./differentiable.ts";
export { withoutTapes as withoutGradient } from "./tape.ts";
