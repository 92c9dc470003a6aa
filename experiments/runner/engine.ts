import { createDevice, hashTree, setDefaultDevice } from "@verbatim/core";
import { WebGpuBackend } from "@verbatim/core/webgpu";
import { openDataset } from "@verbatim/data";
import { join } from "node:path";
import type { Engine } from "./execute_run.ts";
import { DEVICES, type RunSettings } from "./run_messages.ts";

/** The folder for everything that is kept and not committed. */
export function privateFolder(root: string): string {
  return join(root, ".verbatim");
}

/** The real engine: core's devices and hashes, and data sets from their sources. */
export function createEngine(root: string, { device, workers, offline, allowInexact }: RunSettings): Engine {
  return {
    hash: hashTree,
    async openDevice(say) {
      const opened = await createDevice({ backend: DEVICES[device], workers, allowInexact });
      const { backend } = opened;
      if (backend instanceof WebGpuBackend) say(`computes on ${backend.description}`);
      const before = setDefaultDevice(opened);
      return {
        backend: backend.name,
        workers: backend.workers,
        async close() {
          setDefaultDevice(before);
          if (backend instanceof WebGpuBackend) {
            for (const found of backend.inexact) say(`is inexact: ${found}`);
          }
          await opened.close();
        },
      };
    },
    openData: (dataset, say) =>
      openDataset(dataset, {
        directory: privateFolder(root),
        offline,
        onEvent(event) {
          if (event.kind === "notice") say(event.message);
        },
      }),
  };
}
