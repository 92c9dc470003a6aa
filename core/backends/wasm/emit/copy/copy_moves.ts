import type { FunctionBuilder, Local } from "../../../../assembler/function_builder.ts";
import { I32 } from "../../../../assembler/types.ts";
import { type CopyAxis, type CopyPiece, volume } from "./_copy_piece.ts";
import { advance, repeatUnrolled } from "../_phase.ts";

/** As many moves are written out one after another instead of looped over. */
const UNROLLED = 24;

/** The parameters of the function of a piece: addresses of its first element, and a range of units. */
const FROM: Local = 0;
const TO: Local = 1;
const BEGIN: Local = 2;
const END: Local = 3;

/** How the innermost axis of a piece moves. */
export type Move = "fill" | "run" | "reverse" | "transpose" | "single";

/** Chooses the move of a piece; a transpose takes the last two axes, the operand's contiguous axis first. */
export function moveOf(piece: CopyPiece, bytes: number): { move: Move; axes: readonly CopyAxis[] } {
  const { axes } = piece;
  const inner = axes.at(-1);
  if (piece.input === undefined && inner?.to !== 1) {
    return { move: "fill", axes: [...axes, { extent: 1, from: 0, to: 1 }] };
  }
  if (inner === undefined || inner.to !== 1) return { move: "single", axes };
  if (inner.from === 0) return { move: "fill", axes };
  if (inner.from === 1) return { move: "run", axes };
  if (bytes === 4 && inner.extent >= 4) {
    if (inner.from === -1) return { move: "reverse", axes };
    const across = axes.findIndex(({ extent, from }) => from === 1 && extent >= 4);
    if (across >= 0) {
      return {
        move: "transpose",
        axes: [...axes.filter((_, i) => i !== across && i !== axes.length - 1), axes[across]!, inner],
      };
    }
  }
  return { move: "single", axes };
}

/**
 * Width of the strips of a transpose: a cache line, or half of one where rows of the result lie a multiple of 4096
 * bytes apart: a cache of 8 ways holds only 8 such lines (about twice as fast at 1024 x 1024).
 */
export function stripOf(across: CopyAxis): number {
  return 4 * across.to % 4096 === 0 ? 8 : 16;
}

/** Number of axes at the end that a move takes. */
export function axesOfMove(move: Move): number {
  return move === "transpose" ? 2 : 1;
}

/** Writes the function `(from, to, begin, end)` that does units of a piece; a unit is an index of the first axes. */
export function emitPiece(
  f: FunctionBuilder,
  { move, axes, bytes, zero }: { move: Move; axes: readonly CopyAxis[]; bytes: number; zero: boolean },
  unitAxes: number,
): void {
  const [p, q] = f.locals(f.address);
  const [u, rest] = f.locals(I32);
  const outer = axes.slice(0, unitAxes);
  const inside = axes.slice(unitAxes);
  const mover = new Mover(f, p, q, bytes);
  if (zero) mover.fillWith(0);
  f.get(BEGIN).set(u);
  f.forUpTo(u, END, 1, () => {
    f.get(FROM).set(p).get(TO).set(q).get(u).set(rest);
    outer.toReversed().forEach(({ extent, from, to }, i) => {
      const first = i === outer.length - 1;
      for (const [pointer, stride] of [[p, from], [q, to]] as const) {
        if (stride === 0) continue;
        f.get(pointer).get(rest);
        if (!first) f.i32(extent).op("i32.rem_u");
        f.scale(bytes * stride).addressOp("add").set(pointer);
      }
      if (!first) f.get(rest).i32(extent).op("i32.div_u").set(rest);
    });
    if (move === "transpose") {
      loops(f, p, q, bytes, inside.slice(0, -2), () => mover.transpose(inside.at(-2)!, inside.at(-1)!));
      return;
    }
    const inner = inside.at(-1) ?? { extent: 1, from: 0, to: 0 };
    const instructions = move === "single" ? inner.extent : Math.ceil(inner.extent * bytes / 16);
    let unrolled = Math.max(0, inside.length - 1); // the axes from here on are written out
    while (unrolled > 0 && instructions * volume(inside.slice(unrolled - 1, -1)) <= UNROLLED) unrolled--;
    loops(f, p, q, bytes, inside.slice(0, unrolled), () => {
      for (const [from, to] of offsets(inside.slice(unrolled, -1))) {
        mover.move(move, inner, bytes * from, bytes * to);
      }
    });
  });
}

