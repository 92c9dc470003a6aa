import { type GpuPhase, type GpuTarget, GROUP_SIZE, type Place } from "../gpu_kernel.ts";

/** Bits that one pass sorts by, and the values that they have. */
const DIGIT_BITS = 4;
const DIGITS = 1 << DIGIT_BITS;

/** Elements that one thread counts and then puts in their places, one after the other. */
const RUN = 32;

/** Counters that a workgroup adds up. */
const COUNTERS = 16 * GROUP_SIZE;

/** Rows of keys that are to be ordered. */
export interface KeyRows {
  /** u32 [rows, length]. */
  readonly keys: Place;
  readonly rows: number;
  readonly length: number;
  /** Keys of so much or more count as this. */
  readonly bound: number;
}

/** The order of keys, in the temporary. */
export interface KeyOrder {
  readonly phases: readonly GpuPhase[];
  /** The word at which there is for every place in the order the element, counted over all rows. */
  readonly order: number;
  /** The word at which there is for each row and key below the bound, and the bound, the first place that has it. */
  readonly begins: number;
  readonly temporaryBytes: number;
}

/**
 * Orders the elements of each row by key, those of equal keys as they were: a radix sort, four bits at a time from the
 * lowest, of the elements' numbers. In each pass
 *
 * 1. a thread counts each digit in its run of elements,
 * 2. workgroups replace counters by the sums of those before them, in the order row, digit, run; a last workgroup does
 *    the same with the workgroups' totals,
 * 3. the counter of a thread's run and digit is now the place of the first such element: it puts them there.
 *
 * Every element is written by one thread, so the order does not depend on who is first.
 */
export function orderByKey({ keys, rows, length, bound }: KeyRows, target: GpuTarget): KeyOrder {
  const { temporary, word } = target;
  const elements = rows * length;
  const runs = Math.ceil(length / RUN);
  const threads = rows * runs;
  const counters = DIGITS * threads;
  const workgroups = Math.ceil(counters / COUNTERS);
  const at = { first: 0, second: elements, counters: 2 * elements };
  const totals = at.counters + counters;
  const begins = totals + workgroups + 1;
  const parameters = [threads, runs, length, bound];
  const [threadsWord, runsWord, lengthWord, boundWord] = [0, 1, 2, 3].map(word);

  /** The statements before and after a walk over a thread's run, in which `element` has `digit`. */
  const walk = (before: string, each: string, after: string) =>
    `if (index >= ${threadsWord}) { return; }
let row = index / ${runsWord};
let run = index % ${runsWord};
let first = (row * ${DIGITS}u * ${runsWord}) + run;
let end = (row * ${lengthWord}) + min((run + 1u) * ${RUN}u, ${lengthWord});
var counts: array<u32, ${DIGITS}>;
${before}
for (var t = row * ${lengthWord} + run * ${RUN}u; t < end; t++) {
var element = t;
if (${word(4)} != 0u) { element = ${temporary.at(`(${word(5)} + t)`)}; }
let digit = (min(${keys.at("element")}, ${boundWord}) >> ${word(4)}) & ${DIGITS - 1}u;
${each}
}
${after}`;
  const counter = temporary.at(`(${word(6)} + first + digit * ${runsWord})`);
  const eachDigit = (statement: string) =>
    `for (var digit = 0u; digit < ${DIGITS}u; digit++) { ${statement} }`;

  const phases: GpuPhase[] = [];
  let [source, result] = [at.first, at.second];
  for (let shift = 0; shift === 0 || (bound >>> shift) > 0; shift += DIGIT_BITS) {
    const common = { uses: [keys, temporary], size: GROUP_SIZE, groups: Math.ceil(threads / GROUP_SIZE) };
    phases.push(
      {
        ...common,
        body: walk("", "counts[digit] += 1u;", eachDigit(`${counter} = counts[digit];`)),
        parameters: [...parameters, shift, source, at.counters],
      },
      sumsBefore(target, at.counters, counters, totals, workgroups),
      sumsBefore(target, totals, workgroups, totals + workgroups, 1),
      {
        ...common,
        body: walk(
          eachDigit(
            `let place = first + digit * ${runsWord};
counts[digit] = ${counter} + ${temporary.at(`(${word(7)} + place / ${COUNTERS}u)`)};`,
          ),
          `${temporary.at(`(${word(8)} + counts[digit])`)} = element;
counts[digit] += 1u;`,
          "",
        ),
        parameters: [...parameters, shift, source, at.counters, totals, result],
      },
    );
    [source, result] = [result, source];
    if (shift + DIGIT_BITS >= 32) break;
  }
  const places = rows * (bound + 1);
  phases.push({
    body: `if (index >= ${word(0)}) { return; }
let row = index / ${word(1)};
let key = index % ${word(1)};
var low = row * ${word(2)};
var high = low + ${word(2)};
while (low < high) {
let middle = low + (high - low) / 2u;
let other = ${keys.at(temporary.at(`(${word(3)} + middle)`))};
if (other < key) { low = middle + 1u; } else { high = middle; }
}
${temporary.at(`(${word(4)} + index)`)} = low;`,
    uses: [keys, temporary],
    size: GROUP_SIZE,
    groups: Math.ceil(places / GROUP_SIZE),
    parameters: [places, bound + 1, length, source, begins],
  });
  return { phases, order: source, begins, temporaryBytes: 4 * (begins + places) };
}

/**
 * Replaces words of the temporary by the sums of those before them: each workgroup those of its share, whose total it
 * writes behind `totals`.
 */
function sumsBefore(
  { temporary, word }: GpuTarget,
  start: number,
  count: number,
  totals: number,
  groups: number,
): GpuPhase {
  const [countWord, startWord, shareWord, totalsWord] = [0, 1, 2, 3].map(word);
  const value = temporary.at(`(${startWord} + i)`);
  return {
    body: `let begin = min(index * ${shareWord}, ${countWord});
let end = min(begin + ${shareWord}, ${countWord});
var own = 0u;
for (var i = begin; i < end; i++) { own += ${value}; }
sums[local] = own;
workgroupBarrier();
for (var step = 1u; step < ${GROUP_SIZE}u; step *= 2u) {
var before = 0u;
if (local >= step) { before = sums[local - step]; }
workgroupBarrier();
sums[local] += before;
workgroupBarrier();
}
var sum = sums[local] - own;
for (var i = begin; i < end; i++) {
let next = sum + ${value};
${value} = sum;
sum = next;
}
if (local == ${GROUP_SIZE - 1}u) { ${temporary.at(`(${totalsWord} + group)`)} = sums[local]; }`,
    declarations: `var<workgroup> sums: array<u32, ${GROUP_SIZE}>;`,
    uses: [temporary],
    size: GROUP_SIZE,
    groups,
    parameters: [count, start, groups === 1 ? Math.ceil(count / GROUP_SIZE) : COUNTERS / GROUP_SIZE, totals],
  };
}
