import type { EmittedKernel, WasmPhase } from "../wasm_kernel.ts";

/** A kernel of a program: its functions, and where its block of pointers lies, as `phaseArgument` gives it. */
export interface ProgramCall {
  readonly emitted: EmittedKernel;
  readonly args: number;
}

/** One phase of one call, cut into parts. */
export interface Task {
  readonly phase: WasmPhase;
  readonly args: number;
  readonly parts: number;
}

/**
 * Work between two barriers. In a parallel stage every part of every task may run at the same time; a serial one is done
 * by one thread, task by task.
 */
export interface Stage {
  readonly serial: boolean;
  readonly tasks: readonly Task[];
}

/** How much work a phase is, in grains. */
function grainsOf({ units, grain }: WasmPhase): number {
  return units / grain;
}

/**
 * Cuts the phases of groups of independent calls into stages. Phases with too little work to share are left to one
 * thread, and what it does in a row needs no barriers.
 *
 * @param shareAll Whether to cut even the smallest phases, for tests that no bit depends on it.
 */
export function planStages(
  groups: readonly (readonly ProgramCall[])[],
  threads: number,
  shareAll: boolean,
): Stage[] {
  const stages: Stage[] = [];
  for (const calls of groups) {
    const depth = Math.max(0, ...calls.map(({ emitted }) => emitted.phases.length));
    for (let level = 0; level < depth; level++) {
      const ready = calls.flatMap(({ emitted, args }) => {
        const phase = emitted.phases[level];
        return phase === undefined || phase.units === 0 ? [] : [{ phase, args }];
      });
      const grains = ready.reduce((sum, { phase }) => sum + grainsOf(phase), 0);
      const share = threads > 1 && (shareAll || grains >= threads);
      const tasks = ready.map(({ phase, args }) => ({
        phase,
        args,
        parts: share ? partsOf(phase, grains, threads, shareAll) : 1,
      }));
      if (tasks.length === 0) continue;
      if (share && tasks.reduce((sum, { parts }) => sum + parts, 0) > 1) {
        stages.push({ serial: false, tasks });
      } else {
        const last = stages[stages.length - 1];
        if (last?.serial) stages[stages.length - 1] = { serial: true, tasks: [...last.tasks, ...tasks] };
        else stages.push({ serial: true, tasks });
      }
    }
  }
  return stages;
}

/**
 * A few parts for each thread, which evens out threads of unequal speed, and as many for one as for another; none
 * smaller than a grain.
 */
function partsOf(phase: WasmPhase, grainsOfStage: number, threads: number, shareAll: boolean): number {
  if (shareAll) return Math.min(phase.units, 3 * threads + 1);
  const grains = grainsOf(phase);
  const ofStage = threads * Math.min(16, Math.max(1, Math.floor(grainsOfStage / (8 * threads))));
  const share = threads * Math.ceil(ofStage * grains / grainsOfStage / threads);
  return Math.max(1, Math.min(phase.units, share, Math.floor(grains)));
}
