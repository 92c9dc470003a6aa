/**
 * What transforms make of random words. Every function is exact but for the roundings it names.
 *
 * @module
 */

/** (word >>> 8) 2^-24, in [0, 1), exact. */
export function uniformOf(word: number): number {
  return (word >>> 8) / 16777216;
}

/** low + (high - low) u in f32, three roundings; the ends are f32 already. */
export function between(low: number, high: number, word: number): number {
  return Math.fround(low + Math.fround(Math.fround(high - low) * uniformOf(word)));
}

/** floor(word n / 2^32), in [0, n), exact for n up to 2^20; some results are more likely than others by n / 2^32 at most. */
export function below(n: number, word: number): number {
  return Math.floor(word * n / 4294967296);
}

/** Whether an event of this probability happens: word < 2^32 p. */
export function happens(probability: number, word: number): boolean {
  return word < probability * 4294967296;
}

/** @throws {RangeError} if it is not a number in [0, 1]. */
export function checkProbability(what: string, probability: number): void {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`Cannot make a ${what}: expected a probability from 0 to 1, got ${probability}`);
  }
}

/** @throws {RangeError} if it is not a finite number from 0 on. */
export function checkSize(what: string, name: string, size: number): void {
  if (!(size >= 0 && size < Infinity)) {
    throw new RangeError(`Cannot make a ${what}: expected a ${name} from 0, got ${size}`);
  }
}

/** @throws {RangeError} if it is not finite. */
export function checkFinite(what: string, name: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw new RangeError(`Cannot make a ${what}: expected a finite ${name}, got ${value}`);
  }
}
