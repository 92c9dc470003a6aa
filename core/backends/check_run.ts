import { BYTES_PER_ELEMENT, type Dtype, type HostArray } from "../numerics/dtype.ts";
import { kernelInputs, kernelOutputs, validateKernel } from "../kernels/families.ts";
import type { Kernel, Slot } from "../kernels/kernel.ts";
import { canOverwrite } from "../kernels/can_overwrite.ts";
import type { DeviceBuffer, KernelCall } from "./backend.ts";

const valid = new WeakSet<Kernel>();

/**
 * Checks what every backend asks of a call of `run`, so that bad input never reaches a kernel: the kernel's shapes fit
 * together, each buffer has its slot's type and length, and no output is an input or another output.
 *
 * A kernel is checked once: it is plain data that does not change.
 *
 * @throws {RangeError} naming the kernel's family and the operand or result that does not fit.
 */
export function checkRun(
  kernel: Kernel,
  inputs: readonly DeviceBuffer[],
  outputs: readonly DeviceBuffer[],
): void {
  if (!valid.has(kernel)) {
    validateKernel(kernel);
    valid.add(kernel);
  }
  checkSlots(kernel, "operand", kernelInputs(kernel), inputs);
  checkSlots(kernel, "result", kernelOutputs(kernel), outputs);
  outputs.forEach((output, i) => {
    if (inputs.includes(output) || outputs.indexOf(output) !== i) {
      throw new RangeError(
        `Cannot run ${kernel.family}: expected result ${i} to have a buffer of its own, got one that is used twice`,
      );
    }
  });
}

function checkSlots(
  kernel: Kernel,
  role: string,
  slots: readonly Slot[],
  buffers: readonly Slot[],
): void {
  if (slots.length !== buffers.length) {
    throw new RangeError(
      `Cannot run ${kernel.family}: expected ${slots.length} buffers as ${role}s, got ${buffers.length}`,
    );
  }
  slots.forEach((slot, i) => {
    const buffer = buffers[i]!;
    if (slot.dtype !== buffer.dtype || slot.length !== buffer.length) {
      throw new RangeError(
        `Cannot run ${kernel.family}: expected ${role} ${i} to be ${slot.dtype}[${slot.length}], ` +
          `got ${buffer.dtype}[${buffer.length}]`,
      );
    }
  });
}

/** @throws {RangeError} unless the values have the buffer's type and length. */
export function checkWrite(buffer: DeviceBuffer, values: HostArray): void {
  if (dtypeOf(values) !== buffer.dtype || values.length !== buffer.length) {
    throw new RangeError(
      `Cannot write a buffer: expected ${buffer.dtype}[${buffer.length}], ` +
        `got ${dtypeOf(values)}[${values.length}]`,
    );
  }
}

/**
 * Checks the calls of a program: kernels, types and lengths of their buffers and parameters, and results that stand in
 * for operands only where `canOverwrite` allows it.
 *
 * @throws {RangeError} if a call does not fit.
 */
export function checkProgram(
  groups: readonly (readonly KernelCall[])[],
  parameters: readonly Slot[],
): void {
  for (const { kernel, inputs, outputs } of groups.flat()) {
    if (!valid.has(kernel)) {
      validateKernel(kernel);
      valid.add(kernel);
    }
    const operands = inputs.map((input) => typeof input === "number" ? parameters[input]! : input);
    checkSlots(kernel, "operand", kernelInputs(kernel), operands);
    checkSlots(kernel, "result", kernelOutputs(kernel), outputs);
    outputs.forEach((output, j) => {
      const inPlace = inputs.every((input, i) => input !== output || canOverwrite(kernel, i, j));
      if (inPlace && outputs.indexOf(output) === j) return;
      throw new RangeError(
        `Cannot prepare ${kernel.family}: expected result ${j} to have a buffer of its own, got one that is used twice`,
      );
    });
  }
}

/** @throws {RangeError} unless so many elements lie within a u8 buffer, at a multiple of `alignment` bytes. */
export function checkView(
  whole: DeviceBuffer,
  offset: number,
  dtype: Dtype,
  length: number,
  alignment: number,
): void {
  checkAllocate(dtype, length);
  const end = offset + length * BYTES_PER_ELEMENT[dtype];
  if (
    whole.dtype === "u8" && Number.isInteger(offset) && offset >= 0 && offset % alignment === 0 &&
    end <= whole.length
  ) {
    return;
  }
  throw new RangeError(
    `Cannot view a buffer: expected a part of ${whole.dtype}[${whole.length}] at a multiple of ${alignment} bytes, ` +
      `got ${dtype}[${length}] at ${offset}`,
  );
}

/** The element type of a typed array. */
export function dtypeOf(values: HostArray): Dtype {
  if (values instanceof Float32Array) return "f32";
  if (values instanceof Uint32Array) return "u32";
  return values instanceof Int32Array ? "i32" : "u8";
}

/** @throws {RangeError} unless `length` is a number of elements that a buffer can have. */
export function checkAllocate(dtype: Dtype, length: number): void {
  if (!Number.isInteger(length) || length < 0) {
    throw new RangeError(`Cannot allocate ${dtype}: expected a non-negative integer length, got ${length}`);
  }
}
