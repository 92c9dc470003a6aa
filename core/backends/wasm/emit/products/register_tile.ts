import { type FunctionBuilder, I32, type Local, type ModuleBuilder } from "../../../../assembler/mod.ts";
import { advance, storeWords } from "../_phase.ts";
import { mergeLoops, offsetsOf, type TermLoop } from "./term_loops.ts";
import { PAIRED_ROWS, TILE_ROWS, tileHeights, VECTOR_BYTES, vectorCount } from "./tile_shape.ts";

/** Terms that the innermost loop takes in one turn: with more the code is longer and hardly faster. */
const UNROLL = 8;
/** The most terms that are written out without a loop. */
const WRITTEN_OUT = 16;

/**
 * A contraction block of a panel of C: C[row, column] = sum over terms of A[row, term] * B[term, column], for up to
 * 16 columns that lie next to each other in B and in C, and any number of rows.
 */
export interface PanelSpec {
  readonly name: string;
  /** Columns, 1 to 16. */
  readonly columns: number;
  /** Rows if the emitter knows them, or else the function takes them as an argument. */
  readonly rows?: number;
  /** Bytes from one row of A to the next. */
  readonly aRowStride: number;
  /** Bytes from one row of C to the next. */
  readonly cRowStride: number;
  /** The terms, outermost loop first. */
  readonly terms: readonly TermLoop[];
  /**
   * Whether each column has its own values of A, next to each other as those of B are (depthwise convolutions):
   * C[row, column] = sum over terms of A[row, term, column] * B[term, column].
   */
  readonly paired?: boolean;
  /** Whether the sums go on from what C holds, in the middle of a block; `accumulate` must be 0 then. */
  readonly resume?: boolean;
  /**
   * Whether the function takes the number of turns of the outermost loop as an argument; its `count` is not used
   * then.
   */
  readonly openTurns?: boolean;
}

/**
 * Adds a function `(a, b, c, accumulate)`, followed by `rows` and by `turns` where the spec leaves them open, that
 * computes one contraction block of one panel. If `accumulate` is 0 the block sum is stored, or else it is added to
 * what C holds.
 *
 * *Order* N4: each sum starts at +0 in a register and takes fl(sum + fl(a * b)) term by term. The first block sum can
 * be stored as it is, since +0 + s = s for every s but -0, and a sum that starts at +0 is never -0.
 *
 * Reads may go up to 12 bytes past the last column; writes do not.
 */
export function emitPanel(builder: ModuleBuilder, spec: PanelSpec): FunctionBuilder {
  const openRows = spec.rows === undefined;
  const { address } = builder;
  const counts = new Array<typeof I32>((openRows ? 1 : 0) + (spec.openTurns ? 1 : 0)).fill(I32);
  const f = builder.function(spec.name, [address, address, address, I32, ...counts]);
  const panel = new PanelEmitter(f, spec);
  if (spec.rows === undefined) {
    // Halving the height keeps the code for what remains short: 8, 4, 2, 1.
    const rows = 4;
    for (let height = panel.highest; height >= 1; height = Math.floor(height / 2)) {
      f.block(() => {
        f.get(rows).i32(height).op("i32.lt_u").brIf(0);
        f.loop(() => {
          panel.emitTile(height);
          f.get(rows).i32(height).op("i32.sub").tee(rows).i32(height).op("i32.ge_u").brIf(0);
        });
      });
    }
  } else {
    const left = f.local(I32);
    for (const { height, tiles } of tileHeights(spec.rows, panel.highest)) {
      if (tiles === 1) panel.emitTile(height);
      else {
        f.i32(tiles).set(left);
        f.loop(() => {
          panel.emitTile(height);
          f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
        });
      }
    }
  }
  return f;
}

/**
 * How many vectors of columns are computed at once where the terms of a paired panel slide along its rows: each reads
 * what the row behind it has read one term ago. 0: they do not.
 *
 * Two: with one, more rows would fit, but sums that wait for each other want company, and engines that pair vectors
 * find no pairs.
 */
function slidingVectors({ paired, rows, aRowStride }: PanelSpec, terms: readonly TermLoop[]): number {
  return paired && rows !== undefined && rows > 1 && terms.at(-1)?.aStride === aRowStride ? 2 : 0;
}

