/** The outputs along one axis of a convolution that meet holes in the same way: o = residue + period * index. */
export interface OutputClass {
  readonly residue: number;
  /** How many outputs there are. */
  readonly outputs: number;
  /** The first tap that does not fall into a hole, and how many there are, `tapStep` apart. */
  readonly firstTap: number;
  readonly taps: number;
  /** Where the first tap of output `residue` reads, counted in inputs from `ConvAxis.base`. */
  readonly offset: number;
}

/**
 * One axis of a convolution without its holes. Output o reads tap k at position o * stride + k * dilation - padding
 * of a grid that has an input at each multiple of `holes`. So the outputs fall into classes by their remainder modulo
 * `period`; in each, every `tapStep`-th tap meets inputs, `tapOffset` inputs apart, and the next output of the class
 * reads `step` inputs further on. Without holes there is one class with all taps.
 */
export interface ConvAxis {
  readonly period: number;
  /** Inputs from an output to the next of its class. */
  readonly step: number;
  readonly tapStep: number;
  readonly tapOffset: number;
  /** The lowest input that an output may read; negative in the padding. */
  readonly base: number;
  /** One more than the highest input that any output reads. */
  readonly end: number;
  /** Inputs from `base` on that the first outputs of all classes read. */
  readonly reach: number;
  readonly classes: readonly OutputClass[];
}

function greatestCommonDivisor(x: number, y: number): number {
  return y === 0 ? x : greatestCommonDivisor(y, x % y);
}

/** Works out one axis of a geometry. */
export function convAxis(
  { outputs, taps, stride, dilation, padding, holes }: {
    outputs: number;
    taps: number;
    stride: number;
    dilation: number;
    padding: number;
    holes: number;
  },
): ConvAxis {
  const period = holes / greatestCommonDivisor(stride, holes);
  const step = stride * period / holes;
  const tapStep = holes / greatestCommonDivisor(dilation, holes);
  const tapOffset = dilation * tapStep / holes;
  const base = 0 - Math.floor(padding / holes);
  const classes: OutputClass[] = [];
  let [end, reach] = [base, 0];
  for (let residue = 0; residue < Math.min(period, outputs); residue++) {
    const position = (tap: number) => residue * stride + tap * dilation - padding;
    let firstTap = 0;
    while (firstTap < tapStep && position(firstTap) % holes !== 0) firstTap++;
    const found = firstTap < Math.min(tapStep, taps);
    const present = found ? Math.ceil((taps - firstTap) / tapStep) : 0;
    const offset = found ? position(firstTap) / holes - base : 0;
    const count = Math.ceil((outputs - residue) / period);
    classes.push({ residue, outputs: count, firstTap, taps: present, offset });
    if (found) {
      const last = offset + (present - 1) * tapOffset;
      reach = Math.max(reach, last + 1);
      end = Math.max(end, base + last + (count - 1) * step + 1);
    }
  }
  return { period, step, tapStep, tapOffset, base, end, reach, classes };
}

/** The taps of a class within [begin, end): the first of them, how many, and where the first reads. */
export function tapsWithin(
  { tapStep, tapOffset }: ConvAxis,
  { firstTap, taps, offset }: OutputClass,
  [begin, end]: readonly [number, number],
): { firstTap: number; taps: number; offset: number } {
  const from = Math.max(0, Math.ceil((begin - firstTap) / tapStep));
  const to = Math.min(taps, Math.ceil((end - firstTap) / tapStep));
  return {
    firstTap: firstTap + from * tapStep,
    taps: Math.max(0, to - from),
    offset: offset + from * tapOffset,
  };
}
