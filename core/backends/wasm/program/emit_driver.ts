import type { FunctionBuilder, Local } from "../../../assembler/function_builder.ts";
import type { ModuleBuilder } from "../../../assembler/module_builder.ts";
import { I32 } from "../../../assembler/types.ts";
import { CONTROL } from "../control.ts";
import { toAddress } from "../phase_entry.ts";
import type { WasmPhase } from "../wasm_kernel.ts";

/** What the driver reads: words of its state block. */
export const STATE = {
  /** Address of the first stage's record. */
  records: 0,
  /** Address of the first stage's counters. */
  counters: 8,
  /** 1 when all is done. */
  finished: 64,
  /** Threads that are asleep at a barrier or about to be. */
  sleepers: 68,
  bytes: 128,
} as const;

/** Bytes between two counters: each has a cache line of its own. */
const COUNTER_BYTES = 64;

/** Bytes of the counters of one stage: how many parts are done, then for each thread how many of its share are taken. */
export function stageCounterBytes(threads: number): number {
  return COUNTER_BYTES * (1 + threads);
}

/**
 * Words of a stage's record: how many parts it has (0: the end; -1: it is serial), how many tasks, and the tasks. A
 * task: its function's number, its block of pointers (as `phaseArgument` gives it), its units and its parts.
 */
export const RECORD = { header: 2, task: 4, serial: -1 } as const;

/**
 * How often a thread looks for the end of a stage before it goes to sleep: about 15 us, which is what falling asleep and
 * being woken costs. It looks more often than one that waits for work: the others are at it, and soon done.
 */
const BARRIER_SPINS = 60_000;

/** A sleeping thread looks for news after so many nanoseconds even if nobody wakes it: another may have failed. */
const SLEEP_NANOSECONDS = 20_000_000;

/**
 * Emits the function that every thread runs to take part in a program: `(state, thread, end, scratch)`.
 *
 * The threads go through the stages together. In each they take parts one by one until none is left, and wait until all
 * are done: so no stage begins before the work it reads is finished, a thread that comes late finds nothing left and
 * catches up, and nobody waits for a thread that has taken nothing. A thread begins with its own share of each task,
 * the same share in every stage and step: what it wrote before is still in its core's cache. Then it helps the others.
 * The stages are a table in memory: the driver is short and is compiled once, however long the program.
 */
export function emitDriver(
  builder: ModuleBuilder,
  phases: readonly WasmPhase[],
  threads: number,
): FunctionBuilder {
  const dispatch = emitDispatch(builder, phases);
  const wait = emitWait(builder);
  const finish = emitFinish(builder);
  const f = builder.function("program", [builder.address, I32, I32, builder.address]);
  const [state, thread, , scratch] = [0, 1, 2, 3] as const;
  const [record, counter, task] = f.locals(f.address);
  const [parts, tasks, queue, exhausted, ticket, first, share, left] = f.locals(I32);
  f.get(state).memory("i32.atomic.load", STATE.finished).if(() => f.op("return"));
  f.get(state).loadAddress(STATE.records).set(record);
  f.get(state).loadAddress(STATE.counters).set(counter);
  const firstTask = () => {
    f.get(record).offset(4 * RECORD.header).set(task);
    f.get(tasks).set(left);
  };
  const nextTask = () => {
    f.advance(task, 4 * RECORD.task);
    f.get(left).i32(1).op("i32.sub").tee(left);
  };
  const takeTicket = () => {
    f.get(counter).get(queue).scale(COUNTER_BYTES).addressOp("add").i32(1);
    f.memory("i32.atomic.rmw.add", COUNTER_BYTES).tee(ticket);
  };
  /** Pushes where the share of a queue begins: task's parts * queue / threads, rounded down. */
  const pushShare = (pushQueue: () => void) => {
    f.get(task).memory("i32.load", 12);
    pushQueue();
    f.op("i32.mul").i32(threads).op("i32.div_u");
  };
  const serialStage = () => {
    f.i32(1).set(parts).i32(0).set(queue);
    takeTicket();
    f.op("i32.eqz").if(() => {
      firstTask();
      f.loop(() => {
        pushTask(f, task);
        f.i32(0).get(task).memory("i32.load", 8).get(scratch).call(dispatch);
        nextTask();
        f.brIf(0);
      });
      f.get(state).get(counter).get(parts).call(finish);
    });
  };
  const parallelStage = () => {
    f.get(thread).set(queue).i32(0).set(exhausted);
    f.block(() =>
      f.loop(() => {
        takeTicket();
        f.op("drop");
        firstTask();
        // The task in whose share of this queue the ticket falls.
        f.block(() =>
          f.loop(() => {
            pushShare(() => f.get(queue));
            f.set(first);
            pushShare(() => f.get(queue).i32(1).op("i32.add"));
            f.get(first).op("i32.sub").set(share);
            f.get(ticket).get(share).op("i32.lt_s").brIf(1);
            f.get(ticket).get(share).op("i32.sub").set(ticket);
            nextTask();
            f.brIf(0);
            // None: the queue is empty. On to the next one, if there is one.
            f.get(exhausted).i32(1).op("i32.add").tee(exhausted).i32(threads).op("i32.eq").brIf(3);
            f.get(queue).i32(1).op("i32.add").i32(threads).op("i32.rem_u").set(queue);
            f.br(2);
          })
        );
        f.get(first).get(ticket).op("i32.add").set(ticket);
        pushTask(f, task);
        pushBound(f, task, () => f.get(ticket));
        pushBound(f, task, () => f.get(ticket).i32(1).op("i32.add"));
        f.get(scratch).call(dispatch);
        f.get(state).get(counter).get(parts).call(finish);
        f.br(0);
      })
    );
  };
  f.block(() =>
    f.loop(() => {
      f.get(record).memory("i32.load").tee(parts).op("i32.eqz").brIf(1);
      f.get(record).memory("i32.load", 4).set(tasks);
      f.get(parts).i32(RECORD.serial).op("i32.eq").if(serialStage, parallelStage);
      f.get(state).get(counter).get(parts).call(wait).if(() => f.op("return"));
      f.get(record).offset(4 * RECORD.header);
      f.get(tasks).scale(4 * RECORD.task).addressOp("add").set(record);
      f.advance(counter, stageCounterBytes(threads));
      f.br(0);
    })
  );
  f.get(state).i32(1).memory("i32.atomic.store", STATE.finished);
  return f;
}

