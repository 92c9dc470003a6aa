import type { Component, Frame } from "./_jpeg_frame.ts";

/** Bits of the constants' fractions, and bits that the first pass keeps. */
const CONSTANT_BITS = 13, PASS_BITS = 2;
const ONE = 1 << CONSTANT_BITS;
// The rotations of the transform of Loeffler, Ligtenberg and Moschytz (1989), times 2^13.
const C_0_298 = 2446, C_0_390 = 3196, C_0_541 = 4433, C_0_765 = 6270, C_0_899 = 7373, C_1_175 = 9633;
const C_1_501 = 12299, C_1_847 = 15137, C_1_961 = 16069, C_2_053 = 16819, C_2_562 = 20995, C_3_072 = 25172;

/** The samples of a component: every block of coefficients times its steps, transformed back. */
export function samplesOf({ coefficients, stride, steps }: Component): Uint8Array {
  const samples = new Uint8Array(coefficients.length);
  const work = new Int32Array(64);
  for (let block = 0; block * 64 < coefficients.length; block++) {
    for (let i = 0; i < 64; i++) work[i] = coefficients[block * 64 + i]! * steps![i]!;
    for (let column = 0; column < 8; column++) transform(work, column, 8, CONSTANT_BITS - PASS_BITS);
    for (let row = 0; row < 8; row++) transform(work, row * 8, 1, CONSTANT_BITS + PASS_BITS + 3);
    const left = (block % stride) * 8;
    const top = Math.floor(block / stride) * 8;
    for (let i = 0; i < 64; i++) {
      samples[(top + (i >> 3)) * stride * 8 + left + (i & 7)] = clamp(work[i]! + 128);
    }
  }
  return samples;
}

/** One inverse transform of eight numbers, rounded to integers after a shift by `shift` bits. */
function transform(work: Int32Array, start: number, step: number, shift: number): void {
  const at = (i: number) => work[start + i * step]!;
  const [x0, x1, x2, x3, x4, x5, x6, x7] = [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)];
  const evenTurn = (x2 + x6) * C_0_541;
  const low = evenTurn - x6 * C_1_847;
  const high = evenTurn + x2 * C_0_765;
  const sum = (x0 + x4) * ONE;
  const difference = (x0 - x4) * ONE;
  const even = [sum + high, difference + low, difference - low, sum - high];
  const turn = (x7 + x3 + x5 + x1) * C_1_175;
  const a = (x7 + x1) * -C_0_899;
  const b = (x5 + x3) * -C_2_562;
  const c = (x7 + x3) * -C_1_961 + turn;
  const d = (x5 + x1) * -C_0_390 + turn;
  const odd = [x1 * C_1_501 + a + d, x3 * C_3_072 + b + c, x5 * C_2_053 + b + d, x7 * C_0_298 + a + c];
  const half = 1 << (shift - 1);
  for (let i = 0; i < 4; i++) {
    work[start + i * step] = (even[i]! + odd[i]! + half) >> shift;
    work[start + (7 - i) * step] = (even[i]! - odd[i]! + half) >> shift;
  }
}

/** A plane at the picture's resolution. */
export function upsample(samples: Uint8Array, component: Component, frame: Frame): Uint8Array {
  const { width, height } = frame;
  const [factorX, factorY] = [frame.maxH / component.h, frame.maxV / component.v];
  const rowBytes = component.stride * 8;
  const plane = new Uint8Array(width * height);
  // Neighbours weigh 3 : 1 in each halved direction, as far as the plane goes, where it is more than two samples wide.
  const smoothX = factorX === 2 && factorY <= 2 && component.width > 2;
  const smoothY = factorY === 2 && (smoothX || factorX === 1);
  const row = new Int32Array(component.width);
  for (let y = 0; y < height; y++) {
    const near = Math.floor(y / factorY);
    const other = Math.min(Math.max(0, near + (y % 2 === 0 ? -1 : 1)), component.height - 1);
    for (let x = 0; x < component.width; x++) {
      const value = samples[near * rowBytes + x]!;
      row[x] = smoothY ? 3 * value + samples[other * rowBytes + x]! : value;
    }
    const target = plane.subarray(y * width, (y + 1) * width);
    if (smoothX) smoothRow(row, target, smoothY);
    else if (smoothY) { for (let x = 0; x < width; x++) target[x] = (row[x]! + 1 + (y & 1)) >> 2; }
    else for (let x = 0; x < width; x++) target[x] = row[Math.floor(x / factorX)]!;
  }
  return plane;
}

/** Doubles a row; its values are four times the samples if two rows were joined in it. */
function smoothRow(row: Int32Array, target: Uint8Array, isJoined: boolean): void {
  const shift = isJoined ? 4 : 2;
  const [biasLeft, biasRight] = isJoined ? [8, 7] : [1, 2];
  for (let x = 0; x < target.length; x++) {
    const near = x >> 1;
    const isLeft = (x & 1) === 0;
    const other = row[isLeft ? near - 1 : near + 1] ?? row[near]!; // At the ends, the sample itself.
    target[x] = (3 * row[near]! + other + (isLeft ? biasLeft : biasRight)) >> shift;
  }
}

/** Fractions of 65,536 in the conversion of JFIF: 1.402, 1.772, 0.71414, 0.34414. */
const RED = 91881, BLUE = 116130, GREEN_RED = 46802, GREEN_BLUE = 22554, ROUND = 32768;

/** Red, green and blue of luminance and the two differences of colour. */
export function toColours([ys, cbs, crs]: readonly Uint8Array[], pixels: Uint8Array): void {
  for (let i = 0; i < ys!.length; i++) {
    const [y, cb, cr] = [ys![i]!, cbs![i]! - 128, crs![i]! - 128];
    pixels[3 * i] = clamp(y + ((RED * cr + ROUND) >> 16));
    pixels[3 * i + 1] = clamp(y + ((ROUND - GREEN_BLUE * cb - GREEN_RED * cr) >> 16));
    pixels[3 * i + 2] = clamp(y + ((BLUE * cb + ROUND) >> 16));
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
