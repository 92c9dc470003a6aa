/**
 * `deno task golden`: writes the instructions of some kernels as text, into the folder of `golden_texts.ts`.
 *
 * To be run when an emitter was meant to change, so that the change shows in the diff.
 *
 * @module
 */
import { goldenTexts } from "../core/backends/wasm/emit/golden/golden_texts.ts";

const folder = new URL("../core/backends/wasm/emit/golden/", import.meta.url);
const texts = goldenTexts();
const changed: string[] = [];
for (const { name } of [...Deno.readDirSync(folder)]) {
  if (!name.endsWith(".txt")) continue;
  const text = texts.get(name.slice(0, -4));
  if (text === Deno.readTextFileSync(new URL(name, folder))) texts.delete(name.slice(0, -4));
  else if (text === undefined) {
    Deno.removeSync(new URL(name, folder));
    changed.push(`${name} (removed)`);
  }
}
for (const [name, text] of texts) {
  Deno.writeTextFileSync(new URL(`${name}.txt`, folder), text);
  changed.push(`${name}.txt`);
}
console.log(changed.length === 0 ? "no instruction has changed" : changed.join("\n"));
