import { ALIGNMENT, Allocator, type Block } from "../backends/allocator.ts";
import { canOverwrite } from "../kernels/can_overwrite.ts";
import { BYTES_PER_ELEMENT } from "../numerics/dtype.ts";
import type { Call, Graph, Value } from "./graph.ts";

/** Where a value lies: in the memory of what is carried, or so many bytes into the program's own. */
export type Place = { readonly carry: number } | { readonly offset: number };

/** Where everything lies while a program runs. */
export interface MemoryPlan {
  /** The place of every computed value. */
  readonly places: ReadonlyMap<Value, Place>;
  /** Bytes of the program's own memory. */
  readonly bytes: number;
  /** Carried arrays whose next value could not be written in place, and is to be copied there at the end. */
  readonly late: readonly number[];
}

/** 128 GiB: more than any memory has. */
const ADDRESSES = 0x20_0000_0000;

/** Who reads a value last. */
interface LastRead {
  readonly group: number;
  /** The only call of that group that reads it; undefined if there are several. */
  readonly call: Call | undefined;
}

/**
 * Gives every computed value a place. Values that are needed at different times share memory: what was used last is used
 * again next. A map writes over an operand that nobody needs any more. What is carried on is written over what was
 * carried in, if nobody reads that later.
 *
 * @param alignment Places begin at multiples of so many bytes, a multiple of the allocator's own.
 */
export function planMemory(
  graph: Graph,
  groups: readonly (readonly Call[])[],
  alignment: number,
): MemoryPlan {
  // The allocator counts in units, as large as makes its alignment the one asked for.
  const unit = alignment / ALIGNMENT;
  const lastReads = lastReadsOf(groups);
  const kept = new Set([...graph.outputs, ...graph.carry.map(({ after }) => after)]);
  const places = new Map<Value, Place>();
  const late: number[] = [];
  const inCarry = new Map<Value, number>();
  const { groupOf, callOf } = writersOf(groups);
  graph.carry.forEach(({ before, after }, index) => {
    if (before === after) return;
    const group = groupOf.get(after)!;
    if (mayReplace(before, after, callOf.get(after)!, group, lastReads)) inCarry.set(after, index);
    else late.push(index);
  });

  const allocator = new Allocator(0, ADDRESSES);
  const blocks = new Map<Value, Block>();
  let bytes = 0;
  groups.forEach((calls, group) => {
    const inherited = new Set<Value>();
    for (const call of calls) {
      for (const value of call.outputs) {
        const carry = inCarry.get(value);
        if (carry !== undefined) {
          places.set(value, { carry });
          continue;
        }
        const heir = call.inputs.find((operand) =>
          blocks.has(operand) && !kept.has(operand) && !inherited.has(operand) &&
          mayReplace(operand, value, call, group, lastReads)
        );
        let block: Block;
        if (heir === undefined) {
          block = allocator.allocate(Math.ceil(value.length * BYTES_PER_ELEMENT[value.dtype] / unit));
        } else {
          block = blocks.get(heir)!;
          blocks.delete(heir);
          inherited.add(heir);
        }
        blocks.set(value, block);
        places.set(value, { offset: unit * block.address });
        bytes = Math.max(bytes, unit * (block.address + block.bytes));
      }
    }
    for (const [value, block] of [...blocks].reverse()) {
      if (kept.has(value) || (lastReads.get(value)?.group ?? group) > group) continue;
      allocator.free(block);
      blocks.delete(value);
    }
  });
  return { places, bytes, late };
}

function lastReadsOf(groups: readonly (readonly Call[])[]): Map<Value, LastRead> {
  const lastReads = new Map<Value, LastRead>();
  groups.forEach((calls, group) => {
    for (const call of calls) {
      for (const value of call.inputs) {
        const before = lastReads.get(value);
        const alone = before?.group !== group || before.call === call;
        lastReads.set(value, { group, call: alone ? call : undefined });
      }
    }
  });
  return lastReads;
}

function writersOf(groups: readonly (readonly Call[])[]) {
  const groupOf = new Map<Value, number>();
  const callOf = new Map<Value, Call>();
  groups.forEach((calls, group) => {
    for (const call of calls) {
      for (const value of call.outputs) {
        groupOf.set(value, group);
        callOf.set(value, call);
      }
    }
  });
  return { groupOf, callOf };
}

/** Whether `after`, a result of `call`, may be written where `before` lies. */
function mayReplace(
  before: Value,
  after: Value,
  call: Call,
  group: number,
  lastReads: ReadonlyMap<Value, LastRead>,
): boolean {
  const last = lastReads.get(before);
  if (last === undefined || last.group < group) return true;
  if (last.group > group || last.call !== call) return false;
  const output = call.outputs.indexOf(after);
  return call.inputs.every((value, i) => value !== before || canOverwrite(call.kernel, i, output));
}
