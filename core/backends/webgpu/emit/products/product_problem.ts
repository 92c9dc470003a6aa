import type { GpuTarget, Place } from "../../gpu_kernel.ts";
import type { BlockRows } from "./block_rows.ts";
import { STEP } from "./tile_form.ts";

/** The parameters of a phase that is being written. */
export class Words {
  readonly values: number[] = [];

  constructor(readonly target: GpuTarget) {}

  /** The text of a new parameter; what is negative wraps around. */
  word(value: number): string {
    this.values.push(value >>> 0);
    return this.target.word(this.values.length - 1);
  }
}

/** A count in digits, the last of which has no end: divisions are slow, so terms are counted on. */
export interface Digits {
  readonly ends: readonly [string, string];
  readonly steps: readonly [string, string, string];
}

/** The texts for terms that count up to `first`, then up to `second`. */
export function digitsOf(words: Words, first: number, second: number): Digits {
  // Where there is nothing to count there are no terms.
  const [a, b] = [Math.max(1, first), Math.max(1, second)];
  const [rest, most] = [Math.floor(STEP / a), words.word(a)];
  return {
    ends: [most, words.word(b)],
    steps: [words.word(STEP % a), words.word(rest % b), words.word(Math.floor(rest / b))],
  };
}

/** One operand of a product, as tiles read it. A lane is a row of the left operand or a column of the right one. */
export interface TileSide {
  readonly place: Place;
  /** Whether neighbouring terms are neighbours in memory, and not neighbouring lanes. */
  readonly alongTerms: boolean;
  /** Statements that note what is needed of lane `lane`, in variables that end in `suffix`. */
  readonly lane: (lane: string, suffix: string) => string;
  /** If terms are counted in digits: what the lowest count up to, and the digits of `STEP`. */
  readonly digits?: Digits | undefined;
  /** Statements that note what is needed of term `t`, whose digits are `digit0` (the lowest), `digit1` and `digit2`. */
  readonly term: string;
  /** What must hold for the operand to lie in memory; else it is +0. */
  readonly inside?: ((suffix: string) => string) | undefined;
  /** The index of the word. */
  readonly index: (suffix: string) => string;
}

/**
 * A contraction as many products of matrices ("planes"), in WGSL. The texts see `plane`, and what the statements before
 * them declare; their sizes are parameters.
 */
export interface ProductTexts {
  readonly left: TileSide;
  readonly right: TileSide;
  /** The number of terms before term `t` that tiles go through, if they leave some out. */
  readonly dense?: ((t: string) => string) | undefined;
  /** Statements that see `row` and note what is needed of a row of results. */
  readonly outputRow?: string | undefined;
  /** The index of a result, of `row` and `column`. */
  readonly output: string;
  /** Functions that the texts call. */
  readonly declarations?: string | undefined;
  /** One result, term by term. Variables of its own are declared by `begin`. */
  readonly walk: {
    /** Statements that see `row` and `column`. */
    readonly setup: string;
    /** Statements that see the first term of a block, `t`. */
    readonly begin: string;
    /** Statements that declare `x` and `y`, the operands of a term, and `present` if a term can be absent. */
    readonly operands: string;
    /** Statements that go to the next term. */
    readonly advance: string;
    readonly mayBeAbsent: boolean;
  };
}

/** A contraction with its sizes. */
export interface ProductProblem {
  readonly planes: number;
  readonly rows: number;
  readonly columns: number;
  readonly blocks: BlockRows;
  /** Whether plane is a faster axis of the results than row. */
  readonly planesInside: boolean;
  readonly texts: (words: Words) => ProductTexts;
}

/** Declares `start` and `end`, the terms of block `block`. */
export function blockBounds(words: Words, { perRow, rowTerms, blockTerms }: BlockRows): string {
  const [row, terms, most] = [words.word(perRow), words.word(blockTerms), words.word(rowTerms)];
  return `let block_row = (block / ${row}) * ${most};
let start = block_row + (block % ${row}) * ${terms};
let end = min(start + ${terms}, block_row + ${most});`;
}