/** Rows of the largest tile of a panel. */
function highestTile(spec: PanelSpec, terms: readonly TermLoop[]): number {
  const { columns, paired, aRowStride } = spec;
  const vectors = vectorCount(columns);
  // For both vectors three sums, three values of B, one of A; and a product.
  if (slidingVectors(spec, terms) > 0) return 3;
  if (paired) return PAIRED_ROWS[vectors]!;
  // Where terms read what rows have read (the windows of one channel) the engine keeps these values: 5 x 8 does not
  // fit.
  const aStride = terms.at(-1)?.aStride ?? 0;
  const shared = aStride >= aRowStride && aStride <= 2 * aRowStride;
  return vectors === 2 && shared ? 4 : TILE_ROWS[vectors]!;
}

/**
 * Writes tiles: the code that computes the block sums of a few rows of a panel and moves on to the next rows.
 *
 * Engines compare each address with the end of the memory less the offset that the instruction has and the bytes that
 * it reads. With many different offsets that limit is computed anew for each access; so these are few, those of the
 * vectors of a row, and the rest of an address is added to it (2x16 in L1: 60 instead of 52 GFLOP/s of one core, of
 * 66 at most).
 */
class PanelEmitter {
  readonly vectors: number;
  /** Rows of the largest tile. */
  readonly highest: number;
  readonly #f: FunctionBuilder;
  readonly #spec: PanelSpec;
  readonly #terms: readonly TermLoop[];
  /** The arguments. */
  readonly #a = 0;
  readonly #b = 1;
  readonly #c = 2;
  readonly #accumulate = 3;
  readonly #turns: Local | undefined;
  /** Where the current term lies in A (first row of the tile) and in B. */
  readonly #aTerm: Local;
  readonly #bTerm: Local;
  /** The row of B or C at hand. */
  readonly #row: Local;
  readonly #sums: readonly Local[];
  readonly #aValues: readonly Local[];
  readonly #bValues: readonly Local[];
  readonly #counters: readonly Local[];
  /** Vectors of a pass if terms slide along the rows, or else 0. */
  readonly #sliding: number;
  /** Vectors of the pass at hand. */
  #passVectors = 0;

  constructor(f: FunctionBuilder, spec: PanelSpec) {
    this.#f = f;
    this.#spec = spec;
    if (spec.openTurns) {
      this.#turns = f.parameters.length - 1;
      const [outermost, ...inner] = spec.terms;
      this.#terms = [outermost!, ...mergeLoops(inner)];
    } else this.#terms = mergeLoops(spec.terms);
    this.vectors = vectorCount(spec.columns);
    this.highest = highestTile(spec, this.#terms);
    [this.#aTerm, this.#bTerm, this.#row] = f.locals(f.address);
    this.#counters = this.#terms.map(() => f.local(I32));
    this.#sliding = slidingVectors(spec, this.#terms);
    this.#sums = f.vectors(this.highest * (this.#sliding || this.vectors));
    this.#aValues = f.vectors(this.highest);
    this.#bValues = f.vectors(this.#sliding ? this.highest * this.#sliding : this.vectors);
  }

  /** Pushes an address so many bytes from a pointer. */
  #pushAt(pointer: Local, bytes: number): FunctionBuilder {
    this.#f.get(pointer);
    return bytes === 0 ? this.#f : this.#f.offset(bytes);
  }

  /** A pointer to what begins so many bytes from another, until the next call. */
  #rowAt(pointer: Local, bytes: number): Local {
    if (bytes === 0) return pointer;
    this.#pushAt(pointer, bytes).set(this.#row);
    return this.#row;
  }

