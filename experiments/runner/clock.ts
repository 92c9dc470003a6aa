/** Milliseconds since the process began. The one clock of the runner: it steers when things are saved and shown, no result. */
export function now(): number {
  return performance.now();
}
