import { createDevice, hashTree, setDefaultDevice, WebGpuBackend } from "@verbatim/core";
import { openDataset } from "@verbatim/data";
import { join } from "node:path";
import type { Engine } from "./execute_run.ts";
import { DEVICES, type RunSettings } from "./run_messages.ts";

/** The folder for everything that is kept and not committed. */
export function privateFolder(root: string): string {
  return join(root, ".verbatim");
}

/** The real engine: core's devices and hashes, and data sets from their sources. */
export function createEngine(root: string, { device, workers, offline }: RunSettings): Engine {
  return {
    hash: hashTree,
    async openDevice(say) {
      const opened = await createDevice({ backend: DEVICES[device], workers });
      if (opened.backend instanceof WebGpuBackend) say(`computes on ${opened.backend.description}`);
      const before = setDefaultDevice(opened);
      return {
        backend: opened.backend.name,
        workers: opened.backend.workers,
        async close() {
          setDefaultDevice(before);
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