/** Offsets of all elements of a walk. */
function offsets(axes: readonly CopyAxis[]): [number, number][] {
  return axes.reduce<[number, number][]>(
    (list, { extent, from, to }) =>
      list.flatMap(([a, b]) =>
        Array.from({ length: extent }, (_, i): [number, number] => [a + i * from, b + i * to])
      ),
    [[0, 0]],
  );
}

/** Loops over axes, moving both pointers, which end where they began. */
function loops(
  f: FunctionBuilder,
  p: Local,
  q: Local,
  bytes: number,
  axes: readonly CopyAxis[],
  body: () => void,
): void {
  const [axis, ...inside] = axes;
  if (axis === undefined) return body();
  const left = f.local(I32);
  f.i32(axis.extent).set(left);
  f.loop(() => {
    loops(f, p, q, bytes, inside, body);
    advance(f, p, bytes * axis.from);
    advance(f, q, bytes * axis.to);
    f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
  });
  advance(f, p, -bytes * axis.from * axis.extent);
  advance(f, q, -bytes * axis.to * axis.extent);
}

/** Emits moves from the address in `p` to the address in `q`. */
export class Mover {
  readonly #from: Local;
  readonly #to: Local;
  readonly #vectors: Local[];
  #constant = false;

  constructor(readonly f: FunctionBuilder, readonly p: Local, readonly q: Local, readonly bytes: number) {
    [this.#from, this.#to] = f.locals(f.address);
    this.#vectors = f.vectors(8);
  }

  /** Lets fills write this word instead of the first element of the operand. */
  fillWith(word: number): void {
    this.f.splatBits(word).set(this.#vectors[7]!);
    this.#constant = true;
  }

  /** Moves the elements of an axis that starts so many bytes from the pointers. */
  move(move: Exclude<Move, "transpose">, axis: CopyAxis, from: number, to: number): void {
    if (move === "run") this.#run(axis.extent * this.bytes, from, to);
    else if (move === "fill") this.#fill(axis.extent * this.bytes, from, to);
    else if (move === "reverse") this.#reverse(axis.extent, from, to);
    else this.#single(axis, from, to);
  }

  /** Pushes pointer + offset; returns what is left for the immediate, which cannot be negative. */
  #push(pointer: Local, offset: number): number {
    this.f.get(pointer);
    if (offset >= 0) return offset;
    this.f.offset(offset);
    return 0;
  }

  /** Sets the working pointers. */
  #start(from: number, to: number): void {
    const left = this.#push(this.p, from);
    if (left > 0) this.f.offset(left);
    this.f.set(this.#from);
    this.#push(this.q, to);
    if (to > 0) this.f.offset(to);
    this.f.set(this.#to);
  }

  #run(size: number, from: number, to: number): void {
    const { f } = this;
    this.#contiguous(size, from, to, (source, sourceOffset, target, offset, width) => {
      const immediate = (): number => this.#push(source, sourceOffset);
      const at = this.#push(target, offset);
      if (width === 16) f.memory("v128.load", immediate()).memory("v128.store", at);
      else if (width === 8) f.memory("v128.load64_zero", immediate()).memoryLane("v128.store64_lane", 0, at);
      else if (width === 4) f.memory("i32.load", immediate()).memory("i32.store", at);
      else if (width === 2) f.memory("i32.load16_u", immediate()).memory("i32.store16", at);
      else f.memory("i32.load8_u", immediate()).memory("i32.store8", at);
    });
  }

  #fill(size: number, from: number, to: number): void {
    const { f } = this;
    const fill = this.#vectors[7]!;
    if (!this.#constant) {
      const at = this.#push(this.p, from);
      if (this.bytes === 4) f.memory("v128.load32_splat", at).set(fill);
      else f.memory("i32.load8_u", at).op("i8x16.splat").set(fill);
    }
    this.#contiguous(size, 0, to, (_source, _sourceOffset, target, offset, width) => {
      const at = this.#push(target, offset);
      f.get(fill);
      if (width === 16) f.memory("v128.store", at);
      else if (width === 8) f.memoryLane("v128.store64_lane", 0, at);
      else if (width === 4) f.memoryLane("v128.store32_lane", 0, at);
      else {
        f.lane("i32x4.extract_lane", 0);
        f.memory(width === 2 ? "i32.store16" : "i32.store8", at);
      }
    });
  }

  /** Covers `size` bytes with pieces of 16, 8, 4, 2 and 1 bytes; a last vector may cover bytes a second time. */
  #contiguous(
    size: number,
    from: number,
    to: number,
    piece: (source: Local, sourceOffset: number, target: Local, offset: number, width: number) => void,
  ): void {
    if (size < 16) {
      for (let done = 0, width = 8; width > 0; width >>= 1) {
        if ((size & width) === 0) continue;
        piece(this.p, from + done, this.q, to + done, width);
        done += width;
      }
      return;
    }
    const vectors = Math.floor(size / 16);
    const rest = size % 16;
    if (vectors <= 8) {
      for (let i = 0; i < vectors; i++) piece(this.p, from + 16 * i, this.q, to + 16 * i, 16);
      if (rest > 0) piece(this.p, from + size - 16, this.q, to + size - 16, 16);
      return;
    }
    this.#start(from, to);
    const behind = repeatUnrolled(
      this.f,
      vectors,
      4,
      (copy) => piece(this.#from, 16 * copy, this.#to, 16 * copy, 16),
      (copies) => {
        advance(this.f, this.#from, 16 * copies);
        advance(this.f, this.#to, 16 * copies);
      },
    );
    if (rest > 0) piece(this.#from, 16 * behind + rest - 16, this.#to, 16 * behind + rest - 16, 16);
  }

  /** Words whose operand runs backwards: whole vectors, the last of which may cover words a second time. */
  #reverse(extent: number, from: number, to: number): void {
    const { f } = this;
    const vector = this.#vectors[0]!;
    const one = (offset: number) => {
      const at = this.#push(this.#from, -offset - 12);
      f.memory("v128.load", at).set(vector);
      const target = this.#push(this.#to, offset);
      f.get(vector).get(vector).shuffleWords([3, 2, 1, 0]).memory("v128.store", target);
    };
    this.#start(from, to);
    const behind = repeatUnrolled(f, Math.floor(extent / 4), 4, (copy) => one(16 * copy), (copies) => {
      advance(f, this.#from, -16 * copies);
      advance(f, this.#to, 16 * copies);
    });
    if (extent % 4 > 0) one(16 * behind + 4 * (extent % 4) - 16);
  }

  #single({ extent, from: fromStride, to: toStride }: CopyAxis, from: number, to: number): void {
    const { f, bytes } = this;
    const [load, store] = bytes === 4
      ? ["i32.load", "i32.store"] as const
      : ["i32.load8_u", "i32.store8"] as const;
    const one = (source: Local, sourceOffset: number, target: Local, offset: number) => {
      const at = this.#push(target, offset);
      f.memory(load, this.#push(source, sourceOffset)).memory(store, at);
    };
    const [a, b] = [bytes * fromStride, bytes * toStride];
    if (extent <= UNROLLED) {
      for (let i = 0; i < extent; i++) one(this.p, from + i * a, this.q, to + i * b);
      return;
    }
    this.#start(from, to);
    repeatUnrolled(f, extent, 8, (copy) => one(this.#from, copy * a, this.#to, copy * b), (copies) => {
      advance(f, this.#from, copies * a);
      advance(f, this.#to, copies * b);
    });
  }

  /**
   * Words [across, along] with the operand contiguous along `across` and the result along `along`: 4 x 4 tiles, several
   * side by side so that whole cache lines of both are used. Last tiles may cover words a second time.
   */
  transpose(across: CopyAxis, along: CopyAxis): void {
    const { f, p, q } = this;
    const width = stripOf(across);
    const blocks = Math.floor(across.extent / width);
    const rest = across.extent % width;
    const strip = (tiles: number[]) => this.#strip(across.to, along, tiles);
    if (blocks > 0) {
      const left = f.local(I32);
      f.i32(blocks).set(left);
      f.loop(() => {
        strip([0, 4, 8, 12].slice(0, width / 4));
        advance(f, p, 4 * width);
        advance(f, q, 4 * width * across.to);
        f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
      });
    }
    const tiles = Array.from({ length: Math.floor(rest / 4) }, (_, i) => 4 * i);
    if (rest % 4 > 0) tiles.push(rest - 4);
    // Pointers stand at the rest; its first tile may have to start before.
    const back = Math.min(0, ...tiles);
    advance(f, p, 4 * back);
    advance(f, q, 4 * back * across.to);
    if (tiles.length > 0) strip(tiles.map((tile) => tile - back));
    advance(f, p, -4 * (width * blocks + back));
    advance(f, q, -4 * (width * blocks + back) * across.to);
  }

  /** A strip of tiles at offsets `tiles` across, all along. */
  #strip(acrossTo: number, along: CopyAxis, tiles: readonly number[]): void {
    const { f, p, q } = this;
    const rows = [this.#from, f.local(f.address), f.local(f.address), f.local(f.address)] as const;
    const target = this.#to;
    const left = f.local(I32);
    const step = 4 * along.from;
    const tileRow = () => {
      for (const tile of tiles) this.#tile(rows, target, 4 * tile, 4 * acrossTo, tile);
    };
    const move = (elements: number) => {
      for (const row of rows) advance(f, row, elements * step);
      advance(f, target, 4 * elements);
    };
    rows.forEach((row, i) => f.get(p).offset(i * step).set(row));
    f.get(q).set(target).i32(Math.floor(along.extent / 4)).set(left);
    f.loop(() => {
      tileRow();
      move(4);
      f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
    });
    if (along.extent % 4 > 0) {
      move(along.extent % 4 - 4);
      tileRow();
    }
  }

  #tile(rows: readonly Local[], target: Local, offset: number, stride: number, tile: number): void {
    const { f } = this;
    const [r0, r1, r2, r3, t0, t1, t2, t3] = this.#vectors as [
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
      Local,
    ];
    rows.forEach((row, i) => f.get(row).memory("v128.load", offset).set(this.#vectors[i]!));
    f.get(r0).get(r1).shuffleWords([0, 4, 1, 5]).set(t0);
    f.get(r0).get(r1).shuffleWords([2, 6, 3, 7]).set(t1);
    f.get(r2).get(r3).shuffleWords([0, 4, 1, 5]).set(t2);
    f.get(r2).get(r3).shuffleWords([2, 6, 3, 7]).set(t3);
    f.get(target).get(t0).get(t2).shuffleWords([0, 1, 4, 5]).memory("v128.store", tile * stride);
    f.get(target).get(t0).get(t2).shuffleWords([2, 3, 6, 7]).memory("v128.store", (tile + 1) * stride);
    f.get(target).get(t1).get(t3).shuffleWords([0, 1, 4, 5]).memory("v128.store", (tile + 2) * stride);
    f.get(target).get(t1).get(t3).shuffleWords([2, 3, 6, 7]).memory("v128.store", (tile + 3) * stride);
  }
}
