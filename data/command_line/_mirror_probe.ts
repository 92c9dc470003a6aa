/** Prints the file "probe" of the mirror that is its argument, in a process that may read it. */
import { fileURLToPath } from "node:url";
import { mayUseMirror, runWithMirror } from "./mirror.ts";

const [mirror = ""] = Deno.args;
if (await mayUseMirror(mirror)) {
  console.log(Deno.readTextFileSync(`${mirror}/probe`));
  // The mirror is all that was added.
  console.log((await Deno.permissions.query({ name: "read", path: `${mirror}/..` })).state);
  console.log((await Deno.permissions.query({ name: "write", path: mirror })).state);
} else {
  const script = fileURLToPath(import.meta.url);
  Deno.exit(await runWithMirror({ script, permissions: "data", args: Deno.args, mirror }));
}
