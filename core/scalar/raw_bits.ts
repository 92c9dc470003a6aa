import { type Scalar, topologicalOrder } from "./expression.ts";

/**
 * The `bitsOf` nodes of an expression that need not make NaN canonical: whenever their operand is NaN, whatever depends
 * on its bits ends in floats that are NaN anyway, and which NaN a float is shows nowhere.
 *
 * Functions that end with a product by a power of two, made of the bits of an exponent, are of this kind: if the
 * argument is NaN, so is the other factor.
 */
export function rawBits(outputs: readonly Scalar[]): Set<Scalar> {
  const order = topologicalOrder(outputs);
  return new Set(order.filter((node) => node.operation === "bitsOf" && !shows(node, order, outputs)));
}

/** Whether a result can depend on which NaN the operand of `bits` is, when it is one. */
function shows(bits: Scalar, order: readonly Scalar[], outputs: readonly Scalar[]): boolean {
  // Floats that are NaN and words that are the bits of one.
  const nan = impliedNaNs(bits.operands[0]!);
  const dependent = new Set<Scalar>();
  for (const node of order) {
    if (isNaNGiven(nan, node)) nan.add(node);
    if (node.type === "f32" && nan.has(node) || conditionGiven(nan, node) !== undefined) continue;
    if (node === bits || node.operands.some((operand) => dependent.has(operand))) dependent.add(node);
  }
  return outputs.some((output) => dependent.has(output));
}

/** True for a constant that makes no NaN of a number when it multiplies it or is added. */
function isFactor({ operation, immediate }: Scalar): boolean {
  const size = immediate & 0x7fffffff;
  return operation === "constant" && size > 0 && size < 0x7f800000;
}

function isNumber(node: Scalar): boolean {
  return node.operation === "constant" && !isNaNConstant(node);
}

function isNaNConstant({ operation, type, immediate }: Scalar): boolean {
  return operation === "constant" && type === "f32" && (immediate & 0x7fffffff) > 0x7f800000;
}

/** Floats that are NaN if `node` is: itself, and those that it was made of in ways that make no NaN of numbers. */
function impliedNaNs(node: Scalar, known = new Map<Scalar, Set<Scalar>>()): Set<Scalar> {
  let implied = known.get(node);
  if (implied === undefined) {
    const [a, b, c] = node.operands as [Scalar, Scalar, Scalar];
    const from = (operand: Scalar) => impliedNaNs(operand, known);
    switch (node.operation) {
      case "floor":
      case "ceil":
      case "truncate":
      case "nearest":
      case "absolute":
      case "negate":
        implied = from(a);
        break;
      case "add":
      case "subtract":
      case "multiply":
        if (isFactor(b)) implied = from(a);
        else if (isFactor(a)) implied = from(b);
        break;
      case "selectF32":
        if (isNumber(b)) implied = from(c);
        else if (isNumber(c)) implied = from(b);
        else implied = from(b).intersection(from(c));
    }
    implied = new Set(implied).add(node);
    known.set(node, implied);
  }
  return implied;
}

/** Whether a float is NaN, or a word the bits of one, given what else is. */
function isNaNGiven(nan: ReadonlySet<Scalar>, node: Scalar): boolean {
  const { operation, operands } = node;
  switch (operation) {
    case "constant":
      return isNaNConstant(node);
    case "add":
    case "subtract":
    case "multiply":
    case "divide":
    case "squareRoot":
    case "floor":
    case "ceil":
    case "truncate":
    case "nearest":
    case "absolute":
    case "negate":
    case "bitsOf":
    case "fromBits":
    // Whatever is added to the bits of NaN, they are those of another.
    case "or":
      return operands.some((operand) => nan.has(operand));
    case "scaleByPowerOfTwo":
    case "significandOf":
      return nan.has(operands[0]!);
    case "selectF32":
    case "selectU32": {
      const [condition, whenTrue, whenFalse] = operands as [Scalar, Scalar, Scalar];
      const known = conditionGiven(nan, condition);
      if (known !== undefined) return nan.has(known ? whenTrue : whenFalse);
      return nan.has(whenTrue) && nan.has(whenFalse);
    }
    default:
      return nan.has(node);
  }
}

/** The value of a condition, as far as what is NaN decides it. */
function conditionGiven(nan: ReadonlySet<Scalar>, { operation, operands }: Scalar): boolean | undefined {
  switch (operation) {
    case "equal":
    case "less":
    case "lessOrEqual":
      return operands.some((operand) => nan.has(operand)) ? false : undefined;
    case "not": {
      const known = conditionGiven(nan, operands[0]!);
      return known === undefined ? undefined : !known;
    }
    default:
      return undefined;
  }
}
