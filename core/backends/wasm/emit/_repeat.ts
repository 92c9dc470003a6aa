import { type FunctionBuilder, I32 } from "../../../assembler/mod.ts";

/** Runs `body` a constant number of times, at least once; `next` moves the pointers on between the turns. */
export function repeat(f: FunctionBuilder, times: number, body: () => void, next: () => void): void {
  if (times === 1) return body();
  const left = f.local(I32);
  f.i32(times).set(left);
  f.loop(() => {
    body();
    next();
    f.get(left).i32(1).op("i32.sub").tee(left).brIf(0);
  });
}