/** Pushes a task's function number and its block of pointers. */
function pushTask(f: FunctionBuilder, task: Local): void {
  toAddress(f.get(task).memory("i32.load", 0).get(task).memory("i32.load", 4));
}

/** Pushes the unit with which a part begins: units * part / parts, rounded down. */
function pushBound(f: FunctionBuilder, task: Local, pushPart: () => void): void {
  f.get(task).memory("i32.load", 8).op("i64.extend_i32_u");
  pushPart();
  f.op("i64.extend_i32_u").op("i64.mul");
  f.get(task).memory("i32.load", 12).op("i64.extend_i32_u").op("i64.div_u").op("i32.wrap_i64");
}

/** `(number, args, begin, end, scratch)`: calls a phase by its number. */
function emitDispatch(builder: ModuleBuilder, phases: readonly WasmPhase[]): FunctionBuilder {
  const f = builder.function("dispatch", [I32, builder.address, I32, I32, builder.address]);
  const nested = (count: number): void => {
    if (count === 0) {
      f.get(0).brTable(phases.map((_, i) => i), phases.length);
      return;
    }
    f.block(() => nested(count - 1));
    // Block `count - 1` from within ends here: the case of that number.
    f.get(1).get(2).get(3).get(4).call(phases[count - 1]!).op("return");
  };
  f.block(() => nested(phases.length));
  return f;
}

/** `(state, counter, parts)`: counts a part as done; the last one wakes who sleeps. */
function emitFinish(builder: ModuleBuilder): FunctionBuilder {
  const f = builder.function("finish", [builder.address, builder.address, I32]);
  f.get(1).i32(1).memory("i32.atomic.rmw.add").i32(1).op("i32.add").get(2).op("i32.eq").if(() => {
    f.get(0).memory("i32.atomic.load", STATE.sleepers).if(() => {
      f.get(1).i32(-1).memory("memory.atomic.notify").op("drop");
    });
  });
  return f;
}

/** `(state, counter, parts)`: waits until so many parts are done; returns 1 if a thread failed meanwhile. */
function emitWait(builder: ModuleBuilder): FunctionBuilder {
  const f = builder.function("wait", [builder.address, builder.address, I32], [I32]);
  const [spins, done] = f.locals(I32);
  f.i32(BARRIER_SPINS).set(spins);
  f.loop(() => {
    f.get(1).memory("i32.atomic.load").get(2).op("i32.eq").if(() => f.i32(0).op("return"));
    f.get(spins).i32(1).op("i32.sub").tee(spins).brIf(0);
  });
  f.get(0).i32(1).memory("i32.atomic.rmw.add", STATE.sleepers).op("drop");
  f.block(() =>
    f.loop(() => {
      f.get(1).memory("i32.atomic.load").tee(done).get(2).op("i32.eq").brIf(1);
      f.bytes(0).memory("i32.atomic.load", 4 * CONTROL.failing).brIf(1);
      f.get(1).get(done).i64(SLEEP_NANOSECONDS).memory("memory.atomic.wait32").op("drop");
      f.br(0);
    })
  );
  f.get(0).i32(1).memory("i32.atomic.rmw.sub", STATE.sleepers).op("drop");
  f.get(1).memory("i32.atomic.load").get(2).op("i32.ne");
  return f;
}