  #sum(row: number, vector: number): Local {
    const vectors = this.#sliding || this.vectors;
    return this.#sums[row * vectors + vector % vectors]!;
  }

  emitTile(height: number): void {
    const f = this.#f;
    const atOnce = this.#sliding || this.vectors;
    for (let first = 0; first < this.vectors; first += atOnce) {
      this.#emitSums(height, first, Math.min(first + atOnce, this.vectors));
    }
    advance(f, this.#a, height * this.#spec.aRowStride);
    advance(f, this.#c, height * this.#spec.cRowStride);
  }

  /** The sums of some vectors of a few rows. */
  #emitSums(height: number, first: number, end: number): void {
    const f = this.#f;
    const each = (body: (sum: Local, c: Local, vector: number) => void) => {
      for (let row = 0; row < height; row++) {
        const c = this.#rowAt(this.#c, row * this.#spec.cRowStride);
        for (let vector = first; vector < end; vector++) {
          body(this.#sum(row, vector), c, vector);
        }
      }
    };
    if (this.#spec.resume) {
      each((sum, c, vector) => f.get(c).memory("v128.load", vector * VECTOR_BYTES).set(sum));
    } else {
      for (let row = 0; row < height; row++) {
        for (let vector = first; vector < end; vector++) f.splatBits(0).set(this.#sum(row, vector));
      }
    }
    this.#pushAt(this.#a, first * VECTOR_BYTES).set(this.#aTerm);
    this.#pushAt(this.#b, first * VECTOR_BYTES).set(this.#bTerm);
    this.#passVectors = end - first;
    if (this.#turns === undefined) this.#emitTerms(0, height);
    else this.#emitOpenTerms(this.#turns, height);
    f.get(this.#accumulate).if(() =>
      each((sum, c, vector) =>
        f.get(c).memory("v128.load", vector * VECTOR_BYTES).get(sum).op("f32x4.add").set(sum)
      )
    );
    each((sum, c, vector) =>
      storeWords(f, c, sum, Math.min(4, this.#spec.columns - 4 * vector), vector * VECTOR_BYTES)
    );
  }

  /** The loops, the outermost of which takes its number of turns from a local. */
  #emitOpenTerms(turns: Local, height: number): void {
    const f = this.#f;
    const { aStride, bStride } = this.#terms[0]!;
    const counter = this.#counters[0]!;
    const loop = (turnsAtOnce: number, body: () => { a: number; b: number }) =>
      f.block(() => {
        f.get(counter).op("i32.eqz").brIf(0);
        f.loop(() => {
          const moved = body();
          advance(f, this.#aTerm, turnsAtOnce * aStride - moved.a);
          advance(f, this.#bTerm, turnsAtOnce * bStride - moved.b);
          f.get(counter).i32(1).op("i32.sub").tee(counter).brIf(0);
        });
      });
    if (this.#terms.length > 1) {
      f.get(turns).set(counter);
      loop(1, () => this.#emitTerms(1, height));
      return;
    }
    for (const turnsAtOnce of [UNROLL, 1]) {
      f.get(turns).i32(UNROLL).op(turnsAtOnce === 1 ? "i32.rem_u" : "i32.div_u").set(counter);
      loop(turnsAtOnce, () => {
        this.#emitRun(this.#terms[0]!, turnsAtOnce, { a: 0, b: 0 }, height);
        return { a: 0, b: 0 };
      });
    }
  }

  /** Emits the loops from `level` inward. Returns how far the pointers have moved when they are done, in bytes. */
  #emitTerms(level: number, height: number): { a: number; b: number } {
    const f = this.#f;
    const inner = this.#terms.slice(level);
    const total = inner.reduce((product, { count }) => product * count, 1);
    if (total <= WRITTEN_OUT) {
      const run = inner.at(-1) ?? { count: 1, aStride: 0, bStride: 0 };
      for (const from of offsetsOf(inner.slice(0, -1))) this.#emitRun(run, run.count, from, height);
      return { a: 0, b: 0 };
    }
    const { count, aStride, bStride } = inner[0]!;
    const counter = this.#counters[level]!;
    const turnsAtOnce = inner.length > 1 ? 1 : unrollOf(count);
    const whole = Math.floor(count / turnsAtOnce);
    f.i32(whole).set(counter);
    f.loop(() => {
      let moved = { a: 0, b: 0 };
      if (inner.length > 1) moved = this.#emitTerms(level + 1, height);
      else this.#emitRun(inner[0]!, turnsAtOnce, { a: 0, b: 0 }, height);
      advance(f, this.#aTerm, turnsAtOnce * aStride - moved.a);
      advance(f, this.#bTerm, turnsAtOnce * bStride - moved.b);
      f.get(counter).i32(1).op("i32.sub").tee(counter).brIf(0);
    });
    const taken = whole * turnsAtOnce;
    if (count > taken) this.#emitRun(inner.at(-1)!, count - taken, { a: 0, b: 0 }, height);
    return { a: taken * aStride, b: taken * bStride };
  }

  /** Some terms of the innermost loop, one after the other, at constant offsets from the current term. */
  #emitRun(
    { aStride, bStride }: TermLoop,
    count: number,
    from: { a: number; b: number },
    height: number,
  ): void {
    if (this.#sliding > 0) return this.#emitSlide(aStride, bStride, count, from, height);
    for (let turn = 0; turn < count; turn++) {
      this.#emitTerm(from.a + turn * aStride, from.b + turn * bStride, height);
    }
  }

  /**
   * The same where terms slide along the rows: each value of A is loaded once, and is the next term of up to so many
   * rows as there are terms.
   */
  #emitSlide(
    aStride: number,
    bStride: number,
    count: number,
    from: { a: number; b: number },
    height: number,
  ): void {
    const f = this.#f;
    const vectors = Array.from({ length: this.#passVectors }, (_, vector) => vector);
    const load = (pointer: Local, bytes: number, into: (vector: number) => Local) => {
      const row = this.#rowAt(pointer, bytes);
      for (const vector of vectors) f.get(row).memory("v128.load", vector * VECTOR_BYTES).set(into(vector));
    };
    const a = (vector: number) => this.#aValues[vector]!;
    const b = (term: number, vector: number) => this.#bValues[(term % height) * this.#sliding + vector]!;
    for (let at = 0; at < height + count - 1; at++) {
      load(this.#aTerm, from.a + at * aStride, a);
      if (at < count) load(this.#bTerm, from.b + at * bStride, (vector) => b(at, vector));
      for (let row = Math.max(0, at - count + 1); row < Math.min(height, at + 1); row++) {
        for (const vector of vectors) {
          const sum = this.#sum(row, vector);
          f.get(sum).get(a(vector)).get(b(at - row, vector)).op("f32x4.mul").op("f32x4.add").set(sum);
        }
      }
    }
  }

  /** sum[row, vector] += splat(A[row]) * B[vector], at constant offsets from the current term. */
  #emitTerm(aOffset: number, bOffset: number, height: number): void {
    const f = this.#f;
    const { aRowStride } = this.#spec;
    const bRow = this.#rowAt(this.#bTerm, bOffset);
    const loadA = (row: number, into: Local) =>
      this.#pushAt(this.#aTerm, aOffset + row * aRowStride).memory("v128.load32_splat").set(into);
    const loadB = (vector: number, into: Local) =>
      f.get(bRow).memory("v128.load", vector * VECTOR_BYTES).set(into);
    const add = (row: number, vector: number, a: Local, b: Local) => {
      const sum = this.#sum(row, vector);
      f.get(sum).get(a).get(b).op("f32x4.mul").op("f32x4.add").set(sum);
    };
    if (this.#spec.paired) {
      const [a, b] = [this.#aValues[0]!, this.#bValues[0]!];
      for (let vector = 0; vector < this.vectors; vector++) {
        loadB(vector, b);
        for (let row = 0; row < height; row++) {
          const offset = aOffset + row * aRowStride + vector * VECTOR_BYTES;
          this.#pushAt(this.#aTerm, offset).memory("v128.load").set(a);
          add(row, vector, a, b);
        }
      }
    } else if (this.vectors >= 3) {
      // Wide and low: keep a splat of every row, bring in one vector of B at a time.
      for (let row = 0; row < height; row++) loadA(row, this.#aValues[row]!);
      const b = this.#bValues[0]!;
      for (let vector = 0; vector < this.vectors; vector++) {
        loadB(vector, b);
        for (let row = 0; row < height; row++) add(row, vector, this.#aValues[row]!, b);
      }
    } else {
      // Narrow and high: keep the vectors of B, bring in one row's splat at a time.
      for (let vector = 0; vector < this.vectors; vector++) loadB(vector, this.#bValues[vector]!);
      const a = this.#aValues[0]!;
      for (let row = 0; row < height; row++) {
        loadA(row, a);
        for (let vector = 0; vector < this.vectors; vector++) add(row, vector, a, this.#bValues[vector]!);
      }
    }
  }
}

/** How many of `count` terms the loop takes in one turn: about `UNROLL`, and such that none remain if that can be. */
function unrollOf(count: number): number {
  return [UNROLL, 7, 9, 6, 10, 5].find((turns) => count % turns === 0) ?? UNROLL;
}
