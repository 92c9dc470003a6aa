import { scope } from "../tensor/scope.ts";
import { isRecording } from "./tape.ts";

/** Frees the intermediate tensors of a composition of operations, unless an enclosing derivative still needs them. */
export function composition<T>(f: () => T): T {
  return isRecording() ? f() : scope(f);
}
