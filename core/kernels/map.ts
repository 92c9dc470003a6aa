import type { Dtype } from "../numerics/dtype.ts";
import { type ScalarProgram, topologicalOrder } from "../scalar/expression.ts";
import { checkShape, elementCount } from "./_check.ts";
import { broadcastStrides } from "./_layout.ts";
import type { FamilyDefinition } from "./kernel.ts";
import { mapReference } from "./map_reference.ts";

/**
 * A scalar program applied to every element of broadcast operands: out_j[i] = program_j(in_0[i], in_1[i], ...).
 *
 * *Shapes* each operand broadcasts to `shape` by the usual rule: aligned at the last axis, a missing axis or a length
 * of 1 is repeated. All results have `shape`.
 * *Dtypes* a scalar program's f32 input reads an f32 operand; its u32 input reads u32, i32 or (zero-extended) u8. An f32
 * output goes to f32; a u32 output to u32 or i32; an f32 output to u8 rounds to nearest even and clamps to 0..255, NaN
 * to 0; a u32 output to u8 keeps its low eight bits.
 */
export interface MapKernel {
  /** Tells the families apart. */
  readonly family: "map";
  /** Applied to each element. */
  readonly program: ScalarProgram;
  /** Of every result. */
  readonly shape: readonly number[];
  /** One operand for each input of the program. */
  readonly inputs: readonly { readonly dtype: Dtype; readonly shape: readonly number[] }[];
  /** One dtype for each output of the program. */
  readonly outputs: readonly Dtype[];
}

/** Maps: slots, checks and the reference that defines their bits. */
export const mapFamily: FamilyDefinition<MapKernel> = {
  key: ({ program, shape, inputs, outputs }) =>
    `map:[${shape}]${
      inputs.map((operand) => `${operand.dtype}[${operand.shape}]`).join("")
    }>${outputs}:${program.key}`,
  inputs: ({ inputs }) => inputs.map(({ dtype, shape }) => ({ dtype, length: elementCount(shape) })),
  outputs({ shape, outputs }) {
    const length = elementCount(shape);
    return outputs.map((dtype) => ({ dtype, length }));
  },
  validate: validateMap,
  reference: mapReference,
};

/** The element types that a scalar program's input may read, and its output may go to. */
const READS = { f32: ["f32"], u32: ["u32", "i32", "u8"], bool: [] } as const;
const WRITES = { f32: ["f32", "u8"], u32: ["u32", "i32", "u8"], bool: [] } as const;

function validateMap({ program, shape, inputs, outputs }: MapKernel): void {
  checkShape("map", "the result", shape);
  checkCount("operands", program.inputs.length, inputs.length);
  checkCount("results", program.outputs.length, outputs.length);
  inputs.forEach((operand, i) => {
    checkShape("map", `operand ${i}`, operand.shape);
    checkType(`operand ${i}`, READS[program.inputs[i]!], operand.dtype);
    if (broadcastStrides(operand.shape, shape) === undefined) {
      throw new RangeError(
        `Cannot map: expected operand ${i} to broadcast to [${shape}], got shape [${operand.shape}]`,
      );
    }
  });
  outputs.forEach((dtype, i) => checkType(`result ${i}`, WRITES[program.outputs[i]!.type], dtype));
  checkInputs(program);
}

function checkCount(what: string, expected: number, got: number): void {
  if (expected !== got) {
    throw new RangeError(`Cannot map: expected ${expected} ${what}, as the program has, got ${got}`);
  }
}

function checkType(what: string, allowed: readonly Dtype[], got: Dtype): void {
  if (!allowed.includes(got)) {
    throw new RangeError(
      `Cannot map: expected ${what} to be ${allowed.join(" or ") || "no bool"}, got ${got}`,
    );
  }
}

/** @throws {RangeError} if an expression reads an input that the program does not have, or with another type. */
function checkInputs(program: ScalarProgram): void {
  for (const { operation, type, immediate } of topologicalOrder(program.outputs)) {
    if (operation === "input" && program.inputs[immediate] !== type) {
      throw new RangeError(
        `Cannot map: expected input ${immediate} of the program to be ${
          program.inputs[immediate]
        }, got ${type}`,
      );
    }
  }
}
